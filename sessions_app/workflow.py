"""The verbs of a Forum session: publish, confirm, move, cancel, webcast. The old date stays, with the reason.

Those who are registered are told by ``registration``, which looks for changes; nothing here calls upward.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from imrf_portal import audit, clock
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused

from .models import ForumSession, SessionChange

_S = ForumSession.Status
SCHEDULE = ("day_on", "last_day_on", "starts_at", "ends_at", "room")
"""What ``move`` may change."""


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


VERBS = {"publish": publish, "confirm": confirm, "move": move, "cancel": cancel}
