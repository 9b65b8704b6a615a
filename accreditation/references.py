"""Looking a name up in the reference lists that are in use."""

from collections import OrderedDict
from threading import Lock

from . import matching
from .models import ReferenceEntry, ReferenceList, ReferenceName

KEPT_INDEXES = 12
_indexes = OrderedDict()
_lock = Lock()


def current_lists(kinds=None):
    """The versions in use, of the given kinds (values of ``ReferenceList.Kind``) or of all."""
    lists = ReferenceList.objects.filter(is_current=True).order_by("kind", "-as_of")
    return lists.filter(kind__in=kinds) if kinds is not None else lists


def index_of(reference_list):
    """The index of all names of a version: built once per process, because a version never changes.

    Entries stand in it by their position, so that the version alone says what the index holds.
    """
    with _lock:
        if reference_list.version in _indexes:
            _indexes.move_to_end(reference_list.version)
            return _indexes[reference_list.version]
    index = matching.Index(_listed(reference_list))
    with _lock:
        _indexes[reference_list.version] = index
        while len(_indexes) > KEPT_INDEXES:
            _indexes.popitem(last=False)
    return index


def _listed(reference_list):
    entries = ReferenceEntry.objects.filter(reference_list=reference_list).order_by("position")
    for position, name in entries.values_list("position", "name"):
        yield matching.Listed(position, name)
    others = ReferenceName.objects.filter(entry__reference_list=reference_list).order_by("pk")
    for position, name, kind, year in others.values_list("entry__position", "name", "kind", "year"):
        yield matching.Listed(position, name, kind, year)


def find_matches(name, *, kinds=None, country="", limit=5, lists=None):
    """The entries nearest to ``name`` on the lists in use, best first: dicts of plain values that can be stored.

    ``country`` is the ISO code the person chose: an entry of another country is marked (``same_country`` False), never
    left out. Keys: list, list_kind, list_title, list_as_of, list_version, list_imported_at, entry, name (of today),
    matched_name, matched_kind, matched_year, status, status_year, country, note, score, is_exact, differences (codes
    of ``names.DIFFERENCES``), typed_marks, listed_marks (segments ``[text, is_different]``), same_country.
    """
    found = []
    for reference_list in current_lists(kinds) if lists is None else lists:
        matches = matching.rank(name, index_of(reference_list), limit=limit)
        found.extend(_evidence(reference_list, matches, country))
    return sorted(found, key=_order)[:limit]


def _order(match):
    return (not match["is_exact"], match["same_country"] is False, -match["score"])


def _evidence(reference_list, matches, country):
    if not matches:
        return
    found = reference_list.entries.filter(position__in=[match.listed.entry for match in matches])
    entries = {entry.position: entry for entry in found}
    for match in matches:
        entry = entries[match.listed.entry]
        same_country = entry.country_id == country if entry.country_id and country else None
        yield {
            "list": reference_list.pk,
            "list_kind": reference_list.kind,
            "list_title": reference_list.title,
            "list_as_of": reference_list.as_of.isoformat(),
            "list_version": reference_list.version,
            "list_imported_at": reference_list.imported_at.isoformat(),
            "entry": entry.pk,
            "name": entry.name,
            "matched_name": match.listed.name,
            "matched_kind": match.listed.kind,
            "matched_year": match.listed.year,
            "status": entry.status,
            "status_year": entry.status_year,
            "country": entry.country_id or "",
            "note": entry.note,
            "score": match.score,
            "is_exact": match.is_exact,
            "differences": [*match.differences, *(["country"] if same_country is False else [])],
            "typed_marks": match.typed_marks,
            "listed_marks": match.listed_marks,
            "same_country": same_country,
        }
