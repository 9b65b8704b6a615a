from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accreditation import reference_files, reference_import
from accreditation.models import ReferenceList
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum


class Command(BaseCommand):
    help = "Import a reference list (CSV in UTF-8, or XLSX) as a new version. The same file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=ReferenceList.Kind.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, help="date of the list, YYYY-MM-DD")
        parser.add_argument("--title", default="", help="how the list is called on screen")
        parser.add_argument("--source", default="", help="where the file comes from")
        parser.add_argument("--forum", default="", help="slug of the Forum, for its final list")
        parser.add_argument("--names-are-right", action="store_true", help="take names that look like dates")
        parser.add_argument("--preview", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, kind, file, as_of, title, source, forum, names_are_right, preview, **options):
        forum = Forum.objects.get(slug=forum) if forum else None
        if (kind == ReferenceList.Kind.FORUM) != (forum is not None):
            raise CommandError("--forum goes with the kind “forum”, and only with it.")
        try:
            reading = reference_files.read(file.read_bytes())
            difference = reference_import.difference(reading.rows, kind=kind, forum=forum)
            self.stdout.write(
                f"{len(reading.rows)} organizations: {len(difference.added)} added, "
                f"{len(difference.removed)} removed, {len(difference.changed)} changed."
            )
            reference_import.require_confirmed(reading, names_are_right=names_are_right)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.")
        except Refused as refusal:
            raise CommandError(str(refusal))
        if preview:
            return
        kept, is_new = reference_import.keep(
            reading.rows,
            kind=kind,
            forum=forum,
            title=title or ReferenceList.Kind(kind).label,
            as_of=as_of,
            source=source or file.name,
            by=None,
        )
        self.stdout.write(f"{'Kept as' if is_new else 'Nothing changed: this is'} version {kept.short_version}.")
