"""Tags of registration: the chip of a place, and what a session's page says to those who registered people for it."""

from collections import Counter

from django import template
from django.utils.translation import gettext as _

from accreditation.recognition import accreditations_of
from imrf_portal.templatetags.portal import status_chip
from registration import guardians
from registration.models import Registration, Status
from registration.models.seats import LIVE, PRESENT
from registration.workflow import closed_reason
from sessions_app.models import ForumSession

register = template.Library()

STATES = {
    Status.REGISTERED: "progress",
    Status.CONFIRMED: "done",
    Status.OVERFLOW: "wait",
    Status.WAITING: "wait",
    Status.OFFERED: "ask",
}


@register.simple_tag
def seat_chip(registration):
    """The state of a place and its words."""
    return status_chip(STATES.get(registration.status, "todo"), registration.get_status_display())


@register.simple_tag
def person_chip(person):
    """Whether what is needed about a person is there."""
    if not person.name:
        return status_chip("wait", _("Invited, not answered yet"))
    if missing := guardians.what_is_missing(person):
        return status_chip("ask", missing)
    if not person.consented_at:
        return status_chip("ask", _("Agreement missing"))
    return status_chip("done", _("Details complete"))


@register.filter
def missing(person):
    """Why there is no letter about a person yet, empty where nothing is missing."""
    return guardians.what_is_missing(person)


@register.inclusion_tag("registration/your_people.html", takes_context=True)
def your_people(context, session):
    """The reader's people in this session, and what those without a place can do (T-R26)."""
    user = getattr(context.get("request"), "user", None)
    people = []
    accreditations = []
    if user is not None and user.is_authenticated:
        accreditations = [one for one in accreditations_of(user, session.forum).distinct() if one.is_in_force]
        people = list(
            Registration.objects.filter(PRESENT, forum_session=session, accreditation__in=accreditations)
            .select_related("representative", "accreditation__organization")
            .order_by("accreditation", "seat")
        )
    return {
        "session": session,
        "forum": session.forum,
        "accreditation": accreditations[0] if len(accreditations) == 1 else None,
        "people": people,
        "without_place": [one for one in people if one.status in {Status.WAITING, Status.OVERFLOW, Status.REGISTERED}],
        "closed": closed_reason(session),
    }


@register.inclusion_tag("registration/next_step.html")
def registration_step(forum):
    """The way from an accreditation to registered people: open until the first close, from the first opening, or over.

    One statement.
    """
    sessions = list(forum.sessions.public().exclude(status=ForumSession.Status.CANCELLED))
    windows = [one.registration_window() for one in sessions if not one.is_over]
    dated = [window for window in windows if window.opens_at or window.closes_at]
    return {
        "forum": forum,
        "now": min((one.closes_at for one in dated if one.is_open() and one.closes_at), default=None),
        "later": min((one.opens_at for one in dated if one.not_yet_open()), default=None),
        "is_over": bool(sessions) and all(one.has_closed() for one in windows),
    }


@register.simple_tag(takes_context=True)
def places_of_reader(context, forum):
    """How many people the reader's organizations have in each session of a Forum, by the key of the session."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return {}
    own = [one for one in accreditations_of(user, forum).distinct() if one.is_in_force]
    return Counter(
        Registration.objects.filter(LIVE, accreditation__in=own).values_list("forum_session", flat=True) if own else ()
    )


@register.filter
def at_key(found, key):
    """What a dictionary holds under a key, or None."""
    return found.get(key)
