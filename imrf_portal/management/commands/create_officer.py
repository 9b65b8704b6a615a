from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from imrf_portal import roles
from imrf_portal.access import ROLES


class Command(BaseCommand):
    help = "Create a member of the secretariat, who then signs in with a code and adds a second factor."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--role", action="append", choices=list(ROLES), default=[])
        parser.add_argument("--name", default="")
        parser.add_argument("--superuser", action="store_true")
        parser.add_argument("--no-forum", action="store_true", help="works on no Forum until one is assigned")

    def handle(self, *args, email, role, name, superuser, no_forum, **options):
        if not role and not superuser:
            raise CommandError("Give at least one --role, or --superuser.")
        try:
            officer = roles.create_officer(email, roles=role, name=name, superuser=superuser, all_forums=not no_forum)
        except IntegrityError:
            raise CommandError(f"There is an account with the address {email} already.")
        self.stdout.write(f"{officer.email} can sign in with a code.")
