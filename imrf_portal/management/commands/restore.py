import time

from django.core.management.base import BaseCommand, CommandError

from imrf_portal import backup

from .check_files import report


class Command(BaseCommand):
    help = "Puts a backup back, after checking every hash. Stop web, worker and beat before."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder")
        parser.add_argument("--replace", action="store_true", help="although this portal holds records")

    def handle(self, *, folder, replace, **options):
        started = time.monotonic()
        try:
            manifest = backup.restore(folder, replace=replace)
        except backup.Unusable as reason:
            raise CommandError(str(reason)) from reason
        took = time.monotonic() - started
        self.stdout.write(f"Restored as of {manifest['made_at']}: {len(manifest['files'])} files, in {took:.1f} s.")
        report(self.stdout)
