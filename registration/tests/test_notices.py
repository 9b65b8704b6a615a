"""What moved, was cancelled, ended or came back, and what is due: told once, however often the sweep runs."""

from datetime import timedelta

import pytest

from accreditation import circulation, review
from accreditation.models import Accreditation
from accreditation.tests.cast import AFTER, make_circulated, make_eligible, make_forum
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from registration import notices, suspension, waiting, workflow
from registration.models import Registration, Status
from sessions_app import workflow as programme

from .making import CLOSES, DURING, make_desk, make_organization, make_people, make_session, register

MOVED = CLOSES + timedelta(days=2)


@pytest.fixture
def forum(db):
    return make_forum()


def move_by_a_day(session, by):
    day = timedelta(days=1)
    schedule = {
        "day_on": session.day_on + day,
        "starts_at": session.starts_at + day,
        "ends_at": session.ends_at + day,
    }
    return programme.move(session, by=by, reason="The room is not free", **schedule)


# T-R17
def test_those_registered_for_a_session_that_moved_are_asked_once_and_a_clash_is_named(forum):
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    table = make_session(forum, "table-1")
    other = make_session(forum, "table-2", starts_at=table.starts_at + timedelta(days=1))
    (seat,) = register(lights, table, ana, by=amina)
    register(lights, other, ana, by=amina)
    with clock.frozen(MOVED):
        move_by_a_day(table, desk)
        assert [notices.tell_changes(), notices.tell_changes()] == [1, 0]
        (notice,) = notices.open_notices(lights)
        with pytest.raises(Refused, match="Ana is in “Table-2” at the same time"):
            notices.answer(notice, by=amina, keep=True)
        notices.answer(notice, by=amina, keep=False)
    seat.refresh_from_db()
    assert seat.status == Status.WITHDRAWN
    letters = OutgoingMail.objects.filter(template="session_moved")
    assert {letter.to for letter in letters} == {"owner@lights.example", "ana@people.example"}
    assert all("Ana is also registered for Table-2" in letter.body for letter in letters)


def test_a_seat_that_is_kept_after_a_move_stays(forum):
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    table = make_session(forum, "table-1")
    (seat,) = register(lights, table, ana, by=amina)
    with clock.frozen(MOVED):
        move_by_a_day(table, desk)
        notices.tell_changes()
        (notice,) = notices.open_notices(lights)
        notices.answer(notice, by=amina, keep=True)
        assert list(notices.open_notices(lights)) == []
    seat.refresh_from_db()
    assert seat.seat == 1


# T-R18
def test_registrations_of_a_cancelled_session_end_with_a_message_and_stay_on_record(forum):
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    ana, ben = make_people(lights, "Ana", "Ben")
    table = make_session(forum, "table-1", status="tentative")
    register(lights, table, ana, ben, by=amina)
    with clock.frozen(MOVED):
        programme.cancel(table, by=desk, reason="No quorum of panellists")
        assert [notices.tell_changes(), notices.tell_changes()] == [2, 0]
    assert list(Registration.objects.values_list("status", "seat")) == [(Status.CANCELLED, None)] * 2
    assert "No quorum of panellists" in OutgoingMail.objects.filter(template="session_cancelled").first().body


# T-R19
def test_an_accreditation_that_ended_suspends_seat_and_waiting_list_once_and_tells_the_people(forum):
    lights, amina = make_organization(forum, "Lights")
    ana, ben, cleo = make_people(lights, "Ana", "Ben", "Cleo")
    table = make_session(forum, "table-1")
    register(lights, table, ana, ben, by=amina)
    with clock.frozen(DURING):
        waiting.join(lights, table, cleo, by=amina)
        Accreditation.objects.update(revoked_at=clock.now(), revoked_by=amina, revoked_reason="Specimen")
        assert [suspension.suspend_due(), suspension.suspend_due()] == [3, 0]
    assert set(Registration.objects.values_list("status", "seat")) == {(Status.SUSPENDED, None)}
    assert OutgoingMail.objects.filter(template="seat_suspended").count() == 3


# T-R20
def test_a_revocation_taken_back_gives_every_seat_back_under_a_new_code(call, amina, chen, noor):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    closes_at = AFTER + timedelta(days=7)
    make_circulated([application], by=chen, closes_at=closes_at)
    with clock.frozen(closes_at):
        circulation.close_due()
        application.refresh_from_db()
        accreditation = review.accredit(application, by=chen)
    ana, ben = make_people(accreditation, "Ana", "Ben")
    table = make_session(call.forum, "table-1")
    with clock.frozen(closes_at + timedelta(days=1)):
        workflow.save_matrix(accreditation, {table: [(ana, False), (ben, True)]}, by=amina)
        old = dict(Registration.objects.values_list("representative__name", "code"))
        review.revoke(application, by=chen, reason="Specimen")
        suspension.suspend_due()
        review.reverse_revocation(application, by=noor, reason="A mistake")
        assert [suspension.restore_due(), suspension.restore_due()] == [2, 0]
    now = Registration.objects.filter(seat__isnull=False)
    assert {(row.representative.name, row.is_priority) for row in now} == {("Ana", False), ("Ben", True)}
    assert {row.code for row in now}.isdisjoint(old.values())
    assert set(Registration.objects.filter(code__in=old.values()).values_list("status", flat=True)) == {Status.REPLACED}
    assert OutgoingMail.objects.filter(template="seat_restored").count() == 2


def test_what_does_not_fit_any_more_is_not_given_back_and_the_organization_is_told(forum):
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    table = make_session(forum, "table-1")
    register(lights, table, ana, by=amina)
    with clock.frozen(DURING):
        Accreditation.objects.update(revoked_at=clock.now(), revoked_by=desk, revoked_reason="Specimen")
        suspension.suspend_due()
        programme.cancel(table, by=desk, reason="No room")
        Accreditation.objects.update(revoked_at=None, revoked_by=None, revoked_reason="")
        assert [suspension.restore_due(), suspension.restore_due()] == [0, 0]
    assert Registration.objects.get().status == Status.SUSPENDED
    assert OutgoingMail.objects.filter(template="seat_not_restored").count() == 1


def test_organizations_with_free_places_are_reminded_once_before_registration_closes(forum):
    _lights, _amina = make_organization(forum, "Lights")
    full, owner = make_organization(forum, "Full")
    table = make_session(forum, "table-1")
    register(full, table, *make_people(full, "Ana", "Ben"), by=owner)
    with clock.frozen(CLOSES - timedelta(days=8)):
        assert notices.remind_of_deadlines() == 0
    with clock.frozen(CLOSES - timedelta(days=7)):
        assert [notices.remind_of_deadlines(), notices.remind_of_deadlines()] == [1, 0]
    with clock.frozen(CLOSES - timedelta(hours=1)):
        assert notices.remind_of_deadlines() == 1
    with clock.frozen(CLOSES):
        assert notices.remind_of_deadlines() == 0
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"owner@lights.example"}
