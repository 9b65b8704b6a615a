"""Seeing what a reference list would change, and keeping it as a new version.

Rows are anything that has a length and can be gone through again: a file, a version that is kept, a list. Nothing here
holds all of them, so that a list of 100,000 takes no more memory than a short one.
"""

import hashlib
import json
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from imrf_portal import audit
from imrf_portal.errors import Refused

from . import consequences, names
from .models import ReferenceEntry, ReferenceList, ReferenceName
from .reference_files import MOST_PROBLEMS, OtherName, Row

BATCH = 1000
"""Rows written in one transaction: another who writes meanwhile waits for so many at most."""


class KeptRows:
    """The rows of a version that is kept, as they were imported."""

    def __init__(self, reference_list):
        self.entries = reference_list.entries.order_by("position").prefetch_related("names")

    def __len__(self):
        return self.entries.count()

    def __iter__(self):
        return map(_row_of, self.entries.iterator(chunk_size=BATCH))

    def at(self, places):
        return {entry.position: _row_of(entry) for entry in self.entries.filter(position__in=places)}


def _row_of(entry):
    others = sorted(entry.names.all(), key=lambda name: name.pk)
    return Row(
        entry.name,
        entry.status,
        entry.status_year,
        entry.country_id or "",
        entry.note,
        tuple(OtherName(other.kind, other.name, other.year) for other in others),
    )


@dataclass(frozen=True)
class Difference:
    """What leads from the rows ``older`` to ``newer``: places (from 1) of names added and removed, and pairs of places
    of those changed. ``rows`` reads the rows of a few of them."""

    older: object
    newer: object
    added: list
    removed: list
    changed: list

    def is_empty(self):
        return not (self.added or self.removed or self.changed)

    def rows(self, group, start=0, stop=None):
        """Of ``added`` or ``removed`` the rows, of ``changed`` pairs of the old and the new one."""
        places = getattr(self, group)[start:stop]
        if group != "changed":
            found = _at(self.newer if group == "added" else self.older, places)
            return [found[place] for place in places]
        old, new = _at(self.older, [pair[0] for pair in places]), _at(self.newer, [pair[1] for pair in places])
        return [(old[one], new[other]) for one, other in places]


def _at(rows, places):
    if isinstance(rows, KeptRows):
        return rows.at(places)
    wanted = set(places)
    return {place: row for place, row in enumerate(rows, start=1) if place in wanted} if wanted else {}


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
    return between(KeptRows(current) if current else [], rows)


def between(older, newer):
    """The ``Difference`` of two versions: rows that stand in both are left out, the others paired by their names."""
    gone = {hash(row): place for place, row in enumerate(older, start=1)}
    fresh = []
    for place, row in enumerate(newer, start=1):
        if gone.pop(hash(row), None) is None:
            fresh.append((hash(names.key(row.name)), place))
    left, by_name = set(gone.values()), {}
    for place, row in enumerate(older if left and fresh else [], start=1):
        if place in left:
            by_name.setdefault(hash(names.key(row.name)), []).append(place)
    added, changed = [], []
    for name, place in fresh:
        if by_name.get(name):
            changed.append((by_name[name].pop(0), place))
        else:
            added.append(place)
    removed = sorted(left - {old for old, _new in changed})
    return Difference(older, newer, added, removed, changed)


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


def keep(rows, *, kind, title, as_of, by, forum=None, source=""):
    """Keep the rows as a version and return ``(list, is_new)``; the same rows, kind and date are the same version.

    The version with the latest date is the one in use; an older one is kept as history only. Rows are written in short
    transactions, so that nobody else waits long; a version that was cut off is not in use, and the same file goes on
    where it stopped.
    """
    version = version_of(rows, kind=kind, forum=forum, as_of=as_of)
    known, is_new = ReferenceList.objects.get_or_create(
        version=version,
        defaults={
            "kind": kind, "forum": forum, "title": title, "as_of": as_of, "source": source, "entry_count": len(rows),
            "imported_by": by, "is_complete": False,
        },
    )  # fmt: skip
    if not is_new and known.is_complete:
        return known, False
    _write(known, rows)
    return _complete(known, by=by), True


def _write(kept, rows):
    """Write the rows that are not there yet."""
    written = kept.entries.aggregate(last=Max("position"))["last"] or 0
    batch = []
    try:
        for position, row in enumerate(rows, start=1):
            if position > written:
                batch.append((position, row))
            if len(batch) == BATCH:
                _write_batch(kept, batch)
                batch.clear()
        _write_batch(kept, batch)
    except IntegrityError:
        raise Refused(
            _("Somebody is importing the same file at this moment. Look at the list of versions in a minute."),
            field="file",
        )


@transaction.atomic
def _write_batch(kept, batch):
    entries = ReferenceEntry.objects.bulk_create(
        ReferenceEntry(
            reference_list=kept, position=position, name=row.name, key=names.key(row.name), status=row.status,
            status_year=row.status_year, country_id=row.country or None, note=row.note,
        )
        for position, row in batch
    )  # fmt: skip
    ReferenceName.objects.bulk_create(
        ReferenceName(entry=entry, kind=other.kind, name=other.name, key=names.key(other.name), year=other.year)
        for entry, (_position, row) in zip(entries, batch, strict=True)
        for other in row.others
    )


@transaction.atomic
def _complete(kept, *, by):
    """Say that all rows are there, and bring the version into use where it is the newest."""
    kept = ReferenceList.objects.select_for_update().get(pk=kept.pk)
    if kept.is_complete:
        return kept
    current = ReferenceList.objects.select_for_update().filter(kind=kept.kind, forum=kept.forum_id, is_current=True)
    current = current.first()
    kept.is_complete, kept.is_current = True, current is None or kept.as_of >= current.as_of
    if current and kept.is_current:
        current.is_current = False
        current.save(update_fields=["is_current"])
    kept.save(update_fields=["is_complete", "is_current"])
    audit.record(
        "referencelist.import", kept, by=by, before=current.short_version if current else "", after=kept.short_version,
        entries=kept.entry_count, in_use=kept.is_current, internal=True,
    )  # fmt: skip
    if kept.is_current:
        consequences.ask_again(kept)
    return kept
