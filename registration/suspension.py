"""What follows when an accreditation ends, and when its end is taken back. Nothing waits for this: pages, doors and
exports ask whether the accreditation is in force. The sweep frees the places, gives them back, and tells the people.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accreditation.models import Accreditation
from imrf_portal import audit, clock, codes
from sessions_app.models import ForumSession

from . import telling, workflow
from .models import Registration, Status
from .models.seats import LIVE, PRESENT
from .rooms import lowest_free_place, room_of


@transaction.atomic
def suspend(accreditation, *, happened_at=None):
    """Suspend what stands under an accreditation that ended, once, and tell the people; returns how many."""
    accreditation = workflow.locked(accreditation)
    if accreditation.is_in_force:
        return 0
    count = 0
    for registration in _with_its_people(Registration.objects.filter(PRESENT, accreditation=accreditation)):
        before, was_priority = registration.status, registration.is_priority
        workflow.end(registration, Status.SUSPENDED, by=None, verb="suspend", happened_at=happened_at)
        Registration.objects.filter(pk=registration.pk).update(suspended_from=before, is_priority=was_priority)
        telling.tell_person(registration, "seat_suspended", key=f"seat_suspended:{registration.pk}")
        count += 1
    return count


def _with_its_people(registrations):
    return registrations.select_related("representative", "forum_session__forum", "accreditation__organization")


def suspend_due():
    """Suspend what stands under an accreditation that ended; safe to run late or twice; returns how many."""
    ended = (
        Accreditation.objects.exclude(pk__in=Accreditation.objects.in_force())
        .filter(registrations__in=Registration.objects.filter(PRESENT))
        .distinct()
    )
    return sum(suspend(accreditation, happened_at=accreditation.revoked_at) for accreditation in ended)


def _waiting_to_return():
    return Registration.objects.filter(status=Status.SUSPENDED).exclude(suspended_from="")


@transaction.atomic
def restore(accreditation):
    """The accreditation is in force again: give back what fits, each seat under a new code; returns how many.

    The old code says “replaced”. What does not fit (the session is over or cancelled, the seats are taken) stays
    suspended, and its organization is told (T-R20).
    """
    accreditation = workflow.locked(accreditation)
    if not accreditation.is_in_force:
        return 0
    restored = 0
    sessions = set()
    for registration in _with_its_people(_waiting_to_return().filter(accreditation=accreditation)).order_by(
        "-is_priority", "registered_at", "pk"
    ):
        if reason := _why_not(registration):
            Registration.objects.filter(pk=registration.pk).update(suspended_from="", is_priority=False)
            audit.record("registration.not_restored", registration, by=None, reason=reason)
            key = f"seat_not_restored:{registration.pk}"
            telling.tell_organization(registration, "seat_not_restored", key=key, reason=reason)
            continue
        _give_back(registration)
        sessions.add(registration.forum_session)
        restored += 1
    for session in sessions:
        workflow.keep_one_priority(accreditation, session, by=None)
    return restored


def restore_due():
    """Give back what was suspended under accreditations that are in force again; returns how many."""
    returning = Accreditation.objects.in_force().filter(registrations__in=_waiting_to_return()).distinct()
    return sum(restore(accreditation) for accreditation in returning)


def _seats_held(registration):
    return set(
        Registration.objects.filter(
            LIVE, accreditation=registration.accreditation_id, forum_session=registration.forum_session_id
        ).values_list("seat", flat=True)
    )


def _why_not(registration):
    session = registration.forum_session
    if session.status == ForumSession.Status.CANCELLED:
        return _("“%(session)s” is cancelled.") % {"session": session}
    if session.ends_at and clock.now() >= session.ends_at:
        return _("“%(session)s” is over.") % {"session": session}
    if Registration.objects.filter(
        PRESENT, forum_session=session, representative=registration.representative_id
    ).exists():
        return _("%(name)s is registered again already.") % {"name": registration.representative}
    if _was_live(registration) and len(_seats_held(registration)) >= session.seats_per_organization:
        return _("The places of the organization are taken.")
    return None


def _was_live(registration):
    return registration.suspended_from in {Status.REGISTERED, Status.CONFIRMED, Status.OVERFLOW}


def _give_back(registration):
    session = registration.forum_session
    status = _status_again(registration, session)
    fields = {"status": status}
    if status == Status.WAITING:
        fields |= {"waiting_since_at": registration.waiting_since_at or registration.registered_at}
    else:
        held = _seats_held(registration)
        fields["seat"] = next(number for number in range(1, len(held) + 2) if number not in held)
        if status == Status.CONFIRMED and session.stakeholder_seats is not None:
            fields["place"] = lowest_free_place(session)
    successor = Registration.objects.create(
        accreditation=registration.accreditation,
        forum_session=session,
        representative=registration.representative,
        registered_at=registration.registered_at,
        registered_by=registration.registered_by,
        exception_reason=registration.exception_reason,
        code=codes.random_code("S"),
        is_priority=registration.is_priority
        and status != Status.WAITING
        and not Registration.objects.filter(
            LIVE, Q(is_priority=True), accreditation=registration.accreditation_id, forum_session=session
        ).exists(),
        **fields,
    )
    Registration.objects.filter(pk=registration.pk).update(
        status=Status.REPLACED, suspended_from="", is_priority=False, replaced_by=successor
    )
    audit.record("registration.restore", successor, by=None, after=status, replaces=registration.pk)
    telling.tell_person(successor, "seat_restored", key=f"seat_restored:{successor.pk}")


def _status_again(registration, session):
    """As before where it can be; who waited or was offered a place waits; a room filled since: overflow or wait."""
    if not _was_live(registration):
        return Status.WAITING
    return room_of(session).status_of_next() or Status.WAITING
