"""The verbs of a Forum session: publish, confirm, move, cancel, webcast. The old date stays, with the reason.

Those who are registered are told by ``registration``, which looks for changes; nothing here calls upward.
"""

from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, forum, times
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused

from .models import ForumSession, SessionChange

_S = ForumSession.Status
SCHEDULE = ("day_on", "last_day_on", "starts_at", "ends_at", "room")
"""What ``move`` may change."""
DEADLINES = ("registration_opens_at", "registration_closes_at")
"""What ``move_deadline`` may change."""
AMENDABLE = (
    *("title", "theme", "city", "overflow_room", "part_of_day", "languages", "source"),
    *("capacity", "stakeholder_seats", "overflow_seats", "seats_per_organization", "webcast_url", "webcast"),
)
"""What may be changed without a reason: it takes nothing from anybody who planned by the programme."""


def _require(by):
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))


def _locked(session):
    return ForumSession.objects.select_for_update(of=("self",)).select_related("forum").get(pk=session.pk)


def _write(session, *, by, verb, reason="", **fields):
    before = session.status
    fields |= {"changed_at": clock.now(), "sequence": F("sequence") + 1}
    ForumSession.objects.filter(pk=session.pk).update(**fields)
    session.refresh_from_db()
    audit.record(f"session.{verb}", session, by=by, before=before, after=session.status, reason=reason)
    return session


@transaction.atomic
def publish(session, *, by):
    """Put the session on the public programme."""
    _require(by)
    session = _locked(session)
    if session.is_published:
        raise Refused(_("“%(session)s” is published already.") % {"session": session})
    return _write(session, by=by, verb="publish", is_published=True)


@transaction.atomic
def confirm(session, *, by):
    """A tentative session is confirmed."""
    _require(by)
    session = _locked(session)
    if session.status not in {_S.TENTATIVE, _S.MOVED}:
        raise Refused(
            _("This cannot be done while the status is “%(status)s”.") % {"status": session.get_status_display()}
        )
    return _write(session, by=by, verb="confirm", status=_S.CONFIRMED)


@transaction.atomic
def move(session, *, by, reason, **schedule):
    """Move the session in time or place; ``schedule`` holds some of ``SCHEDULE``; the old one is kept."""
    _require(by)
    session = _locked(session)
    if session.status == _S.CANCELLED:
        raise Refused(_("“%(session)s” is cancelled.") % {"session": session})
    if not reason.strip():
        raise Refused(_("Say why the session moves; the reason is shown to the public."), field="reason")
    changed = {name: value for name, value in schedule.items() if getattr(session, name) != value}
    if not changed or set(changed) - set(SCHEDULE):
        raise Refused(_("That is the time and place it has already."))
    starts_at, ends_at = (changed.get(name, getattr(session, name)) for name in ("starts_at", "ends_at"))
    if (starts_at is None) != (ends_at is None) or (starts_at and ends_at <= starts_at):
        raise Refused(_("Give the start and the end, the end later than the start."), field="ends_at")
    changed |= _day_of(starts_at, session, schedule)
    SessionChange.objects.create(
        forum_session=session,
        verb="move",
        old_day_on=session.day_on,
        new_day_on=changed.get("day_on", session.day_on),
        old_starts_at=session.starts_at,
        new_starts_at=starts_at,
        old_room=session.room,
        new_room=changed.get("room", session.room),
        reason=reason.strip(),
        changed_by=by,
        changed_at=clock.now(),
    )
    return _write(session, by=by, verb="move", reason=reason, status=_S.MOVED, **changed)


def _day_of(starts_at, session, schedule):
    """The day of a session is that on which it starts at its place; a day that says otherwise is refused."""
    if starts_at is None:
        return {}
    day_on = starts_at.astimezone(ZoneInfo(session.time_zone)).date()
    if schedule.get("day_on", day_on) != day_on:
        raise Refused(
            _("By the clock of %(place)s the session starts on %(day)s: give that day, or another start.")
            % {"place": times.city_of(session.time_zone), "day": times.long_date(day_on)},
            field="day_on",
        )
    return {"day_on": day_on}


@transaction.atomic
def cancel(session, *, by, reason):
    """Cancel the session: it stays on the programme, marked, and its registrations end (T-R18)."""
    _require(by)
    session = _locked(session)
    if session.status == _S.CANCELLED:
        raise Refused(_("“%(session)s” is cancelled.") % {"session": session})
    if not reason.strip():
        raise Refused(_("Say why the session is cancelled; the reason is shown to the public."), field="reason")
    SessionChange.objects.create(
        forum_session=session,
        verb="cancel",
        old_day_on=session.day_on,
        old_starts_at=session.starts_at,
        old_room=session.room,
        reason=reason.strip(),
        changed_by=by,
        changed_at=clock.now(),
    )
    return _write(session, by=by, verb="cancel", reason=reason, status=_S.CANCELLED)


@transaction.atomic
def amend(session, *, by, **fields):
    """Change some of ``AMENDABLE``. Numbers of seats are never lowered below what is taken."""
    _require(by)
    session = _locked(session)
    if unknown := set(fields) - set(AMENDABLE):
        raise Refused(_("Move the session to change this: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if reason := seats_refusal(
        session,
        per_organization=fields.get("seats_per_organization", session.seats_per_organization),
        seats=fields.get("stakeholder_seats", session.stakeholder_seats),
    ):
        raise Refused(reason[0], field=reason[1])
    return _write(session, by=by, verb="amend", **fields)


def seats_refusal(session, *, per_organization, seats):
    """Why these numbers cannot be, as (sentence, field); None if they can.

    What is taken is read through the relation that ``registration`` adds to a session.
    """
    over = session.registrations.filter(seat__gt=per_organization).values("accreditation").distinct().count()
    if over:
        return (
            _("%(count)s organizations have more people than that in “%(session)s”. Agree with them who stays first.")
            % {"count": over, "session": session},
            "seats_per_organization",
        )
    placed = session.registrations.filter(place__isnull=False).count()
    if seats is not None and placed > seats:
        return (
            _("%(count)s people have a place in this room. Use the preview of seats to see who would lose it.")
            % {"count": placed},
            "stakeholder_seats",
        )
    return None


def people_affected(session):
    """How many registrations stand for a session."""
    return session.registrations.filter(ended_at=None).count()


@transaction.atomic
def move_deadline(session, field, moment, *, by, reason, signed_by=None):
    """Move when registration opens or closes: the old instant stays, with the reason. Returns the change."""
    _require(by)
    session = _locked(session)
    if field not in DEADLINES:
        raise Refused(_("Only when registration opens and closes is moved here."))
    wanted = {name: getattr(session, name) for name in DEADLINES} | {field: moment}
    if None not in wanted.values() and wanted["registration_closes_at"] <= wanted["registration_opens_at"]:
        raise Refused(_("Registration closes after it opens."), field="moment")
    what = f"{session}: {ForumSession._meta.get_field(field).verbose_name}"
    change = forum.moved(
        session, field, moment, forum=session.forum, what=what, by=by, reason=reason, signed_by=signed_by
    )
    ForumSession.objects.filter(pk=session.pk).update(changed_at=clock.now(), sequence=F("sequence") + 1)
    return change


VERBS = {"publish": publish, "confirm": confirm, "move": move, "cancel": cancel}
