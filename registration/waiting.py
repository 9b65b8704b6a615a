"""The waiting list: join, be offered a place for a time, accept, decline, let it go to the next.

An organization's two seats count here too: who would be its third is passed over, with the reason, and stays on the
list. An offer ends by the clock; the sweep only moves what has ended. Source: product rules “Sessions and
registration”.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accreditation.models import Accreditation
from imrf_portal import audit, clock, codes
from imrf_portal.errors import Refused
from imrf_portal.times import at_zone
from sessions_app.models import ForumSession

from . import telling, workflow
from .models import Registration, SeatRule, Status
from .models.seats import LIVE, PRESENT
from .rooms import lowest_free_place, room_of

OFFER_HOURS = 48
"""How long an offer stands where the Forum has no rule of its own."""

IN_ORDER = (F("rank").asc(nulls_last=True), "waiting_since_at", "pk")
"""Those whom an allocation left over by their number, then those who joined by their time."""


def queue_of(session):
    """Those who wait, in order."""
    return Registration.objects.filter(forum_session=session, status=Status.WAITING).order_by(*IN_ORDER)


@transaction.atomic
def join(accreditation, session, person, *, by):
    """Put a person at the end of the waiting list of a session, until the session starts. Returns the registration."""
    accreditation = workflow.locked(accreditation)
    workflow.require_door(accreditation, by=by)
    window = session.registration_window()
    if session.status == ForumSession.Status.CANCELLED:
        raise Refused(workflow.closed_reason(session))
    if window.not_yet_open():
        window.require_open()
    if has_started(session):
        raise Refused(_("“%(session)s” has started.") % {"session": session})
    if person.accreditation_id != accreditation.pk or person.removed_at:
        raise Refused(_("Choose one of the people of your organization."))
    if Registration.objects.filter(PRESENT, forum_session=session, representative=person).exists():
        raise Refused(
            _("%(name)s is registered for “%(session)s”, or waits already.") % {"name": person, "session": session}
        )
    if window.is_open() and len(workflow.seats_of(accreditation, session)) < session.seats_per_organization:
        raise Refused(_("Your organization has a free place in this session: register %(name)s.") % {"name": person})
    registration = Registration.objects.create(
        accreditation=accreditation,
        forum_session=session,
        representative=person,
        status=Status.WAITING,
        waiting_since_at=clock.now(),
        code=codes.random_code("S"),
        registered_by=by,
    )
    audit.record("registration.wait", registration, by=by, after=Status.WAITING)
    return registration


def has_started(session):
    return session.starts_at is not None and clock.now() >= session.starts_at


@transaction.atomic
def accept(registration, *, by):
    """Take the place that is offered. Accepting twice gives one place: the second returns the same (T-R14)."""
    accreditation = workflow.locked(registration.accreditation)
    workflow.require_door(accreditation, by=by)
    session = _locked_session(registration.forum_session_id)
    registration = _reread(registration)
    if Registration.objects.filter(LIVE, pk=registration.pk).exists():
        return registration
    _require_offer(registration, session)
    status = room_of(session).status_of_next()
    if status is None:
        raise Refused(_("The room has become smaller. You keep your number on the waiting list; we will write to you."))
    seat = _free_seat(accreditation, session)
    if seat is None:
        raise Refused(_quota_sentence(accreditation, session))
    taken = Registration.objects.filter(pk=registration.pk, status=Status.OFFERED).update(
        status=status,
        seat=seat,
        place=_place(session, status),
        rank=None,
        offer_ends_at=None,
        passed_over_at=None,
    )
    registration = _reread(registration)
    if taken:
        audit.record("registration.accept_offer", registration, by=by, before=Status.OFFERED, after=status)
        workflow.keep_one_priority(accreditation, session, by=by)
        telling.tell_person(registration, "place_given", key=f"place_given:{registration.pk}:{registration.code}")
    registration.refresh_from_db()
    return registration


def _require_offer(registration, session):
    if registration.status == Status.EXPIRED or (
        registration.status == Status.OFFERED and clock.now() >= registration.offer_ends_at
    ):
        raise Refused(
            _("This offer ended on %(when)s and went to the next person. You can join the waiting list again.")
            % {"when": at_zone(registration.offer_ends_at or registration.ended_at, session.time_zone)}
        )
    if registration.status != Status.OFFERED:
        raise Refused(_("There is no offer to accept for this registration."))


@transaction.atomic
def decline(registration, *, by):
    """Say no to an offer; the place goes to the next."""
    accreditation = workflow.locked(registration.accreditation)
    workflow.require_door(accreditation, by=by)
    registration = _reread(registration)
    if registration.status != Status.OFFERED:
        raise Refused(_("There is no offer to decline for this registration."))
    return workflow.end(registration, Status.WITHDRAWN, by=by, verb="decline_offer")


def expire_due():
    """End the offers whose time has passed; late or twice without harm. Returns how many."""
    ended = 0
    for registration in Registration.objects.filter(status=Status.OFFERED, offer_ends_at__lte=clock.now()):
        with transaction.atomic():
            workflow.locked(registration.accreditation)
            registration = _reread(registration)
            if registration.status != Status.OFFERED or registration.offer_ends_at > clock.now():
                continue
            fell_at = registration.offer_ends_at
            workflow.end(registration, Status.EXPIRED, by=None, verb="expire_offer", happened_at=fell_at)
            Registration.objects.filter(pk=registration.pk).update(ended_at=fell_at)
            telling.tell_all(registration, "offer_expired", key=f"offer_expired:{registration.pk}:{fell_at:%Y%m%d%H%M}")
            ended += 1
    return ended


def sessions_with_people_waiting():
    """Sessions still to come in which somebody hopes for a place in the room."""
    return (
        ForumSession.objects.exclude(status=ForumSession.Status.CANCELLED)
        .filter(Q(starts_at=None) | Q(starts_at__gt=clock.now()))
        .filter(registrations__status__in=[Status.WAITING, Status.OVERFLOW])
        .distinct()
    )


def fill_due():
    """Give what became free: places in the room to the overflow room, then offers to the waiting list. How many."""
    return sum(fill(session) for session in sessions_with_people_waiting())


@transaction.atomic
def fill(session):
    """Move people up and offer free places of one session, in order; returns how many were moved or offered."""
    session = _locked_session(session.pk)
    return _move_up(session) + _offer(session)


def _locked_session(pk):
    return ForumSession.objects.select_for_update(of=("self",), no_key=True).select_related("forum").get(pk=pk)


def _reread(registration):
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("representative", "forum_session__forum", "accreditation__organization")
        .get(pk=registration.pk)
    )


def _move_up(session):
    """To places in the room that are free: from the overflow room in order, then whom the desk registered since."""
    room = room_of(session)
    if not room.gives_places:
        return 0
    free = max(room.free - room.offered, 0)
    moved = sum(
        _give(registration, Status.CONFIRMED, place=lowest_free_place(session))
        for registration in _without_place(session, [Status.OVERFLOW, Status.REGISTERED])[:free]
    )
    left = room_of(session).free_overflow
    return moved + sum(
        _give(registration, Status.OVERFLOW)
        for registration in _without_place(session, [Status.REGISTERED])[: left if left is not None else None]
    )


def _without_place(session, statuses):
    return list(
        Registration.objects.filter(
            forum_session=session, status__in=statuses, accreditation__in=Accreditation.objects.in_force()
        )
        .select_related("representative", "forum_session__forum", "accreditation__organization")
        .order_by(*IN_ORDER)
    )


def _give(registration, status, *, place=None):
    before = registration.status
    if not Registration.objects.filter(pk=registration.pk, status=before).update(status=status, place=place, rank=None):
        return False
    registration.refresh_from_db()
    audit.record("registration.move_up", registration, by=None, before=before, after=status)
    telling.tell_person(registration, "place_given", key=f"place_given:{registration.pk}:{status}")
    return True


def _offer(session):
    room = room_of(session)
    if has_started(session) or room.offers_possible == 0:
        return 0
    offered = 0
    held = _held(session)
    for registration in (
        queue_of(session)
        .filter(accreditation__in=Accreditation.objects.in_force())
        .select_related("representative", "forum_session__forum", "accreditation__organization")
    ):
        if room.offers_possible is not None and offered >= room.offers_possible:
            break
        if reason := _why_not(registration, session, held):
            _pass_over(registration, reason)
            continue
        _offer_to(registration, session)
        held[registration.accreditation_id] = held.get(registration.accreditation_id, 0) + 1
        offered += 1
    return offered


def _held(session):
    """How many seats each organization holds or is offered."""
    held = {}
    for pk in Registration.objects.filter(LIVE | Q(status=Status.OFFERED), forum_session=session).values_list(
        "accreditation_id", flat=True
    ):
        held[pk] = held.get(pk, 0) + 1
    return held


def _why_not(registration, session, held):
    """Why this person cannot be offered a place now, in a sentence; None if they can."""
    if held.get(registration.accreditation_id, 0) >= session.seats_per_organization:
        return _quota_sentence(registration.accreditation, session)
    for other in ForumSession.objects.filter(
        pk__in=Registration.objects.filter(LIVE, representative=registration.representative_id).values("forum_session")
    ):
        if session.overlaps(other):
            return _("%(name)s is in “%(other)s” at the same time.") % {
                "name": registration.representative,
                "other": other,
            }
    return None


def _quota_sentence(accreditation, session):
    return _("%(who)s has its %(count)s people in “%(session)s” already.") % {
        "who": accreditation.organization,
        "count": session.seats_per_organization,
        "session": session,
    }


def _pass_over(registration, reason):
    """Said once, until an offer comes: the number on the list is kept (T-R15)."""
    if Registration.objects.filter(pk=registration.pk, passed_over_at=None).update(passed_over_at=clock.now()):
        audit.record("registration.pass_over", registration, by=None, reason=reason)
        telling.tell_organization(
            registration,
            "offer_passed_over",
            key=f"offer_passed_over:{registration.pk}:{clock.now():%Y%m%d%H%M}",
            reason=reason,
        )


def _offer_to(registration, session):
    rule = SeatRule.objects.filter(forum_id=session.forum_id).first()
    ends_at = clock.now() + timedelta(hours=rule.offer_hours if rule else OFFER_HOURS)
    if session.starts_at:
        ends_at = min(ends_at, session.starts_at)
    if not Registration.objects.filter(pk=registration.pk, status=Status.WAITING).update(
        status=Status.OFFERED, offer_ends_at=ends_at, passed_over_at=None
    ):
        return
    registration.refresh_from_db()
    audit.record("registration.offer", registration, by=None, before=Status.WAITING, after=Status.OFFERED)
    telling.tell_all(registration, "place_offered", key=f"place_offered:{registration.pk}:{ends_at:%Y%m%d%H%M%S}")


def _free_seat(accreditation, session):
    held = set(
        Registration.objects.filter(LIVE, accreditation=accreditation, forum_session=session).values_list(
            "seat", flat=True
        )
    )
    return next((number for number in range(1, session.seats_per_organization + 1) if number not in held), None)


def _place(session, status):
    numbered = status == Status.CONFIRMED and session.stakeholder_seats is not None
    return lowest_free_place(session) if numbered else None
