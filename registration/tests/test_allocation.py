"""Who gets a place: the rule alone, and the run that writes it."""

import random
from datetime import timedelta

import pytest

from accreditation.models import Membership
from accreditation.tests.cast import make_forum, make_officer, make_person
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail
from registration import runs, workflow
from registration.allocation import Outcome, Request, Room, Tier, allocate
from registration.models import Allocation, Registration, SeatRule, SpeakingRequest, Status

from .making import CLOSES, DURING, make_desk, make_organization, make_people, make_session, register

ORDER, BALANCED = SeatRule.SecondSeats.ORDER, SeatRule.SecondSeats.BALANCED
AFTER = CLOSES + timedelta(hours=1)


def request(key, tier=Tier.SECOND, seconds=0, region="", type=""):
    return Request(key, key, tier, DURING + timedelta(seconds=seconds), region, type)


def outcomes(result):
    return [(line.key, str(line.outcome), line.number) for line in result.lines]


def test_the_first_of_each_organization_goes_before_every_second_and_speakers_before_all():
    people = [request(1, Tier.SECOND, 0), request(2, Tier.PRIORITY, 9), request(3, Tier.SPEAKER, 20)]
    result = allocate(people, Room(2, overflow=0), rule=ORDER, seed="s")
    assert outcomes(result) == [(3, "room", 1), (2, "room", 2), (1, "waiting", 1)]


def test_the_overflow_room_is_filled_before_the_waiting_list():
    people = [request(key, seconds=key) for key in range(1, 5)]
    result = allocate(people, Room(1, overflow=2), rule=ORDER, seed="s")
    assert outcomes(result) == [(1, "room", 1), (2, "overflow", 1), (3, "overflow", 2), (4, "waiting", 1)]


def test_balanced_takes_one_region_after_the_other_and_one_type_after_the_other():
    people = [
        request(1, seconds=1, region="african", type="ngo"),
        request(2, seconds=2, region="african", type="ngo"),
        request(3, seconds=3, region="african", type="youth"),
        request(4, seconds=4, region="asia_pacific", type="ngo"),
    ]
    result = allocate(people, Room(4), rule=BALANCED, seed="s")
    assert [line.key for line in result.lines] == [1, 4, 3, 2]


@pytest.mark.parametrize("rule", [ORDER, BALANCED])
def test_the_same_people_in_any_order_give_the_same_result_and_fingerprint(rule):
    people = [
        request(key, Tier(key % 3 + 1), key // 7, ("african", "asia_pacific", "")[key % 3], ("ngo", "youth")[key % 2])
        for key in range(300)
    ]
    first = allocate(people, Room(100, 50), rule=rule, seed="s")
    shuffled = random.Random(1).sample(people, len(people))
    assert allocate(shuffled, Room(100, 50), rule=rule, seed="s") == first


def test_another_seed_draws_another_order_and_has_another_fingerprint():
    people = [request(key) for key in range(50)]
    one, two = (allocate(people, Room(10), rule=ORDER, seed=seed) for seed in ("a", "b"))
    assert [line.key for line in one.lines] != [line.key for line in two.lines]
    assert one.input_sha256 != two.input_sha256
    assert all(line.drawn for line in one.lines)


@pytest.fixture
def room(db):
    """Three organizations with two people each, for three seats and one of overflow."""
    forum = make_forum()
    session = make_session(forum, "table-1", stakeholder_seats=3, overflow_room="Annex", overflow_seats=1)
    for name in ("Lights", "Other", "Third"):
        accreditation, owner = make_organization(forum, name)
        register(accreditation, session, *make_people(accreditation, f"{name} A", f"{name} B"), by=owner)
    return session, make_desk()


def run(session, desk, seats=None):
    shown = runs.preview(session, seats=seats)
    return runs.confirm(session, by=desk, input_sha256=shown.result.input_sha256, seats=seats)


def statuses(session):
    return dict(Registration.objects.filter(forum_session=session).values_list("representative__name", "status"))


def test_a_confirmed_run_places_everybody_and_writes_to_everybody(room):
    session, desk = room
    with clock.frozen(AFTER):
        run(session, desk)
    now = statuses(session)
    assert [now[f"{name} A"] for name in ("Lights", "Other", "Third")] == [Status.CONFIRMED] * 3
    assert sorted(now[f"{name} B"] for name in ("Lights", "Other", "Third")) == ["overflow", "waiting", "waiting"]
    assert OutgoingMail.objects.filter(template="allocation_result").count() == 6
    places = Registration.objects.filter(place__isnull=False).values_list("place", flat=True)
    assert sorted(places) == [1, 2, 3]


def test_nothing_is_given_before_registration_closes(room):
    session, desk = room
    with clock.frozen(CLOSES - timedelta(microseconds=1)), pytest.raises(Refused, match="after registration closes"):
        run(session, desk)
    assert set(statuses(session).values()) == {Status.REGISTERED}


def test_a_preview_writes_nothing_and_one_that_is_out_of_date_is_refused(room):
    session, desk = room
    with clock.frozen(AFTER):
        shown = runs.preview(session)
        assert runs.preview(session).result == shown.result
        assert set(statuses(session).values()) == {Status.REGISTERED}
        workflow.withdraw(Registration.objects.get(representative__name="Lights A"), by=desk, exception="Ill")
        with pytest.raises(Refused, match="Something changed"):
            runs.confirm(session, by=desk, input_sha256=shown.result.input_sha256)
    assert Allocation.objects.count() == 0


# T-R16
def test_a_room_made_smaller_shows_who_loses_and_then_offers_overflow_and_tells_them(room):
    session, desk = room
    with clock.frozen(AFTER):
        run(session, desk)
        session.refresh_from_db()
        shown = runs.preview(session, seats=2)
        (loses,) = shown.losing
        assert (loses.is_priority, set(statuses(session).values())) == (True, {"confirmed", "overflow", "waiting"})
        run(session, desk, seats=2)
    loses.refresh_from_db()
    session.refresh_from_db()
    assert (loses.status, loses.rank, session.stakeholder_seats) == (Status.OVERFLOW, 1, 2)
    assert OutgoingMail.objects.filter(template="allocation_result").count() == 12


def test_a_room_made_larger_takes_people_back_from_the_waiting_list(room):
    session, desk = room
    with clock.frozen(AFTER):
        run(session, desk, seats=0)
        session.refresh_from_db()
        run(session, desk, seats=6)
    assert set(statuses(session).values()) == {Status.CONFIRMED}
    per_organization = Registration.objects.filter(is_priority=True).values_list("accreditation", flat=True)
    assert len(set(per_organization)) == len(per_organization) == 3


def test_a_second_person_who_speaks_has_a_place_and_then_the_priority(room):
    session, desk = room
    speaker = Registration.objects.get(representative__name="Third B")
    SpeakingRequest.objects.create(
        accreditation=speaker.accreditation,
        forum_session=session,
        representative=speaker.representative,
        topic="Ports",
        language="English",
        status=SpeakingRequest.Status.SELECTED,
    )
    with clock.frozen(AFTER):
        run(session, desk, seats=1)
    speaker.refresh_from_db()
    assert (speaker.status, speaker.place) == (Status.CONFIRMED, 1)
    assert Registration.objects.filter(accreditation=speaker.accreditation, is_priority=True).count() == 1


def test_only_the_desk_confirms(room):
    session, _desk = room
    reviewer = make_officer("only-reads@secretariat.example", "Reviewer")
    with clock.frozen(AFTER):
        shown = runs.preview(session)
        with pytest.raises(Refused, match="Your role"):
            runs.confirm(session, by=reviewer, input_sha256=shown.result.input_sha256)


def test_balance_reads_the_region_of_the_organization(room):
    session, _desk = room
    SeatRule.objects.create(forum=session.forum, second_seats=BALANCED)
    kenya = Country.objects.get(pk="KE")
    organizations = [one.accreditation.organization for one in Registration.objects.filter(is_priority=True)]
    type(organizations[0]).objects.filter(name__in=["Lights", "Other"]).update(country=kenya)
    with clock.frozen(AFTER):
        shown = runs.preview(session, seats=2)
        names = {shown.people[line.key].representative.name for line in shown.result.of(Outcome.ROOM)}
    assert "Third A" in names


@pytest.mark.django_db
def test_the_result_of_a_person_without_an_address_goes_to_everybody_who_acts_for_the_organization():
    forum = make_forum()
    session = make_session(forum, "small", stakeholder_seats=1)
    desk = make_desk()
    lights, amina = make_organization(forum, "Lights")
    second = make_person("second@lights.example")
    Membership.objects.create(organization=lights.organization, user=second, role=Membership.Role.EDITOR)
    ana, ben = make_people(lights, "Ana", "Ben")
    type(ben).objects.filter(pk=ben.pk).update(email="")
    register(lights, session, ana, ben, by=amina)
    with clock.frozen(AFTER):
        runs.confirm(session, by=desk, input_sha256=runs.preview(session).result.input_sha256)
    letters = OutgoingMail.objects.filter(template="allocation_result")
    assert {letter.to: letter.subject.partition("result for ")[2] for letter in letters} == {
        ana.email: "Ana",
        amina.email: "Ben",
        "second@lights.example": "Ben",
    }
