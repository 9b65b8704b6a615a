from django.core.management.base import BaseCommand

from accreditation import committee_data, reference_import
from accreditation.models import ReferenceList


class Command(BaseCommand):
    help = "Load the ECOSOC list that ships with the portal. Running it again changes nothing."

    def handle(self, **options):
        kept, is_new = reference_import.keep(
            committee_data.rows(),
            kind=ReferenceList.Kind.ECOSOC,
            title=committee_data.TITLE,
            as_of=committee_data.AS_OF,
            source=committee_data.SOURCE,
            by=None,
        )
        self.stdout.write(
            f"{kept.entry_count} organizations, version {kept.short_version}{'' if is_new else ' (already loaded)'}."
        )
