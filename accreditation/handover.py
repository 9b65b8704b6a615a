"""The open work of a member of the secretariat who left: what it is, and giving it to a colleague."""

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from imrf_portal.access import Audience, Capability
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.counting import set_of
from imrf_portal.errors import Refused
from imrf_portal.users import User

from . import review, staffing
from .models import Application, Status
from .models.applications import UNDECIDED


def held_by(person, *, seen_by):
    """The undecided applications that a person holds, as far as ``seen_by`` may know them."""
    return Application.objects.visible_to(seen_by).filter(assigned_to=person, status__in=UNDECIDED).order_by("pk")


def waiting_acts(person, *, seen_by):
    """What the person proposed and nobody has signed, as far as ``seen_by`` may know it."""
    known = CountersignedAct.objects.visible_to(seen_by)
    return known.filter(proposed_by=person, state=CountersignedAct.State.WAITING)


def gone():
    """The members of the secretariat who cannot sign in any more."""
    return User.objects.without_access().filter(audience=Audience.SECRETARIAT)


def left_behind(user):
    """The applications held by people who cannot sign in any more."""
    held = set_of(Application.objects.filter(assigned_to__in=gone()).values("pk"))
    # Not “undecided”, with which a database would begin: that is most of all there are.
    return (
        Application.objects.visible_to(user)
        .filter(pk__in=held)
        .exclude(status__in=[one for one in Status if one not in UNDECIDED])
    )


def who_left(user):
    """``[(person, applications held, acts that wait)]`` of those who left open work."""
    held = dict(left_behind(user).order_by().values_list("assigned_to").annotate(Count("pk")))
    known = CountersignedAct.objects.visible_to(user)
    waiting = known.filter(proposed_by__in=gone(), state=CountersignedAct.State.WAITING)
    acts = dict(waiting.order_by().values_list("proposed_by").annotate(Count("pk")))
    people = User.objects.filter(pk__in={*held, *acts}).order_by("name", "email")
    return [(person, held.get(person.pk, 0), acts.get(person.pk, 0)) for person in people]


@transaction.atomic
def hand_over_all(person, *, by, to):
    """Give every application that ``person`` holds to the officer with the key ``to``; returns how many.

    The events keep who held them.
    """
    review.require(by, Capability.SIGN)
    held = list(held_by(person, seen_by=by))
    if not held:
        raise Refused(_("%(who)s holds no application.") % {"who": person})
    for application in held:
        staffing.hand_over(application, by=by, to=to)
    return len(held)
