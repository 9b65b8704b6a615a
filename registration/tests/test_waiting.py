"""The waiting list: timed offers, one place for two clicks, and the two seats of an organization counted here too."""

from datetime import timedelta

import pytest

from accreditation.tests.cast import make_forum
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from registration import waiting, workflow
from registration.models import Registration, SeatRule, Status

from .making import CLOSES, DURING, give_places, make_desk, make_organization, make_people, make_session, register

LATER = CLOSES + timedelta(days=1)


@pytest.fixture
def forum(db):
    forum = make_forum()
    SeatRule.objects.create(forum=forum, offer_hours=24)
    return forum


@pytest.fixture
def full(forum):
    """A room with one seat, held by Ana of Lights; Ben of Other and Cleo of Third wait, in this order."""
    session = make_session(forum, "table-1", stakeholder_seats=1)
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    (seat,) = register(lights, session, ana, by=amina)
    give_places(session, seat, by=desk)
    with clock.frozen(CLOSES):
        waiters = []
        for name, person in (("Other", "Ben"), ("Third", "Cleo")):
            accreditation, owner = make_organization(forum, name)
            waiters.append((waiting.join(accreditation, session, *make_people(accreditation, person), by=owner), owner))
    return session, seat, waiters, desk


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


def test_a_free_place_is_offered_to_the_first_who_waits(full):
    _session, seat, [(ben, _), (cleo, _)], desk = full
    with clock.frozen(LATER):
        assert waiting.fill_due() == 0
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        assert waiting.fill_due() == 1
        assert waiting.fill_due() == 0
    ben.refresh_from_db()
    assert (ben.status, ben.offer_ends_at) == (Status.OFFERED, LATER + timedelta(hours=24))
    assert status_of(cleo) == Status.WAITING


# T-R13
def test_an_offer_that_ends_goes_to_the_next_and_the_person_may_join_again_at_the_end(full):
    session, seat, [(ben, bens_owner), (cleo, _)], desk = full
    with clock.frozen(LATER):
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        waiting.fill_due()
    with clock.frozen(LATER + timedelta(hours=24)):
        with pytest.raises(Refused, match="This offer ended"):
            waiting.accept(ben, by=bens_owner)
        assert waiting.expire_due() == 1
        assert waiting.expire_due() == 0
        waiting.fill_due()
        again = waiting.join(ben.accreditation, session, ben.representative, by=bens_owner)
    assert [status_of(ben), status_of(cleo), again.status] == [Status.EXPIRED, Status.OFFERED, Status.WAITING]
    assert list(waiting.queue_of(session)) == [again]


def test_an_offer_holds_to_its_last_microsecond(full):
    _session, seat, [(ben, bens_owner), _], desk = full
    with clock.frozen(LATER):
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        waiting.fill_due()
    with clock.frozen(LATER + timedelta(hours=24) - timedelta(microseconds=1)):
        assert waiting.accept(ben, by=bens_owner).status == Status.CONFIRMED


# T-R14
def test_an_offer_accepted_twice_gives_one_place(full):
    _session, seat, [(ben, bens_owner), _], desk = full
    with clock.frozen(LATER):
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        waiting.fill_due()
        first = waiting.accept(ben, by=bens_owner)
        second = waiting.accept(ben, by=bens_owner)
    assert first == second
    assert (second.status, second.seat, second.place, second.is_priority) == (Status.CONFIRMED, 1, 1, True)
    assert Event.objects.filter(verb="registration.accept_offer").count() == 1
    assert OutgoingMail.objects.filter(template="place_given").count() == 1


# T-R15
def test_who_would_be_the_third_of_an_organization_is_passed_over_with_the_reason_and_stays(forum):
    session = make_session(forum, "table-1", stakeholder_seats=3)
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    ana, ben, third = make_people(lights, "Ana", "Ben", "Cleo")
    seats = register(lights, session, ana, ben, by=amina)
    give_places(session, *seats, by=desk)
    other, owner = make_organization(forum, "Other")
    (dina,) = make_people(other, "Dina")
    with clock.frozen(CLOSES):
        first = waiting.join(lights, session, third, by=amina)
        second = waiting.join(other, session, dina, by=owner)
        assert waiting.fill_due() == 1
        assert waiting.fill_due() == 0
    assert [status_of(first), status_of(second)] == [Status.WAITING, Status.OFFERED]
    passed_over = Event.objects.get(verb="registration.pass_over")
    assert passed_over.reason == "Lights has its 2 people in “Table-1” already."
    assert OutgoingMail.objects.filter(template="offer_passed_over").count() == 1


def test_whoever_has_a_free_seat_registers_instead_of_waiting(forum):
    session = make_session(forum, "table-1")
    lights, amina = make_organization(forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    with clock.frozen(DURING), pytest.raises(Refused, match="has a free place"):
        waiting.join(lights, session, ana, by=amina)


def test_the_overflow_room_moves_up_before_anybody_is_offered_a_place(full):
    session, seat, [(ben, _), _], desk = full
    accreditation, owner = make_organization(session.forum, "Fourth")
    (dina,) = make_people(accreditation, "Dina")
    (waits,) = register(accreditation, session, dina, by=owner)
    Registration.objects.filter(pk=waits.pk).update(status=Status.OVERFLOW)
    with clock.frozen(LATER):
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        waiting.fill_due()
    waits.refresh_from_db()
    assert (waits.status, waits.place) == (Status.CONFIRMED, 1)
    assert status_of(ben) == Status.WAITING


def test_a_stranger_cannot_accept(full, eve):
    _session, seat, [(ben, _), _], desk = full
    with clock.frozen(LATER):
        workflow.withdraw(seat, by=desk, exception="Cannot travel")
        waiting.fill_due()
        with pytest.raises(Refused):
            waiting.accept(ben, by=eve)
    assert status_of(ben) == Status.OFFERED
