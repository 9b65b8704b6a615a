"""What is counted once a list is final: its balance, and who of it came (which the app of registration counts)."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from imrf_portal import clock

from . import register
from .models import Application
from .small_figures import is_few, told

REST = "rest"
ANSWERS = (Application.WomenLed.YES.value, Application.WomenLed.NO.value, Application.WomenLed.UNANSWERED.value)
SITUATIONS = {"is_ldc": "country__is_ldc", "is_lldc": "country__is_lldc", "is_sids": "country__is_sids"}
COUNT_TURNOUT = []
"""``count(forum, applications) -> Turnout`` of the app that knows who registered and came; one at most."""


@dataclass(frozen=True)
class Turnout:
    """Organizations of the final list that registered somebody and of which somebody entered; sessions in which
    organizations of any route held seats, and people of any route who entered."""

    registered: int
    came: int
    sessions: int
    people: int


@dataclass(frozen=True)
class FinalFigures:
    """``leadership`` is ``[(answer, number)]``, ``situations`` ``[(flag of the country, number)]``."""

    total: int
    countries: int
    leadership: list
    situations: list
    turnout: Turnout | None
    is_over: bool


def collect(forum, applications):
    """Of the final list with these applications (a query of keys); two statements and those of the turnout."""
    listed = Application.objects.filter(pk__in=applications)
    answers = {f"led_{answer or 'unanswered'}": Count("pk", filter=Q(women_led=answer)) for answer in ANSWERS}
    situations = {flag: Count("pk", filter=Q(**{path: True})) for flag, path in SITUATIONS.items()}
    counted = listed.aggregate(
        total=Count("pk"), countries=Count("country", distinct=True), **answers, **situations
    )  # fmt: skip
    turnout = COUNT_TURNOUT[0](forum, applications) if COUNT_TURNOUT else None
    return FinalFigures(
        total=counted["total"],
        countries=counted["countries"],
        leadership=[(answer, counted[f"led_{answer or 'unanswered'}"]) for answer in ANSWERS],
        situations=[(flag, counted[flag]) for flag in SITUATIONS],
        turnout=turnout,
        is_over=is_over(forum),
    )


def is_over(forum):
    """Whether the last day of the Forum has ended where it is held."""
    if forum.ends_on is None:
        return False
    return clock.now().astimezone(ZoneInfo(forum.time_zone)).date() > forum.ends_on


def public(figures):
    """The same without figures by which somebody could be picked out; who came is told when the Forum is over, because
    a figure that moves from day to day tells of the one that moved it."""
    leadership = register.merged(dict(figures.leadership), rest=REST)
    turnout = figures.turnout if figures.is_over else None
    if turnout:
        registered = told(turnout.registered, figures.total)
        came = told(turnout.came, turnout.registered)
        turnout = replace(
            turnout,
            registered=registered,
            came=came if came < 0 else told(turnout.came, figures.total),
            people=told(turnout.people, turnout.people),
        )
    return replace(
        figures,
        countries=0 if is_few(figures.total) else figures.countries,
        leadership=[(group.label, group.count) for group in leadership] if len(leadership) > 1 else [],
        situations=[] if is_few(figures.total) else [(flag, told(n, figures.total)) for flag, n in figures.situations],
        turnout=turnout,
    )
