"""The dates of the programme, as they move with a Forum: of the sessions, and of their registration."""

from django.utils.translation import gettext as _t

from imrf_portal import dates
from imrf_portal.access import Capability

from . import workflow
from .models import ForumSession

DEADLINES = {"registration_opens_at": "later", "registration_closes_at": "earlier"}


def lines(forum):
    """One line for each session that is not cancelled, one for each instant of registration."""
    found = list(ForumSession.objects.filter(forum=forum).exclude(status=ForumSession.Status.CANCELLED))
    for session in found:
        yield _schedule(session)
    for name, guarded in DEADLINES.items():
        together = {}
        for session in found:
            if getattr(session, name):
                together.setdefault(getattr(session, name), []).append(session)
        for moment, sessions in together.items():
            yield _deadline(name, guarded, moment, sessions)


def _schedule(session):
    def move(new, *, by, reason, signed_by):
        stored = ForumSession.objects.get(pk=session.pk)
        old = stored.starts_at or stored.day_on
        changed = {
            name: dates.shifted(getattr(stored, name), old, new, stored.time_zone)
            for name in ("day_on", "last_day_on", "starts_at", "ends_at")
            if getattr(stored, name)
        }
        workflow.move(stored, by=by, reason=reason, **changed)

    return dates.Line(
        f"session-{session.pk}.held",
        session.title,
        session.starts_at or session.day_on,
        session.time_zone,
        move,
        is_instant=session.starts_at is not None,
        until=None if session.starts_at else session.last_day_on,
        part="meeting",
        guarded="",
        capability=Capability.REGISTER,
        concerns=("accredited",),
    )


def _deadline(name, guarded, moment, sessions):
    def move(new, *, by, reason, signed_by):
        for session in sessions:
            workflow.move_deadline(session, name, new, by=by, reason=reason, signed_by=signed_by)

    words = _t("Registration opens") if name == "registration_opens_at" else _t("Registration closes")
    what = f"{words}: {sessions[0]}" if len(sessions) == 1 else _t("%(what)s (%(count)d sessions)") % {
        "what": words, "count": len(sessions),
    }  # fmt: skip
    return dates.Line(
        f"sessions-{moment:%Y%m%dT%H%MZ}.{name}",
        what,
        moment,
        sessions[0].time_zone,
        move,
        part="meeting",
        guarded=guarded,
        capability=Capability.REGISTER,
        concerns=("accredited",),
        count=len(sessions),
    )
