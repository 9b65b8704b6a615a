from django.core.management.base import BaseCommand, CommandError

from imrf_portal import backup


class Command(BaseCommand):
    help = "Writes database, private files and a manifest of hashes into a new folder."

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, *, folder, **options):
        try:
            manifest = backup.make(folder)
        except backup.Unusable as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"{folder}: the database and {len(manifest['files'])} files.")
        for key in manifest["missing"]:
            self.stderr.write(f"The file of a row was missing: {key}")
