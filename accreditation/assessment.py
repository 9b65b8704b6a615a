"""Recommending an application: with its checklist done, or with a reason that is kept.

Source of the rule: ``docs/decisions/recommending-before-everything-is-checked.md``.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal.errors import Refused

from . import checklists, review
from .workflow import locked

MOST_NAMED = 3
"""Things left that the refusal names; the rest are counted."""


@transaction.atomic
def recommend(application, *, by, seen_version=None, despite=""):
    """Recommend; another officer must sign. While something is left to do, ``despite`` says why all the same."""
    application = locked(application)
    review.require_unchanged(application, seen_version)
    things = [] if despite.strip() else checklists.left_to_do(application, by).things
    recommended = review.recommend(application, by=by, seen_version=seen_version, despite=despite.strip())
    if things:
        raise Refused(_what_is_left(things), field="despite")
    return recommended


def _what_is_left(things):
    named = "; ".join(thing.words for thing in things[:MOST_NAMED])
    more = len(things) - MOST_NAMED
    sentence = ngettext("%(count)d thing is left: %(things)s", "%(count)d things are left: %(things)s", len(things))
    sentence %= {"count": len(things), "things": named if more <= 0 else f"{named} …"}
    return _("%(left)s. Do it first, or write why you recommend it all the same.") % {"left": sentence}
