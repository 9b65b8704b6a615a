"""Everything between a fresh installation and the first page; running it again changes nothing."""

import hashlib

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

UNUSED = ["django_htmx/ext/*", "htmx-4*", "htmax*", "jquery.js", "select2.full.js", "xregexp.js", "*.md", "*.txt"]
"""Static files that no page asks for: hashing and compressing all there are takes most of a first start."""


class Command(BaseCommand):
    help = "Migrates the database, compiles catalogues, collects static files; on the embedded default also seeds."
    requires_system_checks = []

    def handle(self, **options):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_catalogues", verbosity=0)
        collect_changed()
        if settings.EMBEDDED:
            call_command("seed_demo")


def collect_changed():
    """Collects static files when one of them has changed since they were last collected."""
    stamp = settings.STATIC_ROOT / "collected"
    current = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == current:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.exists(), ignore_patterns=UNUSED)
    stamp.write_text(current, encoding="ascii")


def fingerprint():
    """One word for the names, sizes and times of all static files, and the version of Django that hashes them."""
    seen = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list(UNUSED):
            found = storage.get_modified_time(path)
            seen.update(f"{path} {storage.size(path)} {found.timestamp()}\n".encode())
    return seen.hexdigest()
