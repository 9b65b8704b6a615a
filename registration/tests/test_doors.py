"""One verdict for each code at the door."""

from datetime import timedelta

import pytest

from accreditation.models import Accreditation
from accreditation.tests.cast import make_forum, make_officer
from imrf_portal import clock
from imrf_portal.errors import Refused
from registration import doors, suspension, workflow
from registration.models import CheckIn, Registration, Status

from .making import DURING, make_desk, make_organization, make_people, make_session, register


@pytest.fixture
def door(db):
    """Ana of Lights, confirmed for a hearing that begins at 10:00 in New York, and the desk."""
    hearing = make_session(make_forum(), "hearing", room="Chamber", overflow_room="Annex")
    lights, amina = make_organization(hearing.forum, "Lights")
    ana, ben = make_people(lights, "Ana", "Ben")
    (seat,) = register(lights, hearing, ana, by=amina)
    return seat, ben, amina, make_desk()


def at(minutes):
    return clock.frozen(DURING.replace(month=5, day=5, hour=13, minute=0) + timedelta(minutes=minutes))


def test_the_first_scan_lets_in(door):
    seat, _ben, _amina, desk = door
    with at(12):
        verdict = doors.scan(seat.code.lower(), by=desk, entrance="A")
    assert (verdict.state, verdict.words) == ("ok", "Chamber")


def test_a_qr_code_that_holds_an_address_is_read(door):
    seat, _ben, _amina, desk = door
    with at(12):
        assert doors.scan(f"https://portal.example/verify/{seat.code}/", by=desk).state == "ok"


# T-R22
def test_a_second_scan_says_when_and_where_the_first_was_and_may_be_overridden_with_a_reason(door):
    seat, _ben, _amina, desk = door
    with at(12):
        doors.scan(seat.code, by=desk, entrance="A")
    with at(30):
        verdict = doors.scan(seat.code, by=desk, entrance="B")
        with pytest.raises(Refused):
            doors.let_in_again(seat, by=desk, reason=" ", entrance="B")
        doors.let_in_again(seat, by=desk, reason="Went out and came back", entrance="B")
    assert (verdict.state, verdict.title) == ("again", "Already in since 09:12")
    assert verdict.words.startswith("First scan at 09:12, entrance A.")
    assert list(CheckIn.objects.order_by("pk").values_list("is_first", "entrance", "override_reason")) == [
        (True, "A", ""),
        (False, "B", ""),
        (False, "B", "Went out and came back"),
    ]


# T-R19
@pytest.mark.parametrize("sweep", [False, True], ids=["before the sweep", "after the sweep"])
def test_a_revoked_accreditation_stops_at_the_door_at_once_without_saying_why(door, sweep):
    seat, _ben, amina, desk = door
    Accreditation.objects.update(revoked_at=DURING, revoked_by=amina, revoked_reason="A secret")
    with at(12):
        if sweep:
            suspension.suspend_due()
        verdict = doors.scan(seat.code, by=desk, entrance="A")
    assert (verdict.state, verdict.title) == ("stop", "Please ask the desk")
    assert "secret" not in verdict.words
    assert CheckIn.objects.count() == 0


# T-R07
def test_a_replaced_badge_is_void_at_once_and_the_new_one_works(door):
    seat, ben, amina, desk = door
    with clock.frozen(DURING):
        successor = workflow.substitute(seat, ben, by=amina)
    with at(12):
        assert doors.scan(seat.code, by=desk).state == "stop"
        assert doors.scan(successor.code, by=desk).state == "ok"


def test_a_place_in_the_overflow_room_shows_the_way(door):
    seat, _ben, _amina, desk = door
    Registration.objects.update(status=Status.OVERFLOW)
    with at(12):
        verdict = doors.scan(seat.code, by=desk)
    assert (verdict.state, verdict.words) == ("other", "Show the way: Annex.")


def test_a_code_of_another_session_names_that_session(door):
    seat, _ben, _amina, desk = door
    other = make_session(seat.forum_session.forum, "table-9")
    with at(12):
        verdict = doors.scan(seat.code, by=desk, session=other)
    assert (verdict.state, verdict.words) == ("stop", "This code is for “Hearing”.")


def test_a_code_with_one_wrong_letter_is_called_mistyped(door):
    seat, _ben, _amina, desk = door
    wrong = seat.code[:-1] + ("A" if seat.code[-1] != "A" else "B")
    with at(12):
        verdict = doors.scan(wrong, by=desk)
    assert (verdict.state, verdict.words) == (
        "unknown",
        "One letter or digit is not right. Scan again, or type it.",
    )


def test_a_reviewer_does_not_run_the_door(door):
    seat, *_rest = door
    with at(12), pytest.raises(Refused):
        doors.scan(seat.code, by=make_officer("reads@secretariat.example", "Reviewer"))
