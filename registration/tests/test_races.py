"""The last seat, one offer, one star: many ask in the same instant, one gets it, the others read why.

The suite runs this on SQLite and on PostgreSQL; ``python -m bench.races`` runs a hundred rounds of fifty.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accreditation.tests.cast import make_forum
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from registration import doors, runs, waiting, workflow
from registration.models import CheckIn, Registration, Representative, Status
from registration.models.seats import LIVE

from . import racing
from .making import CLOSES, DURING, give_places, make_desk, make_organization, make_people, make_session, register
from .racing import race, refusals, winners

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.timeout(60 * racing.rounds(5))]
PEOPLE = 50
LATER = CLOSES + timedelta(hours=1)


def rounds():
    """SQLite lets one write at a time: there a round of fifty takes its second."""
    return racing.rounds(8 if connection.vendor == "postgresql" else 4)


@pytest.fixture
def table():
    return make_session(make_forum(), "table-1")


@pytest.fixture
def lights(table):
    return make_organization(table.forum, "Lights")


def candidates(accreditation, count=PEOPLE):
    return Representative.objects.bulk_create(
        Representative(accreditation=accreditation, name=f"Candidate {number}") for number in range(count)
    )


def seats(table):
    return list(Registration.objects.filter(LIVE, forum_session=table).order_by("seat").values_list("seat", flat=True))


def empty(table, people):
    Registration.objects.filter(forum_session=table, representative__in=people).delete()


# T-R03
def test_of_fifty_who_save_the_matrix_for_the_last_seat_one_gets_it_and_the_others_read_who(table, lights):
    lights, amina = lights
    (ana,) = make_people(lights, "Ana")
    register(lights, table, ana, by=amina)
    seen = {table: workflow.token(workflow.seats_of(lights, table))}
    people = candidates(lights)
    for _round in range(rounds()):
        results = race(
            [
                lambda person=person: workflow.save_matrix(
                    lights, {table: [(ana, True), (person, False)]}, by=amina, seen=seen
                )
                for person in people
            ],
            at=DURING,
        )
        assert (len(winners(results)), seats(table)) == (1, [1, 2])
        winner = Registration.objects.get(forum_session=table, seat=2).representative
        sentences = {problem.sentence for refusal in refusals(results) for problem in refusal.problems}
        assert sentences == {
            f"Someone of your organization changed this a moment ago. Registered here now: Ana and {winner}."
        }
        empty(table, people)


# T-R03
def test_of_fifty_who_pass_by_the_verbs_the_database_lets_one_in(table, lights):
    lights, amina = lights
    (ana,) = make_people(lights, "Ana")
    register(lights, table, ana, by=amina)
    people = candidates(lights)

    def take(person):
        try:
            with transaction.atomic():
                return workflow.take_seat(lights, table, person, by=amina)
        except IntegrityError as collision:
            raise Refused("taken") from collision

    for _round in range(rounds()):
        results = race([lambda person=person: take(person) for person in people], at=DURING)
        assert (len(winners(results)), seats(table)) == (1, [1, 2])
        empty(table, people)


# T-R14
def test_an_offer_accepted_at_once_on_many_devices_gives_one_place_and_one_letter():
    session = make_session(make_forum(), "table-1", stakeholder_seats=1)
    desk = make_desk()
    lights, amina = make_organization(session.forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    (seat,) = register(lights, session, ana, by=amina)
    give_places(session, seat, by=desk)
    Registration.objects.filter(pk=seat.pk).update(
        status=Status.OFFERED, seat=None, place=None, is_priority=False, offer_ends_at=LATER + timedelta(hours=1)
    )
    results = race([lambda: waiting.accept(seat, by=amina) for _device in range(8)], at=LATER)
    assert {result.pk for result in winners(results)} == {seat.pk}
    assert len(results) == len(winners(results)) == 8
    assert list(Registration.objects.values_list("status", "seat", "place")) == [(Status.CONFIRMED, 1, 1)]
    assert OutgoingMail.objects.filter(template="place_given").count() == 1


# T-R13
def test_two_sweeps_and_a_late_acceptance_never_give_one_place_to_two():
    session = make_session(make_forum(), "table-1", stakeholder_seats=1)
    desk = make_desk()
    lights, amina = make_organization(session.forum, "Lights")
    other, owner = make_organization(session.forum, "Other")
    (ana,), (ben,) = make_people(lights, "Ana"), make_people(other, "Ben")
    first, second = (*register(lights, session, ana, by=amina), *register(other, session, ben, by=owner))
    give_places(session, by=desk)
    free = {"seat": None, "place": None, "is_priority": False, "waiting_since_at": DURING}
    Registration.objects.filter(pk=first.pk).update(status=Status.OFFERED, offer_ends_at=LATER, **free)
    Registration.objects.filter(pk=second.pk).update(status=Status.WAITING, **free)

    def sweep():
        waiting.expire_due()
        waiting.fill_due()

    race([sweep, sweep, lambda: waiting.accept(first, by=amina), sweep], at=LATER)
    assert dict(Registration.objects.values_list("representative__name", "status")) == {
        "Ana": Status.EXPIRED,
        "Ben": Status.OFFERED,
    }


# T-R04
# T-R06
def test_when_both_are_starred_at_once_one_is_and_never_two_or_none(table, lights):
    lights, amina = lights
    ana, ben = make_people(lights, "Ana", "Ben")
    register(lights, table, ana, ben, by=amina)
    for _round in range(rounds()):
        race(
            [
                lambda star=star: workflow.save_matrix(lights, {table: [(ana, star == 0), (ben, star == 1)]}, by=amina)
                for star in (0, 1) * 4
            ],
            at=DURING,
        )
        assert Registration.objects.filter(LIVE, forum_session=table, is_priority=True).count() == 1


# T-R07
def test_of_many_who_replace_one_person_at_once_one_does(table, lights):
    lights, amina = lights
    (ana,) = make_people(lights, "Ana")
    (seat,) = register(lights, table, ana, by=amina)
    people = candidates(lights, 12)
    results = race([lambda person=person: workflow.substitute(seat, person, by=amina) for person in people], at=DURING)
    assert (len(winners(results)), seats(table)) == (1, [1])
    assert {str(refusal) for refusal in refusals(results)} == {"This registration does not stand any more."}


# T-R16
def test_a_run_confirmed_twice_at_once_is_written_once():
    session = make_session(make_forum(), "table-1", stakeholder_seats=1)
    desk = make_desk()
    lights, amina = make_organization(session.forum, "Lights")
    register(lights, session, *make_people(lights, "Ana", "Ben"), by=amina)
    with clock.frozen(LATER):
        fingerprint = runs.preview(session).result.input_sha256
    results = race(
        [lambda: runs.confirm(session, by=desk, input_sha256=fingerprint) for _officer in range(4)], at=LATER
    )
    assert len({allocation.pk for allocation in winners(results)}) == 1
    assert OutgoingMail.objects.filter(template="allocation_result").count() == 2


# T-R22
def test_of_two_entrances_that_scan_one_code_at_once_one_lets_in(table, lights):
    lights, amina = lights
    (seat,) = register(lights, table, *make_people(lights, "Ana"), by=amina)
    desk = make_desk()
    results = race(
        [lambda door=door: doors.scan(seat.code, by=desk, entrance=door) for door in "ABCD"], at=table.starts_at
    )
    assert sorted(result.state for result in results) == ["again", "again", "again", "ok"]
    assert CheckIn.objects.filter(is_first=True).count() == 1
