"""Which applications look like another, for the rows of the queue: noted by the worker, read in one statement.

The review screen compares afresh and says why (see ``alike``); here stands the score alone.
"""

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from imrf_portal.counting import set_of

from . import duplicates
from .models import ApplicationVersion, DuplicateDecision, Likeness, LikenessNoted, Status
from .places import kept_from

AT_ONCE = 200
"""Versions compared in one sweep; a few milliseconds each."""
MOST_NOTED = 20
"""Pairs kept for one application, the most alike: a row shows one."""
GONE = (Status.DRAFT, Status.WITHDRAWN, Status.CLOSED)


def note_due():
    """Sweep: compare the versions that were sent since; how many. Safe to run twice or at once."""
    waiting = ApplicationVersion.objects.filter(likeness_noted=None).select_related("application").order_by("pk")
    return sum(_note(version) for version in waiting[:AT_ONCE])


def _note(version):
    application = version.application
    found = {
        tuple(sorted((application.pk, other.pk))): alike.score for other, alike in duplicates.likenesses(application)
    }
    pairs = [Likeness(first_id=first, second_id=second, score=score) for (first, second), score in found.items()]
    try:
        with transaction.atomic():
            LikenessNoted.objects.create(version=version)
            known = Likeness.objects.filter(Q(first=application) | Q(second=application))
            known.exclude(
                first__in=[first for first, _second in found], second__in=[second for _first, second in found]
            ).delete()
            Likeness.objects.bulk_create(
                pairs[:MOST_NOTED], update_conflicts=True, unique_fields=["first", "second"], update_fields=["score"]
            )
    except IntegrityError:
        return False  # another worker noted it
    return True


def nearest(keys, user):
    """``{key: (score, name of the other)}`` of these applications, which the officer may know of: the most alike that
    she may know of too, where nobody has decided about the pair. One statement."""
    keys, kept_back = set(keys), set_of(kept_from(user).values("pk"))
    decided = DuplicateDecision.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    pairs = (
        Likeness.objects.filter(Q(first__in=keys) | Q(second__in=keys))
        .exclude(Q(first__in=kept_back) | Q(second__in=kept_back))
        .exclude(Q(first__status__in=GONE) | Q(second__status__in=GONE))
        .exclude(Exists(decided))
        .order_by("score", "pk")
    )
    found = {}
    for first, second, score, name, other_name in pairs.values_list(
        "first", "second", "score", "first__name", "second__name"
    ):
        found[first], found[second] = (score, other_name), (score, name)
    return {key: match for key, match in found.items() if key in keys}
