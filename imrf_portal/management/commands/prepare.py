"""Everything between a fresh installation and the first page; running it again changes nothing."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrates the database, compiles catalogues, collects static files; on the embedded default also seeds."
    requires_system_checks = []

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_catalogues", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.EMBEDDED:
            call_command("seed_demo")
