"""Moving the dates of a Forum: what moves along, what stays, who is concerned, and when two signatures are needed.

The apps bring their dates as lines (``bring``), what follows from a date by itself (``follows``) and the people that a
date concerns (``concern``). ``move`` is the one verb that moves any of them. What takes time from those who planned by
an announced date is done only when a second officer has signed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import clock, countersigned, mail, times
from .access import Capability, may
from .errors import Refused
from .forum import DateChange, Forum
from .officers import forums_of

NAME = "date_move"
NOTICE = timedelta(hours=24)
"""What people keep at the least when an announced instant moves earlier: time to read that it did."""


@dataclass(frozen=True)
class Line:
    """One date of a Forum. ``value`` is a day or an instant, None while it is to be announced.

    ``move(new, by=, reason=, signed_by=)`` moves it and keeps the old one; ``by`` is the one of two officers whose role
    includes it, ``signed_by`` the other. ``guarded`` says which way takes time from
    people: ``earlier``, ``later`` or ``moved`` (both). ``part`` is ``meeting`` for what is held or counted from the
    days of the meeting. ``stays`` says why it cannot move; ``leads``: what belongs to the meeting goes along with it.
    """

    key: str
    what: str
    value: date | datetime | None
    zone: str
    move: Callable
    is_instant: bool = True
    until: date | None = None
    part: str = ""
    guarded: str = "earlier"
    capability: Capability = Capability.CONFIGURE
    concerns: tuple = ()
    follows: tuple = ()
    stays: str = ""
    leads: bool = False
    count: int = 1

    @property
    def day(self):
        """The day it falls on at its place."""
        return day_of(self.value, self.zone)

    def has_passed(self):
        return self.value is not None and not _is_ahead(self.value, self.zone)


@dataclass(frozen=True)
class Group:
    """People whom a date concerns. ``people(forum)`` is a queryset of users; ``told``: the move itself tells them."""

    name: str
    label: Any
    people: Callable
    told: bool = False


SOURCES, FOLLOWERS, GROUPS = [], {}, {}


def bring(source):
    """``source(forum)`` gives the lines of an app for one Forum, in a fixed number of statements."""
    SOURCES.append(source)


def follows(name, label, leads):
    """What is computed from every date called ``name``: ``leads`` are the distances from it (timedelta)."""
    FOLLOWERS.setdefault(name, []).append((label, leads))


def concern(group):
    GROUPS[group.name] = group


def lines_of(forum):
    """``{key: Line}`` of all dates of a Forum, in the order of time; those to be announced last."""
    found = [line for source in SOURCES for line in source(forum)]
    found.sort(key=lambda line: (line.value is None, _instant(line) if line.value else 0))
    return {line.key: line for line in found}


def _instant(line):
    if line.is_instant:
        return line.value.timestamp()
    return datetime.combine(line.value, time(), tzinfo=ZoneInfo(line.zone)).timestamp()


def _is_ahead(value, zone):
    if isinstance(value, datetime):
        return value > clock.now()
    return value >= clock.now().astimezone(ZoneInfo(zone)).date()


def day_of(value, zone):
    """The day of a day or an instant, at its place."""
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def shifted(value, old, new, zone):
    """``value`` moved as far as from ``old`` to ``new``, on the clock of its place: 17:00 stays 17:00 over a change of
    the clocks, and a day moves by whole days. Raises ``Refused`` where the clocks leave the time out or show it twice.
    """
    days = day_of(new, zone) - day_of(old, zone)
    if not isinstance(value, datetime):
        return value + days
    here = ZoneInfo(zone)
    apart = days
    if isinstance(old, datetime):
        apart = new.astimezone(here).replace(tzinfo=None) - old.astimezone(here).replace(tzinfo=None)
    return times.once((value.astimezone(here).replace(tzinfo=None) + apart).replace(tzinfo=here))


@dataclass(frozen=True)
class Step:
    """One date with where it would go. ``proposed``: it goes along unless an officer says no."""

    line: Line
    new: date | datetime | None
    taken: bool = False
    proposed: bool = False
    rule: str = ""
    stays: str = ""

    @property
    def what(self):
        return self.line.what

    @property
    def old_at(self):
        return self.line.value

    @property
    def new_at(self):
        return self.new

    def takes_time(self):
        """Whether people lose time by it."""
        old, new = self.line.value, self.new
        ways = {"earlier": old and new < old, "later": old and new > old, "moved": old is not None}
        return bool(ways.get(self.line.guarded))

    def derived(self):
        """What follows from it by itself: ``[(label, [old instants], [new instants])]``."""
        name = self.line.key.rpartition(".")[2]
        rules = [*self.line.follows, *FOLLOWERS.get(name, ())]
        return [(label, [self.old_at + lead for lead in leads], [self.new + lead for lead in leads])
                for label, leads in rules]  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A move worked out: ``mover`` is the date that was chosen, ``others`` are all other dates of the Forum."""

    forum: Forum
    mover: Step
    others: list = field(default_factory=list)

    @property
    def taken(self):
        return [self.mover, *(step for step in self.others if step.taken)]

    @property
    def staying(self):
        return [step for step in self.others if not step.taken]

    @property
    def needs_signature(self):
        return self.forum.is_published and any(step.takes_time() for step in self.taken)

    @property
    def groups(self):
        names = {name for step in self.taken for name in step.line.concerns}
        return [group for name, group in GROUPS.items() if name in names]

    def seen(self):
        """What the dates to be moved are now, by key: what a page showed, or a proposal rests on."""
        return {step.line.key: step.line.value for step in self.taken}


def plan(forum, key, new, take=None):
    """Work out the move of one date. ``take``: the keys of those that go along; None: those that belong together.

    Raises ``KeyError`` for an unknown key.
    """
    lines = lines_of(forum)
    mover = lines[key]
    others = [_step(mover, line, new, take) for line in lines.values() if line.key != key and line.value]
    return Plan(forum, Step(mover, new, taken=True), others)


def _step(mover, line, moved_to, take):
    why = line.stays or (_t("in the past") if line.has_passed() else "")
    proposed = not why and _belongs(mover, line)
    taken = not why and (proposed if take is None else line.key in take)
    try:
        new = shifted(line.value, mover.value or moved_to, moved_to, line.zone) if moved_to else line.value
    except Refused as refusal:
        new, why = line.value, str(refusal)
    stands_still = moved_to != mover.value and new == line.value
    return Step(line, new, taken and not stands_still, proposed, _distance(mover, line), why)


def _belongs(mover, line):
    """Whether a date goes along of itself: the rest of the meeting with its first day; else what is the same date."""
    if mover.value is None:
        return False
    if mover.leads and line.part == "meeting":
        return True
    return line.value == mover.value if line.is_instant == mover.is_instant else line.day == mover.day


def _distance(mover, line):
    if mover.value is None:
        return ""
    days = (line.day - mover.day).days
    if not days:
        return _t("the same day")
    words = (
        ngettext("%(count)d day after", "%(count)d days after", days)
        if days > 0
        else ngettext("%(count)d day before", "%(count)d days before", -days)
    )
    return words % {"count": abs(days)}


@transaction.atomic
def move(forum, key, new, *, by, reason, take=(), seen=None, act=None):
    """Move one date of a Forum and those in ``take`` with it; notices are written and held in the outbox.

    ``seen`` is what the page showed (``Plan.seen``): refused when a date has moved meanwhile. ``act`` is the signed act
    where two signatures are needed. Returns the ``Plan`` that was carried out.
    """
    forum = Forum.objects.select_for_update().get(pk=forum.pk)
    planned = plan(forum, key, new, take)
    _require_possible(planned, reason)
    _require_as_seen(planned, seen)
    if planned.needs_signature:
        countersigned.require_consent(act, NAME, forum)
    officers = [act.proposed_by, act.signed_by] if act else [by]
    for step in _in_order(planned):
        officer = _who_may(officers, step.line)
        other = next((one for one in officers if one != officer), None)
        step.line.move(step.new, by=officer, reason=reason.strip(), signed_by=other)
    _write_notices(planned, reason.strip())
    return planned


def _require_possible(planned, reason):
    if not reason.strip():
        raise Refused(_t("Say why the date moves; the reason is shown to the public."), field="reason")
    mover = planned.mover
    if mover.line.stays:
        raise Refused(_t("This date cannot be moved: %(why)s.") % {"why": mover.line.stays})
    if mover.new == mover.old_at:
        raise Refused(_t("That is the date it has already."), field="moment")
    for step in planned.taken:
        if not _is_ahead(step.new, step.line.zone):
            raise Refused(
                _t("“%(what)s” would be in the past. A date can only move into the future.") % {"what": step.what},
                field="moment",
            )
        shortened = step.line.guarded == "earlier" and step.line.is_instant and step.takes_time()
        if planned.forum.is_published and shortened and step.new < clock.now() + NOTICE:
            raise Refused(
                _t("“%(what)s” would come less than 24 hours from now; nobody could read of it in time.")
                % {"what": step.what},
                field="moment",
            )


def _require_as_seen(planned, seen):
    if seen is not None and any(seen.get(key) != value for key, value in planned.seen().items()):
        raise Refused(_t("A date was moved by somebody else after you opened this page. Look at it again."))


def _in_order(planned):
    """What moves later is moved from the end, what moves earlier from the start, so that no order is ever broken."""
    steps = sorted(planned.taken, key=lambda step: _instant(step.line) if step.line.value else 0)
    forward = planned.mover.line.value is None or planned.mover.new > planned.mover.line.value
    return reversed(steps) if forward else steps


def _who_may(officers, line):
    able = next((officer for officer in officers if may(officer, line.capability)), None)
    if able is None:
        raise Refused(
            _t("“%(what)s” can only be moved by an officer who may %(capability)s. Leave it, or let one sign.")
            % {"what": line.what, "capability": line.capability.label}
        )
    return able


def _write_notices(planned, reason):
    """One letter for each person concerned, held until an officer lets it go; composed once in each language."""
    steps = [step for step in planned.taken if step.line.concerns]
    stamp = f"{planned.mover.line.key}:{clock.now():%Y%m%d%H%M%S%f}"
    people = {person.pk: person for group in planned.groups if not group.told for person in group.people(planned.forum)}
    drafts = {}
    for person in people.values():
        if person.language not in drafts:
            drafts[person.language] = mail.compose(
                "", "dates_moved", to=person.email, language=person.language, hold=True,
                about=planned.forum.reference_prefix,
                context={"forum": planned.forum, "changes": steps, "reason": reason},
            )  # fmt: skip
    mail.queue_many(
        mail.readdressed(drafts[person.language], key=f"dates.move:{planned.forum.pk}:{stamp}:{person.pk}", to=person)
        for person in people.values()
    )


def propose(forum, key, new, *, by, reason, take=(), seen=None):
    """Propose a move that needs two signatures. Returns the act."""
    planned = plan(forum, key, new, take)
    _require_possible(planned, reason)
    _require_as_seen(planned, seen)
    return countersigned.propose(
        NAME, forum, by=by, reason=reason,
        line=key, what=planned.mover.what, zone=planned.mover.line.zone, new=new,
        take=sorted(step.line.key for step in planned.others if step.taken),
        moves={step.line.key: {"what": step.what, "new": step.new} for step in planned.taken},
    )  # fmt: skip


def rehearsed(forum, key, new, *, by, reason, take):
    """What would follow from a move, signed where it must be; nothing is kept."""
    from .rehearsal import rehearse

    if not plan(forum, key, new, take).needs_signature:
        return rehearse(lambda: move(forum, key, new, by=by, reason=reason, take=take))

    def both():
        act = propose(forum, key, new, by=by, reason=reason, take=take)
        countersigned.sign(act, by=countersigned.another_who_may_sign(KIND, by, forum.pk))

    return rehearse(both)


def read(value):
    """A day or an instant as JSON gives it back."""
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _carry_out(forum, act):
    given = act.parameters
    return move(
        forum, given["line"], read(given["new"]), by=act.signed_by, reason=act.reason, take=given["take"], act=act
    )


def _rests_on(forum, parameters):
    lines = lines_of(forum)
    wanted = [parameters["line"], *parameters["take"]]
    return {key: lines[key].value if key in lines else None for key in wanted}


def in_words(value, zone):
    """A day or an instant as people read it; “to be announced” for None."""
    if value is None:
        return _t("to be announced")
    return times.at_zone(value, zone) if isinstance(value, datetime) else times.long_date(value)


def _describe(act):
    given = act.parameters
    sentence = _t("%(what)s moves to %(when)s.") % {
        "what": given["what"],
        "when": in_words(read(given["new"]), given["zone"]),
    }
    if not given["take"]:
        return sentence
    more = ngettext("%(count)d more date moves with it.", "%(count)d more dates move with it.", len(given["take"]))
    return f"{sentence} {more % {'count': len(given['take'])}}"


def _shown(key, value, act):
    moving, zone = act.parameters["moves"][key], act.parameters["zone"]
    label = _t("%(what)s, moving to %(when)s") % {"what": moving["what"], "when": in_words(read(moving["new"]), zone)}
    return label, in_words(read(value) if value else None, zone)


KIND = countersigned.Kind(
    NAME,
    _("Move of an announced date"),
    subjects=lambda user: forums_of(user) if may(user, Capability.VIEW) else Forum.objects.none(),
    perform=_carry_out,
    describe=_describe,
    rests_on=_rests_on,
    shown=_shown,
    address=lambda pk: f"{reverse('admin:dates')}?forum={pk}",
    proposes=Capability.CONFIGURE,
    topic_of=lambda parameters: parameters["line"],
)


def history(forum, most=20):
    """The moves of a Forum's dates, the latest first."""
    return DateChange.objects.filter(forum=forum).select_related("changed_by", "signed_by")[:most]
