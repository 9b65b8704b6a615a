from django.core.management.base import BaseCommand

from imrf_portal import roles
from imrf_portal.access import ROLES


class Command(BaseCommand):
    help = "Make the groups of staff be those of access.ROLES."

    def handle(self, *args, **options):
        roles.sync_roles()
        self.stdout.write(", ".join(ROLES))
