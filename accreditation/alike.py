"""Possible duplicates as an officer sees them: with why, and with what was decided about the pair."""

from typing import NamedTuple

from django.db.models import Q

from . import duplicates
from .models import DuplicateDecision

MOST_SHOWN = 5


class Decided(NamedTuple):
    is_same: bool
    reason: str


def possible_duplicates(application, user, *, hashes=None):
    """``[(other application, Likeness, what was decided or None)]``, most alike first, of those this officer
    may know of: one statement, where the ``hashes`` of its documents are known, and one more where there are some."""
    found = duplicates.likenesses(application, hashes=hashes, reader=user)[:MOST_SHOWN]
    decided = _decided(application, [other for other, _like in found]) if found else {}
    return [(other, like, decided.get(other.pk)) for other, like in found]


def _decided(application, others):
    """What was decided about each pair, by the key of the other application."""
    pairs = Q(first=application, second__in=others) | Q(first__in=others, second=application)
    return {
        (decision.second_id if decision.first_id == application.pk else decision.first_id): Decided(
            decision.is_same, decision.reason
        )
        for decision in DuplicateDecision.objects.filter(pairs)
    }
