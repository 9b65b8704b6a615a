"""What the programme pages show: the sessions of a Forum by day, in a fixed number of statements."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal.forum import Forum
from imrf_portal.times import long_date

from .models import ForumSession, Objective, SessionChange

OBJECTIVE = re.compile("[1-9][0-9]?")


@dataclass
class Day:
    """One day at the host's place, with its sessions."""

    on: date
    sessions: list

    @property
    def anchor(self):
        return f"d{self.on:%Y%m%d}"

    @property
    def title(self):
        return long_date(self.on)

    @property
    def is_today(self):
        zone = self.sessions[0].time_zone
        return clock.now().astimezone(ZoneInfo(zone)).date() == self.on

    @property
    def kinds(self):
        """The kinds of the day, each once, in order."""
        return ", ".join(dict.fromkeys(str(session.get_kind_display()) for session in self.sessions))


def published_forum(slug):
    forum = Forum.objects.filter(slug=slug, is_published=True).first()
    if forum is None:
        raise Http404
    return forum


def sessions_of(forum, *, kind="", objective=None):
    """The public sessions of a Forum with objectives and changes: three statements."""
    sessions = ForumSession.objects.public().filter(forum=forum)
    if kind:
        sessions = sessions.filter(kind=kind)
    if objective:
        sessions = sessions.filter(objectives=objective)
    return list(
        sessions.select_related("forum").prefetch_related(
            "objectives", Prefetch("changes", queryset=SessionChange.objects.order_by("changed_at"))
        )
    )


def by_day(sessions):
    return [Day(on, list(group)) for on, group in groupby(sessions, key=lambda session: session.day_on)]


def cleaned_filters(query):
    """``(kind, objective number)`` from the address; what is not a choice is left out."""
    kind = query.get("kind", "")
    kind = kind if kind in ForumSession.Kind.values else ""
    number = query.get("objective", "")
    return kind, int(number) if OBJECTIVE.fullmatch(number) else None


def objective_choices():
    return [(objective.number, str(objective)) for objective in Objective.objects.all()]


def at_the_same_time(session, sessions):
    """The others whose hours meet those of ``session``."""
    return [other for other in sessions if other.pk != session.pk and session.overlaps(other)]


def state_of(session):
    """The chip of a session: ``data-state`` and words; None when there is nothing to say."""
    match session.status:
        case ForumSession.Status.CANCELLED:
            return "fix", _("Cancelled")
        case ForumSession.Status.TENTATIVE:
            return "todo", _("To be confirmed")
        case ForumSession.Status.MOVED:
            return "ask", _("Moved")
    return None
