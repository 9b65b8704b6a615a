"""Possible duplicates as an officer sees them: with why, and with what was decided about the pair."""

from django.db.models import Q

from . import duplicates
from .models import Application, DuplicateDecision

MOST_SHOWN = 5


def possible_duplicates(application):
    """``[(other application, Likeness, decision or None)]``, most alike first."""
    found = duplicates.likenesses(application)[:MOST_SHOWN]
    others = Application.objects.select_related("country", "assigned_to").in_bulk([other.pk for other, _like in found])
    decided = _decisions(application)
    return [(others[other.pk], like, decided.get(other.pk)) for other, like in found]


def _decisions(application):
    rows = DuplicateDecision.objects.filter(Q(first=application) | Q(second=application)).select_related("decided_by")
    return {row.second_id if row.first_id == application.pk else row.first_id: row for row in rows}
