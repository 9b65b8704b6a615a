"""What the programme pages show: the sessions of a Forum by day, in a fixed number of statements."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal.forum import Forum
from imrf_portal.times import city_of, long_date

from .models import ForumSession, Objective, SessionChange

LONGEST_CHOICE = 70
OBJECTIVE = re.compile("[1-9][0-9]?")


@dataclass
class Day:
    """One day at the host's place, with its sessions."""

    on: date
    sessions: list

    @cached_property
    def anchor(self):
        return f"d{self.on:%Y%m%d}"

    @cached_property
    def title(self):
        return long_date(self.on)

    @property
    def is_today(self):
        zone = self.sessions[0].time_zone
        return clock.now().astimezone(ZoneInfo(zone)).date() == self.on

    @property
    def kinds(self):
        """The kinds of the day, each once, in order."""
        kinds = dict.fromkeys(session.kind for session in self.sessions)
        return ", ".join(str(ForumSession.Kind(kind).label) for kind in kinds)


def published_forum(slug):
    forum = Forum.objects.filter(slug=slug, is_published=True).first()
    if forum is None:
        raise Http404
    return forum


def sessions_of(forum):
    """The public sessions of a Forum with objectives and changes: three statements."""
    changes = Prefetch("changes", queryset=SessionChange.objects.order_by("changed_at"))
    sessions = list(ForumSession.objects.public().filter(forum=forum).prefetch_related("objectives", changes))
    for session in sessions:
        session.forum = forum
    return sessions


def filtered(sessions, *, kind="", objective=None):
    """Those of a kind and of an objective; what meets at the same time is found among all, so it is chosen here."""
    return [
        session
        for session in sessions
        if (not kind or session.kind == kind)
        and (objective is None or any(one.number == objective for one in session.objectives.all()))
    ]


def by_day(sessions):
    return [Day(on, list(group)) for on, group in groupby(sessions, key=lambda session: session.day_on)]


def cleaned_filters(query):
    """``(kind, objective number)`` from the address; what is not a choice is left out."""
    kind = query.get("kind", "")
    kind = kind if kind in ForumSession.Kind.values else ""
    number = query.get("objective", "")
    return kind, int(number) if OBJECTIVE.fullmatch(number) else None


def objective_choices():
    """``(number, words)`` of each, short enough for a list to choose from."""
    named = Objective.objects.values_list("number", "title")
    return [(number, Truncator(f"{number}. {title}").chars(LONGEST_CHOICE)) for number, title in named]


def at_the_same_time(session, sessions):
    """The others whose hours meet those of ``session``; nobody sits in one that is cancelled."""
    return [other for other in sessions if _meets(session, other)]


def _meets(one, other):
    both_take_place = ForumSession.Status.CANCELLED not in {one.status, other.status}
    return both_take_place and one.pk != other.pk and one.overlaps(other)


def mark_same_time(sessions):
    """Give each session the list ``same_time`` of the others whose hours meet its own."""
    for session in sessions:
        session.same_time = []
    for one, other in combinations(sessions, 2):
        if _meets(one, other):
            one.same_time.append(other)
            other.same_time.append(one)


def place_of(sessions):
    """“New York”, where all sessions keep one clock; else words for whatever place each is held in."""
    zones = {session.time_zone for session in sessions}
    return city_of(zones.pop()) if len(zones) == 1 else _("Place of the meeting")


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
