"""The verbs of seats: register, replace, withdraw, swap priority; the whole matrix of an organization at once.

Source: product rules “Sessions and registration” and the published rule of 2017 (two per organization and session,
one of them priority). What must never be true is refused by the database as well (``models.seats``).
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accreditation.models import Accreditation, Membership
from imrf_portal import audit, clock, codes, mail
from imrf_portal.access import Audience, Capability, may
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from .models import Registration, Representative, Status
from .models.seats import LIVE, PRESENT


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one cell of the matrix; ``representative`` None: with the session's row."""

    session: ForumSession
    representative: Representative | None
    sentence: str


class Problems(Refused):
    """The matrix cannot be saved; ``problems`` names each cell. Where there is one, its sentence is the refusal."""

    def __init__(self, problems):
        super().__init__(
            _("Nothing was saved: %(count)s cells need a change.") % {"count": len(problems)}
            if len(problems) != 1
            else problems[0].sentence
        )
        self.problems = problems


def is_focal_point(user, accreditation):
    """Whether this person may register people for the organization."""
    return Membership.objects.filter(
        organization_id=accreditation.organization_id,
        user=user,
        ended_at=None,
        role__in=[Membership.Role.OWNER, Membership.Role.EDITOR],
    ).exists()


def locked(accreditation):
    """The accreditation as stored, held until the transaction ends: what is done to its seats happens in turn."""
    return (
        Accreditation.objects.select_for_update(of=("self",))
        .select_related("organization", "forum")
        .get(pk=accreditation.pk)
    )


def require_door(accreditation, *, by):
    """Raise unless the accreditation is in force and ``by`` is a focal point or of the registration desk."""
    if not accreditation.is_in_force:
        raise Refused(
            _("The accreditation of %(who)s is not in force, so nobody can be registered.")
            % {"who": accreditation.organization}
        )
    if Audience.of(by) == Audience.SECRETARIAT and may(by, Capability.REGISTER):
        return
    if not is_focal_point(by, accreditation):
        raise Refused(_("Only a focal point of the organization may register its representatives."))


def closed_reason(session, *, exception=""):
    """Why nothing may be changed for a session now, in a sentence; None if it may. ``exception``: the desk's reason."""
    if session.status == ForumSession.Status.CANCELLED:
        return _("“%(session)s” is cancelled.") % {"session": session}
    if session.is_over:
        return _("“%(session)s” is over.") % {"session": session}
    return None if exception else session.registration_window().refusal()


def seats_of(accreditation, session):
    """The live registrations of an organization in a session, priority first."""
    return list(
        Registration.objects.filter(LIVE, accreditation=accreditation, forum_session=session)
        .select_related("representative")
        .order_by("-is_priority", "seat")
    )


def token(registrations):
    """What stands in one session for one organization, as text to compare: people's keys, the priority starred."""
    return ",".join(sorted(f"{one.representative_id}{'*' if one.is_priority else ''}" for one in registrations))


def check(accreditation, wanted, *, seen=None, exception=""):
    """What is wrong with a wanted matrix, as a list of ``Problem``; nothing is saved.

    ``wanted`` maps each ``ForumSession`` to a list of ``(Representative, is_priority)`` in the order entered. A session
    that does not change is not judged by its window. ``seen`` maps sessions to the ``token`` of what their reader saw:
    what somebody else changed since then is not overwritten (T-R03).
    """
    problems = []
    standing = _standing(accreditation)
    for session, people in wanted.items():
        now = {registration.representative_id: registration for registration in standing.get(session.pk, [])}
        if {(person.pk, priority) for person, priority in people} == {
            (pk, registration.is_priority) for pk, registration in now.items()
        }:
            continue
        if reason := closed_reason(session, exception=exception):
            problems.append(Problem(session, None, reason))
            continue
        if seen is not None and seen.get(session) != token(now.values()):
            problems.append(Problem(session, None, _changed_meanwhile(now.values())))
            continue
        problems += _crowd_problems(session, people)
    return problems + _clash_problems(accreditation, wanted, standing)


def _changed_meanwhile(registrations):
    names = _(" and ").join(one.representative.known_as for one in registrations)
    if not names:
        return _("Someone of your organization changed this a moment ago. Nobody is registered here now.")
    return _("Someone of your organization changed this a moment ago. Registered here now: %(names)s.") % {
        "names": names
    }


def _standing(accreditation):
    rows = {}
    for registration in (
        Registration.objects.filter(LIVE, accreditation=accreditation)
        .select_related("representative", "forum_session")
        .order_by("seat")
    ):
        rows.setdefault(registration.forum_session_id, []).append(registration)
    return rows


def _crowd_problems(session, people):
    limit = session.seats_per_organization
    names = _(" and ").join(person.known_as for person, _priority in people[:limit])
    for person, _priority in people[limit:]:
        yield Problem(
            session,
            person,
            _("%(names)s hold the places of your organization. Replace one of them, or use the waiting list.")
            % {"names": names},
        )
    starred = [person for person, priority in people if priority]
    for person in starred[1:]:
        yield Problem(
            session,
            person,
            _("%(name)s has priority already. Only one person can.") % {"name": starred[0].known_as},
        )
    seen = set()
    for person, _priority in people:
        if person.pk in seen:
            yield Problem(session, person, _("%(name)s is entered twice.") % {"name": person.known_as})
        if person.removed_at:
            yield Problem(session, person, _("%(name)s is no longer one of your people.") % {"name": person.known_as})
        seen.add(person.pk)


def _clash_problems(accreditation, wanted, standing):
    """People who would sit in two rooms at the same time."""
    sessions = {session.pk: session for session in wanted}
    plan = {}
    for pk, registrations in standing.items():
        if pk not in sessions:
            for registration in registrations:
                plan.setdefault(registration.representative_id, []).append(registration.forum_session)
    problems = []
    for session, people in wanted.items():
        if session.status == ForumSession.Status.CANCELLED:
            continue
        for person, _priority in people:
            for other in plan.get(person.pk, []):
                if session.overlaps(other):
                    problems.append(
                        Problem(
                            session,
                            person,
                            _("%(name)s is in “%(other)s” at the same time.")
                            % {"name": person.known_as, "other": other},
                        )
                    )
            plan.setdefault(person.pk, []).append(session)
    return problems


def save_matrix(accreditation, wanted, *, by, seen=None, exception=""):
    """Make the wanted matrix true, all of it or nothing; returns ``(added, removed)`` registrations.

    ``wanted`` and ``seen`` as in ``check``. Where nobody is marked as priority, the first one entered is.
    ``exception`` is the reason of the registration desk to act after a deadline. Raises ``Problems`` with every
    problem at its cell.
    """
    try:
        with transaction.atomic():
            return _save_matrix(accreditation, wanted, by=by, seen=seen, exception=exception)
    except IntegrityError as collision:
        # Somebody took the seat in the same instant: say who holds it now.
        problems = check(accreditation, wanted, seen=seen, exception=exception)
        if problems:
            raise Problems(problems) from collision
        raise Refused(_("Someone changed these seats a moment ago. Reload the page and try again.")) from collision


def _save_matrix(accreditation, wanted, *, by, seen, exception):
    accreditation = locked(accreditation)
    require_door(accreditation, by=by)
    if exception and not may(by, Capability.REGISTER):
        raise Refused(_("Only the registration desk may make an exception."))
    if problems := check(accreditation, wanted, seen=seen, exception=exception):
        raise Problems(problems)
    added, removed = [], []
    standing = _standing(accreditation)
    for session, people in wanted.items():
        now = {registration.representative_id: registration for registration in standing.get(session.pk, [])}
        chosen = {person.pk for person, _priority in people}
        for pk, registration in now.items():
            if pk not in chosen:
                removed.append(end(registration, Status.WITHDRAWN, by=by))
        for person, _priority in people:
            if person.pk not in now:
                added.append(take_seat(accreditation, session, person, by=by, exception=exception))
        starred = next((person for person, priority in people if priority), people[0][0] if people else None)
        set_priority(accreditation, session, starred, by=by)
    return added, removed


def put_first(registration, *, by, exception=""):
    """Give one of those seated the priority, in one action: never two, never none (T-R06)."""
    accreditation, session = registration.accreditation, registration.forum_session
    held = seats_of(accreditation, session)
    if registration.pk not in {one.pk for one in held}:
        raise Refused(_("This registration does not stand any more."))
    wanted = {session: [(one.representative, one.pk == registration.pk) for one in held]}
    return save_matrix(accreditation, wanted, by=by, seen={session: token(held)}, exception=exception)


def register_person(person, session, *, by, exception):
    """The desk registers one person more, also after the deadline; the seats of the organization are still two."""
    accreditation = person.accreditation
    held = seats_of(accreditation, session)
    if person.pk in {one.representative_id for one in held}:
        raise Refused(_("%(name)s sits in this session already.") % {"name": person.known_as})
    wanted = {session: [*((one.representative, one.is_priority) for one in held), (person, False)]}
    return save_matrix(accreditation, wanted, by=by, seen={session: token(held)}, exception=exception)


def take_seat(accreditation, session, person, *, by, status=None, exception=""):
    """Give a person the lowest free seat number of the organization; the database refuses one too many."""
    held = set(
        Registration.objects.filter(LIVE, accreditation=accreditation, forum_session=session).values_list(
            "seat", flat=True
        )
    )
    seat = next(number for number in range(1, len(held) + 2) if number not in held)
    if seat > session.seats_per_organization:
        names = _(" and ").join(
            registration.representative.known_as for registration in seats_of(accreditation, session)
        )
        raise Problems(
            [
                Problem(
                    session,
                    person,
                    _("%(names)s hold the places of your organization. Replace one of them, or use the waiting list.")
                    % {"names": names},
                )
            ]
        )
    waiting = Registration.objects.filter(
        forum_session=session, representative=person, status__in=[Status.WAITING, Status.OFFERED]
    ).first()
    if waiting:
        end(waiting, Status.WITHDRAWN, by=by)
    unlimited = session.stakeholder_seats is None
    registration = Registration.objects.create(
        accreditation=accreditation,
        forum_session=session,
        representative=person,
        status=status or (Status.CONFIRMED if unlimited else Status.REGISTERED),
        seat=seat,
        code=codes.random_code("S"),
        registered_by=by,
        exception_reason=exception,
    )
    audit.record("registration.register", registration, by=by, after=registration.status, reason=exception)
    return registration


def set_priority(accreditation, session, person, *, by):
    """Make ``person`` the one priority of the organization in the session: one action, never two, never none."""
    live = Registration.objects.filter(LIVE, accreditation=accreditation, forum_session=session)
    if person is None or live.filter(representative=person, is_priority=True).exists():
        return
    before = live.filter(is_priority=True).select_related("representative").first()
    live.update(is_priority=False)
    live.filter(representative=person).update(is_priority=True)
    now = live.filter(is_priority=True).first()
    if now and before:
        audit.record("registration.priority", now, by=by, before=str(before.pk), after=str(now.pk))


def end(registration, status, *, by, reason="", verb=None, happened_at=None):
    """End a registration: its seat, its place and its priority are free. Returns the row as stored."""
    before = registration.status
    Registration.objects.filter(pk=registration.pk).update(
        status=status, seat=None, place=None, rank=None, is_priority=False, ended_at=clock.now(), offer_ends_at=None
    )
    registration.refresh_from_db()
    audit.record(
        f"registration.{verb or status}",
        registration,
        by=by,
        before=before,
        after=status,
        reason=reason,
        happened_at=happened_at,
    )
    return registration


def keep_one_priority(accreditation, session, *, by):
    """Where somebody is left and nobody has priority, the first seat has it (T-R05)."""
    left = seats_of(accreditation, session)
    if left and not left[0].is_priority:
        set_priority(accreditation, session, left[0].representative, by=by)


@transaction.atomic
def withdraw(registration, *, by, exception=""):
    """Give up a seat, or a place on the waiting list; if one person is left, that one has priority."""
    accreditation = locked(registration.accreditation)
    session = registration.forum_session
    _require_change(accreditation, session, by=by, exception=exception)
    if not Registration.objects.filter(PRESENT, pk=registration.pk).exists():
        raise Refused(_("This registration does not stand any more."))
    ended = end(registration, Status.WITHDRAWN, by=by, reason=exception)
    keep_one_priority(accreditation, session, by=by)
    return ended


def _require_change(accreditation, session, *, by, exception):
    require_door(accreditation, by=by)
    if exception and not may(by, Capability.REGISTER):
        raise Refused(_("Only the registration desk may make an exception."))
    if reason := closed_reason(session, exception=exception):
        window = session.registration_window()
        raise Closed(window, reason) if window.refusal() == reason else Refused(reason)


@transaction.atomic
def substitute(registration, person, *, by, exception=""):
    """Replace a person and keep the seat and its priority, in one transaction; the old confirmation is void at once.

    Until the session's registration closes; afterwards only the registration desk, with a reason (T-R07, T-R08).
    """
    accreditation = locked(registration.accreditation)
    session = registration.forum_session
    _require_change(accreditation, session, by=by, exception=exception)
    registration = Registration.objects.select_related("representative").get(pk=registration.pk)
    if not Registration.objects.filter(LIVE, pk=registration.pk).exists():
        raise Refused(_("This registration does not stand any more."))
    if person.accreditation_id != accreditation.pk or person.removed_at:
        raise Refused(_("Choose one of the people of your organization."))
    if Registration.objects.filter(LIVE, forum_session=session, representative=person).exists():
        raise Refused(_("%(name)s sits in this session already.") % {"name": person.known_as})
    wanted = {session: [(person, False)]}
    if clashes := _clash_problems(accreditation, wanted, _standing(accreditation)):
        raise Problems(clashes)
    kept = {name: getattr(registration, name) for name in ("status", "seat", "is_priority", "place", "rank")}
    ended = end(registration, Status.REPLACED, by=by, reason=exception)
    successor = Registration.objects.create(
        accreditation=accreditation,
        forum_session=session,
        representative=person,
        code=codes.random_code("S"),
        registered_by=by,
        exception_reason=exception,
        **kept,
    )
    Registration.objects.filter(pk=ended.pk).update(replaced_by=successor)
    audit.record("registration.substitute", successor, by=by, reason=exception, replaces=ended.pk)
    for someone, template in ((ended.representative, "seat_replaced"), (person, "seat_taken_over")):
        if someone.email:
            mail.queue(
                f"substitute:{successor.pk}:{someone.pk}",
                template,
                to=someone.email,
                about=accreditation.forum.reference_prefix,
                context={"session": session, "registration": successor, "forum": accreditation.forum},
            )
    return successor
