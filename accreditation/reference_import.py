"""Seeing what a reference list would change, and keeping it as a new version."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit
from imrf_portal.errors import Refused

from . import consequences, names
from .models import ReferenceEntry, ReferenceList, ReferenceName
from .reference_files import MOST_PROBLEMS, OtherName, Row

BATCH = 500


@dataclass(frozen=True)
class Difference:
    """Names added, removed, and changed (pairs of old and new rows) against the version in use."""

    added: list
    removed: list
    changed: list

    def is_empty(self):
        return not (self.added or self.removed or self.changed)


def version_of(rows, *, kind, forum, as_of):
    """The SHA-256 that stands for these rows of this kind and date, whatever file they came in."""
    digest = hashlib.sha256(json.dumps([kind, forum.slug if forum else "", f"{as_of:%Y-%m-%d}"]).encode())
    for row in rows:
        others = [[other.kind, other.name, other.year] for other in row.others]
        plain = [row.name, row.status, row.status_year, row.country, row.note, others]
        digest.update(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def difference(rows, *, kind, forum=None):
    """What the rows would change against the version in use (all are added when there is none)."""
    current = ReferenceList.objects.filter(kind=kind, forum=forum, is_current=True).first()
    return between(rows_of(current) if current else [], rows)


def between(older, newer):
    """The ``Difference`` that leads from the rows of one version to those of another; names are compared by key."""
    old = {names.key(row.name): row for row in older}
    new = {names.key(row.name): row for row in newer}
    return Difference(
        added=[row for key, row in new.items() if key not in old],
        removed=[row for key, row in old.items() if key not in new],
        changed=[(old[key], row) for key, row in new.items() if key in old and old[key] != row],
    )


def rows_of(reference_list):
    """The rows of a version that is kept, as they were imported."""
    others = {}
    for name in ReferenceName.objects.filter(entry__reference_list=reference_list).order_by("pk"):
        others.setdefault(name.entry_id, []).append(OtherName(name.kind, name.name, name.year))
    return [
        Row(
            entry.name,
            entry.status,
            entry.status_year,
            entry.country_id or "",
            entry.note,
            tuple(others.get(entry.pk, ())),
        )
        for entry in reference_list.entries.order_by("position")
    ]


def require_confirmed(reading, *, names_are_right):
    """Refuses a file in which a name looks like a date, unless a person has said that the names are right."""
    if reading.date_like and not names_are_right:
        shown = ", ".join(f"“{name}” ({_('line')} {line})" for line, name in reading.date_like[:MOST_PROBLEMS])
        raise Refused(
            _(
                "These names look like dates: %(names)s. A spreadsheet may have changed them. "
                "Compare them with the source, then confirm that the names are right. Nothing was imported."
            )
            % {"names": shown},
            field="names_are_right",
        )


@transaction.atomic
def keep(rows, *, kind, title, as_of, by, forum=None, source=""):
    """Keep the rows as a version and return ``(list, is_new)``; the same rows, kind and date are the same version.

    The version with the latest date is the one in use; an older one is kept as history only.
    """
    version = version_of(rows, kind=kind, forum=forum, as_of=as_of)
    if known := ReferenceList.objects.filter(version=version).first():
        return known, False
    current = ReferenceList.objects.select_for_update().filter(kind=kind, forum=forum, is_current=True).first()
    is_current = current is None or as_of >= current.as_of
    if current and is_current:
        current.is_current = False
        current.save(update_fields=["is_current"])
    kept = ReferenceList.objects.create(
        kind=kind, forum=forum, title=title, as_of=as_of, source=source, version=version,
        entry_count=len(rows), is_current=is_current, imported_by=by,
    )  # fmt: skip
    _keep_rows(kept, rows)
    audit.record(
        "referencelist.import", kept, by=by, before=current.short_version if current else "", after=kept.short_version,
        entries=len(rows), in_use=is_current, internal=True,
    )  # fmt: skip
    if is_current:
        consequences.ask_again(kept)
    return kept, True


def _keep_rows(kept, rows):
    entries = ReferenceEntry.objects.bulk_create(
        (
            ReferenceEntry(
                reference_list=kept, position=position, name=row.name, key=names.key(row.name), status=row.status,
                status_year=row.status_year, country_id=row.country or None, note=row.note,
            )
            for position, row in enumerate(rows, start=1)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    ReferenceName.objects.bulk_create(
        (
            ReferenceName(entry=entry, kind=other.kind, name=other.name, key=names.key(other.name), year=other.year)
            for entry, row in zip(entries, rows, strict=True)
            for other in row.others
        ),
        batch_size=BATCH,
    )
