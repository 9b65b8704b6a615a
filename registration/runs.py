"""A run for one session: read what the rule needs, show the result, confirm it for everybody in one transaction."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accreditation.models import Accreditation
from imrf_portal import audit, clock
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from . import telling
from .allocation import Outcome, Request, Result, Room, Tier, allocate
from .models import Allocation, Registration, SeatRule, SpeakingRequest, Status
from .models.seats import LIVE

LEFT_OVER = Q(status=Status.WAITING, rank__isnull=False)
"""Those whom an earlier run put on the waiting list; who joined it later waits for an offer."""
STATUS = {Outcome.ROOM: Status.CONFIRMED, Outcome.OVERFLOW: Status.OVERFLOW, Outcome.WAITING: Status.WAITING}
AT_ONCE = 500


@dataclass(frozen=True)
class Preview:
    """What the rule gives now. Nothing is written; the same people, rule, seats and seed give the same again.

    ``people`` maps each key of the result to its registration; ``losing`` are those in the room now who would not be.
    """

    session: ForumSession
    room: Room
    rule: str
    words: str
    seed: str
    result: Result
    people: dict
    losing: list

    def count(self, outcome):
        return len(self.result.of(outcome))

    def seated(self, tier):
        return sum(1 for line in self.result.of(Outcome.ROOM) if line.tier == tier)

    def organizations(self):
        """How many organizations have somebody in the room, of how many."""
        inside = {self.people[line.key].accreditation_id for line in self.result.of(Outcome.ROOM)}
        return len(inside), len({registration.accreditation_id for registration in self.people.values()})


def seed_of(session):
    """Fixed by the session and its deadline, so that nobody can run until the draw suits."""
    closes_at = session.registration_closes_at
    return f"{session.slug}-{closes_at:%Y%m%d}" if closes_at else session.slug


def preview(session, *, seats=None):
    """Run the rule for a session; ``seats`` tries another number of seats (a dry run, T-R16)."""
    return _preview(session, _asking(session), seats=seats)


def _asking(session):
    return (
        Registration.objects.filter(
            LIVE | LEFT_OVER, forum_session=session, accreditation__in=Accreditation.objects.in_force()
        )
        .select_related("representative", "accreditation__organization__country")
        .order_by("rank", "pk")
    )


def _preview(session, registrations, *, seats):
    seats = session.stakeholder_seats if seats is None else seats
    if seats is None:
        raise Refused(_("“%(session)s” has room for everybody: set its seats for stakeholders.") % {"session": session})
    people = _within_quota(registrations, session.seats_per_organization)
    for registration in people.values():
        registration.forum_session = session
    speakers = set(
        SpeakingRequest.objects.filter(forum_session=session, status=SpeakingRequest.Status.SELECTED).values_list(
            "representative_id", flat=True
        )
    )
    rule = SeatRule.objects.filter(forum_id=session.forum_id).first() or SeatRule(forum_id=session.forum_id)
    room = Room(seats, session.overflow_seats if session.overflow_room else 0)
    seed = seed_of(session)
    result = allocate(
        list(_requests(people.values(), speakers)),
        room,
        rule=rule.second_seats,
        seed=seed,
    )
    losing = [
        people[line.key]
        for line in result.lines
        if line.outcome != Outcome.ROOM and people[line.key].status == Status.CONFIRMED
    ]
    return Preview(session, room, rule.second_seats, rule.words, seed, result, people, losing)


def _within_quota(registrations, limit):
    """By key: all who hold a seat of their organization, and left-over people while it has a seat for them."""
    rows = list(registrations)
    held = Counter(one.accreditation_id for one in rows if one.seat is not None)
    people = {one.pk: one for one in rows if one.seat is not None}
    for one in rows:
        if one.seat is None and held[one.accreditation_id] < limit:
            held[one.accreditation_id] += 1
            people[one.pk] = one
    return people


def _requests(registrations, speakers):
    first = {one.accreditation_id: one.pk for one in registrations if one.is_priority}
    for one in registrations:
        first.setdefault(one.accreditation_id, one.pk)
    for one in registrations:
        organization = one.accreditation.organization
        tier = Tier.PRIORITY if first[one.accreditation_id] == one.pk else Tier.SECOND
        yield Request(
            key=one.pk,
            organization=organization.pk,
            tier=Tier.SPEAKER if one.representative_id in speakers else tier,
            asked_at=one.registered_at,
            region=organization.country.regional_group if organization.country else "",
            type=organization.type,
        )


@transaction.atomic
def confirm(session, *, by, input_sha256, seats=None):
    """Write the result that was previewed, and a letter to everybody; returns the ``Allocation``.

    Refused before registration closes, and when anything the result depends on changed since the preview. ``seats``
    other than the session's becomes the session's number. The same result confirmed again is the one that stands.
    """
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    session = (
        ForumSession.objects.select_for_update(of=("self",), no_key=True).select_related("forum").get(pk=session.pk)
    )
    if session.status == ForumSession.Status.CANCELLED:
        raise Refused(_("“%(session)s” is cancelled.") % {"session": session})
    if not session.registration_window().has_closed():
        raise Refused(_("Places are given after registration closes, so that nobody loses by registering later."))
    shown = _preview(session, _asking(session).select_for_update(of=("self",)), seats=seats)
    if shown.result.input_sha256 != input_sha256:
        raise Refused(_("Something changed since this preview was made. Nothing was saved; look at the new result."))
    latest = Allocation.objects.filter(forum_session=session).first()
    if latest and latest.input_sha256 == input_sha256:
        return latest
    if session.stakeholder_seats != shown.room.seats:
        before = session.stakeholder_seats
        ForumSession.objects.filter(pk=session.pk).update(stakeholder_seats=shown.room.seats)
        audit.record("session.seats", session, by=by, before=str(before or ""), after=str(shown.room.seats))
        session.stakeholder_seats = shown.room.seats
    allocation = Allocation.objects.create(
        forum_session=session,
        rule=shown.rule,
        input_sha256=input_sha256,
        result=_kept(shown),
        confirmed_by=by,
    )
    _write(shown, allocation, by=by)
    return allocation


def _kept(shown):
    return {
        "seed": shown.seed,
        "seats": shown.room.seats,
        "overflow": shown.room.overflow,
        "lines": [[line.key, int(line.tier), str(line.outcome), line.number] for line in shown.result.lines],
    }


def _write(shown, allocation, *, by):
    """Seats and places are freed first, because two people may exchange theirs."""
    people = shown.people
    everybody = Registration.objects.filter(forum_session=shown.session)
    everybody.filter(place__isnull=False).update(place=None)
    everybody.filter(LEFT_OVER).update(rank=None)
    before = {pk: (one.status, one.seat, one.is_priority) for pk, one in people.items()}
    for line in shown.result.lines:
        one = people[line.key]
        one.status = STATUS[line.outcome]
        one.place = line.number if line.outcome == Outcome.ROOM else None
        one.rank = None if line.outcome == Outcome.ROOM else line.number
        if line.outcome == Outcome.WAITING:
            one.seat, one.is_priority, one.waiting_since_at = None, False, clock.now()
    _number_seats(people.values())
    _store([one for one in people.values() if one.seat is None])
    _store([one for one in people.values() if one.seat is not None])
    _record(shown, allocation, before, by=by)
    telling.tell_result(people.values(), allocation, words=shown.words)


def _store(registrations):
    """Write what a run changed, some hundred rows in a statement: what many share together, numbers from a list."""
    alike = defaultdict(list)
    for one in registrations:
        alike[one.status, one.seat, one.is_priority, one.waiting_since_at].append(one.pk)
    for (status, seat, is_priority, waiting_since_at), keys in alike.items():
        for some in batched(keys):
            Registration.objects.filter(pk__in=some).update(
                status=status, seat=seat, is_priority=is_priority, waiting_since_at=waiting_since_at
            )
    for some in batched(registrations):
        _store_numbers(some)


def batched(rows):
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _store_numbers(registrations):
    """Place and rank, another one for each row; both databases read a list of values under these column names."""
    table = connection.ops.quote_name(Registration._meta.db_table)
    given = ", ".join(["(%s, %s, %s)"] * len(registrations))
    numbers = [number for one in registrations for number in (one.pk, one.place, one.rank)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET place = CAST(given.column2 AS integer), rank = CAST(given.column3 AS integer) "
            f"FROM (VALUES {given}) AS given WHERE {table}.id = given.column1",
            numbers,
        )


def _record(shown, allocation, before, *, by):
    audit.Event.objects.bulk_create(
        (
            audit.event(
                "registration.allocate",
                shown.people[line.key],
                by=by,
                before=before[line.key][0],
                after=shown.people[line.key].status,
                allocation=allocation.pk,
                number=line.number,
            )
            for line in shown.result.lines
        ),
        batch_size=AT_ONCE,
    )
    audit.record("session.allocate", shown.session, by=by, allocation=allocation.pk, people=len(shown.people))


def _number_seats(registrations):
    """Who comes back from the waiting list takes a free seat of the organization; one of those seated has priority."""
    seated = defaultdict(list)
    for one in registrations:
        if one.status != Status.WAITING:
            seated[one.accreditation_id].append(one)
    for group in seated.values():
        held = {one.seat for one in group}
        for one in group:
            if one.seat is None:
                one.seat = next(number for number in range(1, len(group) + 1) if number not in held)
                held.add(one.seat)
        if not any(one.is_priority for one in group):
            min(group, key=lambda one: one.seat).is_priority = True
