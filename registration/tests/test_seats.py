"""Two seats, one priority: by the verbs, and by the database when a verb is bypassed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accreditation.models import Accreditation, Membership, Organization
from accreditation.tests.cast import make_forum, make_officer
from imrf_portal import clock
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from registration import suspension, workflow
from registration.models import Registration, Representative, Status
from sessions_app.models import ForumSession

OPENS = datetime(2026, 4, 1, 13, 0, tzinfo=UTC)
CLOSES = datetime(2026, 4, 20, 21, 0, tzinfo=UTC)
DURING = OPENS + timedelta(days=2)
MOMENT = timedelta(microseconds=1)


def make_session(forum, slug, starts_at=datetime(2026, 5, 5, 14, 0, tzinfo=UTC), **fields):
    return ForumSession.objects.create(
        **{
            "forum": forum,
            "slug": slug,
            "kind": ForumSession.Kind.ROUND_TABLE,
            "title": slug.title(),
            "day_on": starts_at.date(),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=3),
            "is_published": True,
            "status": ForumSession.Status.CONFIRMED,
            "registration_opens_at": OPENS,
            "registration_closes_at": CLOSES,
            **fields,
        }
    )


def make_accreditation(forum, owner, name="Harbour Lights"):
    organization = Organization.objects.create(name=name)
    Membership.objects.create(organization=organization, user=owner, role=Membership.Role.OWNER)
    return Accreditation.objects.create(forum=forum, organization=organization, basis=Accreditation.Basis.ECOSOC)


def make_people(accreditation, *names):
    return [
        Representative.objects.create(accreditation=accreditation, name=name, email=f"{name.lower()}@people.example")
        for name in names
    ]


@pytest.fixture
def forum(db):
    return make_forum()


@pytest.fixture
def table(forum):
    return make_session(forum, "table-1")


@pytest.fixture
def lights(forum, amina):
    return make_accreditation(forum, amina)


def seated(session):
    return [
        (registration.representative.name, registration.is_priority)
        for registration in Registration.objects.filter(forum_session=session, seat__isnull=False).order_by("seat")
    ]


def test_two_people_are_seated_and_the_first_has_priority(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, False), (ben, False)]}, by=amina)
    assert seated(table) == [("Ana", True), ("Ben", False)]


# T-R02
def test_a_third_person_is_refused_with_the_names_of_the_two(lights, table, amina):
    ana, ben, cleo = make_people(lights, "Ana", "Ben", "Cleo")
    with clock.frozen(DURING), pytest.raises(workflow.Problems) as refusal:
        workflow.save_matrix(lights, {table: [(ana, True), (ben, False), (cleo, False)]}, by=amina)
    (problem,) = refusal.value.problems
    assert problem.representative == cleo
    assert problem.sentence.startswith("Ana and Ben hold the places")
    assert seated(table) == []


# T-R04
def test_two_priorities_are_refused_and_the_other_is_named(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING), pytest.raises(workflow.Problems) as refusal:
        workflow.save_matrix(lights, {table: [(ana, True), (ben, True)]}, by=amina)
    assert [problem.sentence for problem in refusal.value.problems] == [
        "Ana has priority already. Only one person can."
    ]


# T-R05
def test_when_one_of_two_leaves_the_other_has_priority(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True), (ben, False)]}, by=amina)
        workflow.withdraw(Registration.objects.get(representative=ana), by=amina)
    assert seated(table) == [("Ben", True)]


# T-R06
def test_priority_is_swapped_in_one_action(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True), (ben, False)]}, by=amina)
        workflow.save_matrix(lights, {table: [(ana, False), (ben, True)]}, by=amina)
    assert seated(table) == [("Ana", False), ("Ben", True)]


def test_nobody_sits_in_two_rooms_at_one_time(lights, forum, table, amina):
    other = make_session(forum, "table-2", starts_at=table.starts_at + timedelta(hours=1))
    (ana,) = make_people(lights, "Ana")
    with clock.frozen(DURING), pytest.raises(workflow.Problems) as refusal:
        workflow.save_matrix(lights, {table: [(ana, True)], other: [(ana, True)]}, by=amina)
    assert [problem.session for problem in refusal.value.problems] == [other]


# T-R07
def test_a_replacement_keeps_the_seat_and_its_priority_and_both_are_told(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(CLOSES - MOMENT):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=amina)
        workflow.substitute(Registration.objects.get(), ben, by=amina)
    assert seated(table) == [("Ben", True)]
    assert Registration.objects.get(representative=ana).status == Status.REPLACED
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"ana@people.example", "ben@people.example"}


# T-R08
def test_after_the_deadline_only_the_desk_replaces_with_a_reason(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    desk = make_officer("desk@secretariat.example", "Registration desk")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=amina)
    with clock.frozen(CLOSES):
        with pytest.raises(Closed):
            workflow.substitute(Registration.objects.get(), ben, by=amina)
        with pytest.raises(Refused):
            workflow.substitute(Registration.objects.get(), ben, by=amina, exception="I say so")
        workflow.substitute(Registration.objects.get(), ben, by=desk, exception="Illness")
    assert seated(table) == [("Ben", True)]


BYPASSES = {
    "a third seat number": {"seat": 3},
    "a seat taken twice": {"seat": 1},
    "a second priority": {"seat": 2, "is_priority": True},
    "a live row without a seat": {"seat": None},
}


@pytest.mark.parametrize("fields", BYPASSES.values(), ids=BYPASSES)
def test_the_database_refuses(lights, table, amina, fields):
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=amina)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            accreditation=lights,
            forum_session=table,
            representative=ben,
            code="S-TEST",
            **fields,
        )


def test_a_limit_of_one_session_is_data_and_held_by_the_database(lights, forum, amina):
    hall = make_session(forum, "hall", seats_per_organization=1)
    ana, ben = make_people(lights, "Ana", "Ben")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {hall: [(ana, True)]}, by=amina)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(accreditation=lights, forum_session=hall, representative=ben, code="S-TEST", seat=2)


def test_an_ended_accreditation_suspends_once(lights, table, amina):
    (ana,) = make_people(lights, "Ana")
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=amina)
        Accreditation.objects.update(revoked_at=clock.now(), revoked_by=amina, revoked_reason="Specimen")
        assert suspension.suspend_due() == 1
        assert suspension.suspend_due() == 0
    assert Registration.objects.get().status == Status.SUSPENDED


def test_a_stranger_registers_nobody(lights, table, eve):
    (ana,) = make_people(lights, "Ana")
    with clock.frozen(DURING), pytest.raises(Refused):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=eve)
    assert seated(table) == []


# T-R03
def test_what_another_focal_point_changed_meanwhile_is_not_overwritten(lights, table, amina, boris):
    ana, ben, cleo = make_people(lights, "Ana", "Ben", "Cleo")
    Membership.objects.create(organization=lights.organization, user=boris, role=Membership.Role.EDITOR)
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(ana, True)]}, by=amina)
        seen = {table: f"{ana.pk}*"}
        workflow.save_matrix(lights, {table: [(ana, True), (ben, False)]}, by=amina, seen=seen)
        with pytest.raises(workflow.Problems) as refusal:
            workflow.save_matrix(lights, {table: [(ana, True), (cleo, False)]}, by=boris, seen=seen)
    assert "Registered here now: Ana and Ben." in refusal.value.problems[0].sentence
    assert seated(table) == [("Ana", True), ("Ben", False)]
