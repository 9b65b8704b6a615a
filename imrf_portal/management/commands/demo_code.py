from django.core.management.base import BaseCommand, CommandError

from imrf_portal import demonstration
from imrf_portal.errors import Refused
from imrf_portal.users import User


class Command(BaseCommand):
    help = "Print the second-factor code that a person of the demonstration would see now (embedded portal only)."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *args, email, **options):
        try:
            person = User.objects.get(email__iexact=email)
            self.stdout.write(demonstration.current_code(person))
        except (User.DoesNotExist, Refused) as problem:
            raise CommandError(str(problem))
