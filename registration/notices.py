"""Telling people about what changed and what comes: moved and cancelled sessions, deadlines.

Each sweep looks for what has not been told, so a late or repeated run writes nothing twice.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accreditation.models import Accreditation
from imrf_portal import audit, clock, mail
from imrf_portal.errors import Refused
from imrf_portal.times import at_zone
from sessions_app.models import ForumSession, SessionChange

from . import telling, workflow
from .models import ChangeNotice, HandledChange, Registration, Status
from .models.seats import LIVE, PRESENT, PRESENT_STATUSES

REMINDERS = {"7d": timedelta(days=7), "48h": timedelta(hours=48)}
"""How long before the registration of a session closes organizations with free places are reminded."""


def unhandled():
    """Changes of sessions about which nobody has been told, the oldest first."""
    return (
        SessionChange.objects.exclude(pk__in=HandledChange.objects.values("change"))
        .select_related("forum_session__forum")
        .order_by("changed_at", "pk")
    )


def tell_changes():
    """Tell those registered about sessions that moved or were cancelled, each once; how many."""
    told = 0
    for change in unhandled():
        try:
            with transaction.atomic():
                HandledChange.objects.create(change=change)
                told += _tell_cancelled(change) if change.verb == "cancel" else _tell_moved(change)
        except IntegrityError:
            continue
    return told


def _people_of(session):
    return (
        Registration.objects.filter(PRESENT, forum_session=session)
        .select_related("representative", "forum_session__forum", "accreditation__organization")
        .order_by("pk")
    )


def _tell_cancelled(change):
    """Registrations of a cancelled session end, with a message; the rows stay (T-R18)."""
    told = 0
    for registration in _people_of(change.forum_session):
        workflow.end(registration, Status.CANCELLED, by=None, verb="session_cancelled", happened_at=change.changed_at)
        ChangeNotice.objects.create(change=change, registration=registration)
        telling.tell_all(
            registration, "session_cancelled", key=f"session_cancelled:{change.pk}:{registration.pk}", change=change
        )
        told += 1
    return told


def _tell_moved(change):
    """Those registered are asked to keep or release; where they sit in another room at the new time, it is named."""
    told = 0
    for registration in _people_of(change.forum_session):
        ChangeNotice.objects.create(change=change, registration=registration)
        telling.tell_all(
            registration,
            "session_moved",
            key=f"session_moved:{change.pk}:{registration.pk}",
            change=change,
            clashes=clashes_of(registration),
        )
        told += 1
    return told


def clashes_of(registration):
    """Other sessions in which the same person holds a seat at the same time (T-R17)."""
    others = ForumSession.objects.filter(
        pk__in=Registration.objects.filter(LIVE, representative=registration.representative_id)
        .exclude(pk=registration.pk)
        .values("forum_session")
    )
    return [other for other in others if registration.forum_session.overlaps(other)]


def open_notices(accreditation):
    """The notices that wait for “keep” or “release” of an organization."""
    return (
        ChangeNotice.objects.filter(
            registration__accreditation=accreditation,
            registration__status__in=PRESENT_STATUSES,
            answer="",
            change__verb="move",
        )
        .select_related("change", "registration__representative", "registration__forum_session")
        .order_by("told_at", "pk")
    )


@transaction.atomic
def answer(notice, *, by, keep):
    """Keep or release a seat after its session moved; also after the deadline, because the date was not theirs.

    Keeping is refused where the person sits in another room at the new time. Returns the registration.
    """
    registration = notice.registration
    accreditation = workflow.locked(registration.accreditation)
    workflow.require_door(accreditation, by=by)
    if keep and (clashes := clashes_of(registration)):
        raise Refused(
            _("%(name)s is in “%(other)s” at the same time. Release one of the two.")
            % {"name": registration.representative, "other": clashes[0]}
        )
    chosen = ChangeNotice.Answer.KEPT if keep else ChangeNotice.Answer.RELEASED
    if not ChangeNotice.objects.filter(pk=notice.pk, answer="").update(answer=chosen, answered_at=clock.now()):
        raise Refused(_("This was answered already."))
    if keep:
        audit.record("registration.keep", registration, by=by)
        return registration
    if not Registration.objects.filter(PRESENT, pk=registration.pk).exists():
        raise Refused(_("This registration does not stand any more."))
    ended = workflow.end(registration, Status.WITHDRAWN, by=by, verb="release")
    workflow.keep_one_priority(accreditation, registration.forum_session, by=by)
    return ended


def remind_of_deadlines():
    """Remind organizations that have free places before registration closes; one letter for one deadline each."""
    written = 0
    for forum_id, closes_at in (
        ForumSession.objects.public()
        .exclude(status=ForumSession.Status.CANCELLED)
        .filter(registration_closes_at__gt=clock.now())
        .order_by("registration_closes_at")
        .values_list("forum", "registration_closes_at")
        .distinct()
    ):
        if name := due_reminder(closes_at):
            written += _remind(forum_id, closes_at, name)
    return written


def due_reminder(closes_at):
    """The last reminder reached, so that a late worker sends one and not two; None before the first."""
    reached = [name for name, lead in REMINDERS.items() if clock.now() >= closes_at - lead]
    return min(reached, key=lambda name: REMINDERS[name], default=None)


def _remind(forum_id, closes_at, name):
    sessions = list(
        ForumSession.objects.public()
        .exclude(status=ForumSession.Status.CANCELLED)
        .filter(forum=forum_id, registration_closes_at=closes_at)
        .select_related("forum")
    )
    sessions = [session for session in sessions if not session.registration_window().not_yet_open()]
    key = f"seats_reminder:{name}:{forum_id}:{closes_at:%Y%m%d%H%M}"
    known = set(mail.OutgoingMail.objects.filter(key__startswith=f"{key}:").values_list("key", flat=True))
    held = {}
    for pair in Registration.objects.filter(LIVE, forum_session__in=sessions).values_list(
        "accreditation_id", "forum_session_id"
    ):
        held[pair] = held.get(pair, 0) + 1
    written = 0
    in_force = Accreditation.objects.in_force().filter(forum=forum_id)
    for accreditation in in_force.select_related("organization", "forum"):
        free = [
            session
            for session in sessions
            if held.get((accreditation.pk, session.pk), 0) < session.seats_per_organization
        ]
        for user in telling.focal_points(accreditation) if free else ():
            if f"{key}:{accreditation.pk}:{user.pk}" in known:
                continue
            mail.queue(
                f"{key}:{accreditation.pk}:{user.pk}",
                "seats_reminder",
                to=user.email,
                recipient=user,
                about=sessions[0].forum.reference_prefix,
                context={
                    "forum": sessions[0].forum,
                    "organization": accreditation.organization,
                    "sessions": free,
                    "closes_at": at_zone(closes_at, sessions[0].time_zone),
                    "address": telling.address_for(accreditation),
                },
            )
            written += 1
    return written
