"""Seeing what a reference list would change, and keeping it as a new version.

Rows are anything that has a length and can be gone through again: a file, a version that is kept, a list. Nothing here
holds all of them, so that a list of 100,000 takes no more memory than a short one.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, health, hints
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused

from . import consequences, names
from .models import ReferenceEntry, ReferenceFile, ReferenceList, ReferenceName
from .reference_files import MOST_PROBLEMS, FileRows, OtherName, Row

BATCH = 1000
"""Rows written in one transaction: another who writes meanwhile waits for so many at most."""
AT_ONCE = 5000
"""Up to so many rows are written while the officer waits; more are left to the worker."""
PATIENCE = timedelta(minutes=2)


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
    known, _is_new = _begin(rows, kind=kind, title=title, as_of=as_of, by=by, forum=forum, source=source)
    if known.is_complete:
        return known, False
    return _write(known, rows, by=by), True


def _begin(rows, *, kind, title, as_of, by, forum, source):
    """The version that these rows are, and whether nobody began it before."""
    return ReferenceList.objects.get_or_create(
        version=version_of(rows, kind=kind, forum=forum, as_of=as_of),
        defaults={
            "kind": kind, "forum": forum, "title": title, "as_of": as_of, "source": source, "entry_count": len(rows),
            "imported_by": by, "is_complete": False,
        },
    )  # fmt: skip


def confirm(rows, *, by, **about):
    """Keep the rows of a file (``FileRows``): here when they are few, else by the worker, for which the file is kept.

    Returns ``(list, is_new)`` as ``keep`` does; the list may not be complete yet. ``about``: as for ``keep``.
    """
    with transaction.atomic():
        known, _is_new = _begin(rows, by=by, **about)
        if known.is_complete:
            return known, False
        ReferenceFile.objects.get_or_create(reference_list=known, defaults={"content": rows.content})
    if len(rows) <= AT_ONCE:
        return _write(known, rows, by=by), True
    from .tasks import write_reference_list

    hints.give(write_reference_list, known.pk)
    return known, True


def carry_on(reference_list, *, at_most=None):
    """Write what is not written yet of a version whose file waits, at most so many rows. Safe to call twice or at once:
    whoever comes second stops."""
    file = ReferenceFile.objects.filter(reference_list=reference_list).first()
    if file is None:
        raise Refused(
            _("The file of this version is not kept. Import the same file again: it goes on where it stopped.")
        )
    rows = FileRows(bytes(file.content), reference_list.entry_count)
    return _write(reference_list, rows, by=reference_list.imported_by, at_most=at_most)


def go_on(reference_list, *, by):
    """Write some of the rows now, for an officer who does not want to wait for the worker; it is told of the others."""
    if not may(by, Capability.CONFIGURE):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    if reference_list.is_complete:
        raise Refused(_("All rows are written already."))
    if not (stands_still(reference_list) or health.worker_is_away()):
        raise Refused(_("The worker is writing the rows at this moment. There is nothing to do."))
    version = carry_on(reference_list, at_most=AT_ONCE)
    if not version.is_complete:
        from .tasks import write_reference_list

        hints.give(write_reference_list, version.pk)
    return version


def carry_on_by_key(pk):
    """What the worker is asked to do; nothing when the version is complete already."""
    waiting = ReferenceList.objects.filter(pk=pk, waiting_file__isnull=False).select_related("imported_by").first()
    return carry_on(waiting).pk if waiting else None


def carry_on_left_behind():
    """Sweep: take up versions of which nothing was written for a while; how many."""
    left = [one for one in waiting_lists().select_related("imported_by") if stands_still(one)]
    return sum(carry_on(one) is not None for one in left)


def waiting_lists():
    """Versions that the worker writes, or is to write."""
    return ReferenceList.objects.filter(is_complete=False, waiting_file__isnull=False)


def stands_still(reference_list):
    """Whether nothing was written for so long that nobody is at work on it."""
    return not reference_list.is_complete and moved_at(reference_list) <= clock.now() - PATIENCE


def moved_at(reference_list):
    """The instant of the last rows, or of the confirmation where there are none yet."""
    return reference_list.written_at or reference_list.imported_at


def oldest_due():
    """Since when the worker owes rows; None when it owes none (see ``health``)."""
    return min((moved_at(one) for one in waiting_lists()), default=None)


def _write(kept, rows, *, by, at_most=None):
    """Write the rows that are not there yet, at most so many; the version as it is then."""
    kept.refresh_from_db()
    batch, left = [], at_most
    for position, row in enumerate(rows, start=1):
        if position <= kept.written_count:
            continue
        batch.append((position, row))
        if len(batch) < BATCH and position < len(rows):
            continue
        if not _write_batch(kept, batch):
            break  # another is writing the same version
        left = None if left is None else left - len(batch)
        batch = []
        if left is not None and left <= 0:
            break
    return _complete(kept, by=by)


@transaction.atomic
def _write_batch(kept, batch):
    """Write these rows and move the version on; False when another wrote them meanwhile."""
    begun = batch[0][0] - 1
    if not ReferenceList.objects.filter(pk=kept.pk, written_count=begun, is_complete=False).update(
        written_count=begun + len(batch), written_at=clock.now()
    ):
        return False
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
    kept.written_count = begun + len(batch)
    return True


@transaction.atomic
def _complete(kept, *, by):
    """When all rows are there: say so, and bring the version into use where it is the newest."""
    kept = ReferenceList.objects.select_for_update().get(pk=kept.pk)
    if kept.is_complete or kept.written_count < kept.entry_count:
        return kept
    current = ReferenceList.objects.select_for_update().filter(kind=kept.kind, forum=kept.forum_id, is_current=True)
    current = current.first()
    kept.is_complete, kept.is_current = True, current is None or kept.as_of >= current.as_of
    if current and kept.is_current:
        current.is_current = False
        current.save(update_fields=["is_current"])
    kept.save(update_fields=["is_complete", "is_current"])
    ReferenceFile.objects.filter(reference_list=kept).delete()
    audit.record(
        "referencelist.import", kept, by=by, before=current.short_version if current else "", after=kept.short_version,
        entries=kept.entry_count, in_use=kept.is_current, internal=True,
    )  # fmt: skip
    if kept.is_current:
        consequences.ask_again(kept)
    return kept
