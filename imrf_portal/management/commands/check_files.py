import sys

from django.core.management.base import BaseCommand

from imrf_portal import backup


class Command(BaseCommand):
    help = "Lists rows without a file, files without a row, and files whose content is not what the row says."

    def add_arguments(self, parser):
        parser.add_argument("--no-hashes", action="store_true", help="do not read the files, only list them")

    def handle(self, *, no_hashes, **options):
        if not report(self.stdout, hashes=not no_hashes):
            sys.exit(1)


def report(out, *, hashes=True):
    """Write what rows and files say against each other; True when they agree."""
    found = backup.disagreements(hashes=hashes)
    for kind, keys in found.items():
        out.write(f"{kind}: {len(keys)}")
        for key in keys:
            out.write(f"  {key}")
    return not any(found.values())
