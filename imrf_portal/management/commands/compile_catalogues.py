"""Compiles the gettext catalogues with polib, so that no system gettext is needed."""

from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles every changed .po file under LOCALE_PATHS into the .mo file beside it."
    requires_system_checks = []

    def handle(self, *, verbosity, **options):
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compiled = source.with_suffix(".mo")
                if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                    continue
                polib.pofile(str(source)).save_as_mofile(str(compiled))
                if verbosity:
                    self.stdout.write(f"compiled {source.parent.parent.name}/{source.name}")
