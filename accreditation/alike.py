"""Possible duplicates as an officer sees them: with why, and with what was decided about the pair."""

from typing import NamedTuple

from django.db.models import OuterRef, Q, Subquery

from . import duplicates
from .models import Application, DuplicateDecision

MOST_SHOWN = 5


class Decided(NamedTuple):
    is_same: bool
    reason: str


def possible_duplicates(application, user, *, hashes=None):
    """``[(other application, Likeness, what was decided or None)]``, most alike first, of those this officer
    may know of: one statement, where the ``hashes`` of its documents are known."""
    pair = Q(first=application, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=application)
    decisions = DuplicateDecision.objects.filter(pair)
    others = Application.objects.visible_to(user).select_related("assigned_to")
    others = others.annotate(
        decided_same=Subquery(decisions.values("is_same")), decided_why=Subquery(decisions.values("reason"))
    )
    held_by = ("assigned_to__name", "assigned_to__email")
    found = duplicates.likenesses(application, hashes=hashes, among=others, also=held_by)
    return [(other, like, _decided(other)) for other, like in found[:MOST_SHOWN]]


def _decided(other):
    return None if other.decided_same is None else Decided(other.decided_same, other.decided_why)
