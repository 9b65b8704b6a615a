"""Registration by its pages: who is let in, the matrix, small pages about one place."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation.models import Accreditation, Application, Membership, RecognitionRequest, RouteVerdict
from accreditation.tests.cast import make_circulated, make_eligible, make_officer, make_person
from imrf_portal import clock
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail
from registration import notices, speaking, workflow
from registration.models import Registration, SpeakingRequest, Status
from sessions_app.models import ForumSession
from sessions_app.workflow import move

from .test_seats import CLOSES, DURING, MOMENT, make_accreditation, make_people, make_session, seated


def at(name, accreditation, **more):
    return reverse(name, kwargs={"slug": accreditation.forum.slug, "pk": accreditation.pk, **more})


def open_page(client, address, moment=DURING, **data):
    with clock.frozen(moment):
        return client.post(address, data) if data else client.get(address)


def cells(session, *people, star=1, seen=""):
    """What the browser sends for one row of the matrix."""
    chosen = {f"s{session.pk}_{number}": person.pk for number, person in enumerate(people, start=1)}
    return chosen | {f"p{session.pk}": star, f"seen{session.pk}": seen}


def make_verdict(forum, user, route):
    return RouteVerdict.objects.create(
        forum=forum,
        name="Harbour Lights",
        country=Country.objects.get(pk="KE"),
        type="migrant",
        route=route,
        made_by=user,
        evidence={"matches": [], "decided_by": None, "reasons": []},
    )


# T-R01
def test_without_an_accreditation_the_verdict_is_shown_and_no_door_is_slammed(client, forum, amina):
    make_verdict(forum, amina, RouteVerdict.Route.SPECIAL)
    client.force_login(amina)
    page = open_page(client, reverse("registration", args=[forum.slug]))
    assert page.status_code == 200
    assert "You need special accreditation" in page.text
    assert "not allowed" not in page.text.lower()


def test_a_session_that_is_over_takes_nobody_and_offers_no_registration(client, table, lights, amina):
    (ana,) = make_people(lights, "Ana")
    client.force_login(amina)
    ForumSession.objects.filter(pk=table.pk).update(registration_closes_at=None)
    table.refresh_from_db()
    address, door = table.get_absolute_url(), reverse("registration", args=[table.forum.slug])
    with clock.frozen(table.ends_at - MOMENT):
        assert f'href="{door}"' in client.get(address).text
    with clock.frozen(table.ends_at):
        shown = client.get(address).text
        assert "This session is over." in shown
        assert f'btn btn-secondary" href="{door}"' not in shown
        assert "is over" in workflow.closed_reason(table, exception="She came late.")
        assert "is over" in client.post(at("registration_of", lights), cells(table, ana)).text
    assert not seated(table)
    day = table.starts_at.date()
    ForumSession.objects.filter(pk=table.pk).update(starts_at=None, ends_at=None, day_on=day)
    table.refresh_from_db()
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(table.time_zone))
    with clock.frozen(midnight - MOMENT):
        assert not table.is_over
    with clock.frozen(midnight):
        assert table.is_over


def test_the_accredited_are_led_from_their_application_to_registration(client, call, amina, chen, noor):
    listed = make_circulated([make_eligible(call, amina, by=chen, signed_by=noor)], by=noor)
    application = listed.entries.get().application
    Application.objects.filter(pk=application.pk).update(
        status="accredited", decided_at=listed.closes_at, decided_by=noor
    )
    door = reverse("registration", args=[call.forum.slug])
    client.force_login(amina)

    def says(moment):
        with clock.frozen(moment):
            pages = [client.get(reverse("my_applications")).text, client.get(application.get_absolute_url()).text]
            query = {"date to be announced", "opens:", "Register your representatives", "is over."}
            (found,) = {tuple(sorted(words for words in query if words in page)) for page in pages}
            assert all(
                (f'btn-primary" href="{door}"' in page) == ("Register your representatives" in found) for page in pages
            )
        return found

    assert says(DURING) == ("date to be announced",)
    session = make_session(call.forum, "table-1")
    assert says(session.registration_opens_at - MOMENT) == ("opens:",)
    assert says(DURING) == ("Register your representatives",)
    assert says(CLOSES) == ("is over.",)


# T-R01
def test_who_never_asked_is_led_to_the_route_finder(client, forum, eve):
    client.force_login(eve)
    page = open_page(client, reverse("registration", args=[forum.slug]))
    assert reverse("route_finder", args=[forum.slug]) in page.text


def test_an_organization_on_a_list_asks_to_be_recognized_from_the_verdict(client, forum, amina):
    verdict = make_verdict(forum, amina, RouteVerdict.Route.ECOSOC)
    client.force_login(amina)
    ask = reverse("ask_to_be_recognized", args=[forum.slug, verdict.key])
    assert ask in client.get(verdict.get_absolute_url()).text
    client.post(ask)
    client.post(ask)
    assert [request.asked_by for request in RecognitionRequest.objects.all()] == [amina]
    assert "There is nothing you need to do." in client.get(reverse("registration", args=[forum.slug])).text


def test_a_revoked_accreditation_says_what_that_means(client, lights, amina, chen):
    client.force_login(amina)
    Accreditation.objects.update(revoked_at=DURING, revoked_by=chen, revoked_reason="Specimen")
    page = open_page(client, reverse("registration", args=[lights.forum.slug]))
    assert "letters are void" in page.text
    assert "Specimen" not in page.text


def test_a_whole_matrix_is_saved_at_once(client, lights, forum, table, trio, amina):
    hall = make_session(forum, "hall", starts_at=table.starts_at.replace(hour=20))
    client.force_login(amina)
    posted = cells(table, *trio[:2], star=2) | cells(hall, trio[2])
    page = open_page(client, at("registration_of", lights), **posted)
    assert page.status_code == 302
    assert seated(table) == [("Ana", False), ("Ben", True)]
    assert seated(hall) == [("Cleo", True)]


def test_checking_saves_nothing(client, lights, table, trio, amina):
    client.force_login(amina)
    page = open_page(client, at("registration_of", lights), check="1", **cells(table, trio[0]))
    assert "No problem found." in page.text
    assert f'value="{trio[0].pk}" selected' in page.text
    assert seated(table) == []


# T-R02
def test_a_third_person_is_refused_with_the_names_and_two_ways_on(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2]))
    seen = workflow.token(workflow.seats_of(lights, table))
    page = open_page(client, at("registration_of", lights), **cells(table, *trio, seen=seen))
    assert page.status_code == 422
    assert "Ana and Ben hold the places of your organization." in page.text
    first = Registration.objects.get(representative=trio[0])
    assert at("seat_replace", lights, registration=first.pk) in page.text
    assert at("waiting_join", lights, session_slug=table.slug) in page.text
    assert f'value="{trio[2].pk}" selected' in page.text
    assert len(seated(table)) == 2


def test_a_person_in_two_rooms_is_named_at_the_cell(client, lights, forum, table, trio, amina):
    other = make_session(forum, "table-2")
    client.force_login(amina)
    page = open_page(client, at("registration_of", lights), **cells(table, trio[0]), **cells(other, trio[0]))
    assert page.status_code == 422
    assert f'href="#s{other.pk}_1"' in page.text
    assert "Ana is in “Table-1” at the same time." in page.text
    assert Registration.objects.count() == 0


# T-R03
def test_a_colleague_is_not_overwritten(client, lights, table, trio, amina, boris):
    Membership.objects.create(organization=lights.organization, user=boris, role=Membership.Role.EDITOR)
    client.force_login(amina)
    assert open_page(client, at("registration_of", lights), **cells(table, *trio[:2])).status_code == 302
    client.force_login(boris)
    page = open_page(client, at("registration_of", lights), **cells(table, trio[2]))
    assert page.status_code == 422
    assert "Registered here now: Ana and Ben." in page.text
    assert seated(table) == [("Ana", True), ("Ben", False)]


# T-R04
def test_only_one_priority_can_be_sent(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2], star=2))
    assert [mark for _name, mark in seated(table)] == [False, True]


# T-R05
def test_when_the_one_with_priority_leaves_two_the_organization_chooses(client, lights, forum, trio, amina):
    wide = make_session(forum, "wide", seats_per_organization=3)
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(wide, *trio))
    leaves = Registration.objects.get(representative=trio[0])
    address = at("seat_withdraw", lights, registration=leaves.pk)
    assert "Who goes first now?" in open_page(client, address).text
    assert open_page(client, address, confirm="1").status_code == 422
    assert open_page(client, address, next=trio[2].pk).status_code == 302
    assert seated(wide) == [("Ben", False), ("Cleo", True)]


# T-R05
def test_when_the_one_with_priority_leaves_one_that_one_goes_first(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2]))
    leaves = Registration.objects.get(representative=trio[0])
    address = at("seat_withdraw", lights, registration=leaves.pk)
    assert "Ben then goes first." in open_page(client, address).text
    open_page(client, address, confirm="1")
    assert seated(table) == [("Ben", True)]


# T-R06
def test_priority_is_swapped_by_one_button(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2]))
    second = Registration.objects.get(representative=trio[1])
    assert open_page(client, at("seat_first", lights, registration=second.pk), confirm="1").status_code == 302
    assert seated(table) == [("Ana", False), ("Ben", True)]


# T-R07
def test_a_replacement_until_the_last_microsecond(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    old = Registration.objects.get()
    address = at("seat_replace", lights, registration=old.pk)
    assert open_page(client, address, CLOSES - MOMENT, representative=trio[1].pk).status_code == 302
    assert seated(table) == [("Ben", True)]
    assert set(OutgoingMail.objects.values_list("template", flat=True)) >= {"seat_replaced", "seat_taken_over"}
    assert 'data-state="replaced"' in client.get(reverse("verify_code", args=[old.code])).text


# T-R08
def test_a_replacement_at_the_closing_instant_is_refused_with_the_time(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    address = at("seat_replace", lights, registration=Registration.objects.get().pk)
    page = open_page(client, address, CLOSES, representative=trio[1].pk)
    assert page.status_code == 409
    assert "closed on Monday 20 April 2026, 17:00 New York (EDT)" in page.text
    assert seated(table) == [("Ana", True)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": ForumSession.Status.CANCELLED}, "is cancelled."),
        ({"registration_opens_at": CLOSES - MOMENT}, "opens on"),
        ({"registration_closes_at": DURING}, "closed on"),
    ],
)
def test_a_session_that_is_not_open_says_why_and_cannot_be_changed(client, lights, table, trio, amina, fields, words):
    ForumSession.objects.filter(pk=table.pk).update(**fields)
    client.force_login(amina)
    page = open_page(client, at("registration_of", lights))
    assert words in page.text
    assert f'name="seen{table.pk}"' not in page.text
    refused = open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    assert refused.status_code == 422
    assert seated(table) == []


def test_a_stranger_finds_no_page_of_the_organization(client, lights, table, trio, eve):
    client.force_login(eve)
    addresses = [
        at("registration_of", lights),
        at("person_add", lights),
        at("person", lights, person=trio[0].pk),
        at("registration_list", lights),
    ]
    assert [open_page(client, address).status_code for address in addresses] == [404] * 4


def test_who_only_reads_sees_the_matrix_and_no_details(client, lights, table, trio, boris):
    Membership.objects.create(organization=lights.organization, user=boris, role=Membership.Role.VIEWER)
    client.force_login(boris)
    assert "Owners and editors" in open_page(client, at("registration_of", lights)).text
    assert open_page(client, at("person", lights, person=trio[0].pk)).status_code == 409
    assert open_page(client, at("registration_of", lights), **cells(table, trio[0])).status_code == 409
    assert seated(table) == []


# T-R28
def test_a_request_to_speak_is_a_draft_until_a_place_is_confirmed(client, lights, forum, trio, amina):
    small = make_session(forum, "small", stakeholder_seats=10)
    client.force_login(amina)
    address = at("speaking_ask", lights, session_slug=small.slug)
    answers = {"representative": trio[0].pk, "topic": "Ports", "language": "French"}
    assert open_page(client, address, **answers).status_code == 302
    assert SpeakingRequest.objects.get().status == "draft"
    open_page(client, at("registration_of", lights), **cells(small, trio[0]))
    Registration.objects.update(status=Status.CONFIRMED)
    open_page(client, address, **answers)
    assert SpeakingRequest.objects.get().status == "submitted"


# T-R26
def test_a_person_without_a_place_reads_what_remains_on_the_session_page(client, lights, forum, trio, amina):
    small = make_session(
        forum, "small", stakeholder_seats=1, overflow_room="Room X", webcast_url="https://tv.example/small"
    )
    forum.contact_email = "office@forum.example"
    forum.save()
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(small, trio[0]))
    Registration.objects.update(status=Status.WAITING, seat=None, is_priority=False, waiting_since_at=DURING)
    page = open_page(client, small.get_absolute_url())
    assert "Ana</bdi> (On the waiting list)" in page.text
    assert "https://tv.example/small" in page.text
    assert "Room X" in page.text
    assert "mailto:office@forum.example" in page.text


STATEMENTS = {"matrix": 11, "paste": 8, "programme": 9, "session": 9, "public list": 5}
"""Of each page that a focal point opens, at any number of people, sessions, places and requests."""


def test_each_page_takes_the_same_statements_at_one_row_and_at_three(client, lights, forum, table, amina):
    client.force_login(amina)
    Forum.objects.update(registrations_are_public=True)
    addresses = {
        "matrix": at("registration_of", lights),
        "paste": at("registration_list", lights),
        "programme": reverse("programme", args=[forum.slug]),
        "session": table.get_absolute_url(),
        "public list": reverse("registrations", args=[forum.slug]),
    }

    desk = make_officer("desk@secretariat.example", "Registration desk")

    def add(number):
        """A session that moved, with a person of Lights and one of another organization who ask to speak there."""
        session = make_session(forum, f"more-{number}", starts_at=table.starts_at.replace(day=6 + number))
        owner = make_person(f"owner{number}@other.example")
        for organization, by in ((lights, amina), (make_accreditation(forum, owner, f"Other {number}"), owner)):
            (person,) = make_people(organization, f"Person {number}")
            with clock.frozen(DURING):
                workflow.save_matrix(organization, {session: [(person, True)]}, by=by)
                speaking.ask(organization, session, person, topic="Ports", language="French", by=by)
        with clock.frozen(DURING):
            move(session, by=desk, reason="Repairs", room="Room Z")
            notices.tell_changes()

    def counted():
        found = {}
        for name, address in addresses.items():
            open_page(client, address)
            with CaptureQueriesContext(connection) as asked:
                assert open_page(client, address).status_code == 200
            found[name] = len(asked)
        return found

    add(0)
    assert counted() == STATEMENTS
    add(1)
    add(2)
    assert counted() == STATEMENTS


# T-R17
def test_after_a_move_a_place_is_kept_or_released_on_the_page(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2]))
    with clock.frozen(DURING):
        move(table, by=make_officer("desk@secretariat.example", "Registration desk"), reason="Repairs", room="Room Z")
        notices.tell_changes()
    letter = OutgoingMail.objects.get(template="session_moved", to=amina.email, body__contains="Ana is registered")
    (address,) = re.findall(r"https?://\S+#moved", letter.body)
    followed = open_page(client, address.removeprefix(settings.PORTAL_URL)).text
    assert 'id="moved"' in followed
    assert "Repairs" in followed
    notice = notices.open_notices(lights).first()
    assert at("change_answer", lights, notice=notice.pk) in followed.partition('name="keep"')[0]
    persons = OutgoingMail.objects.get(template="session_moved", to="ana@people.example").body
    assert ("Your organization keeps the place" in persons, "/registration/" in persons) == (True, False)
    first, second = notices.open_notices(lights)
    open_page(client, at("change_answer", lights, notice=first.pk), release="1")
    open_page(client, at("change_answer", lights, notice=second.pk), keep="1")
    assert seated(table) == [("Ben", True)]
    assert list(notices.open_notices(lights)) == []


def test_the_waiting_list_is_joined_left_and_its_offer_accepted(client, lights, forum, trio, amina):
    full = make_session(forum, "full", seats_per_organization=1)
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(full, trio[0]))
    address = at("waiting_join", lights, session_slug=full.slug)
    assert open_page(client, address, representative=trio[1].pk).status_code == 302
    waits = Registration.objects.get(representative=trio[1])
    assert waits.status == Status.WAITING
    first = Registration.objects.get(representative=trio[0])
    open_page(client, at("seat_withdraw", lights, registration=first.pk), confirm="1")
    Registration.objects.filter(pk=waits.pk).update(status=Status.OFFERED, offer_ends_at=CLOSES)
    accept = at("offer_accept", lights, registration=waits.pk)
    assert accept in open_page(client, at("registration_of", lights)).text
    open_page(client, accept, confirm="1")
    assert seated(full) == [("Ben", True)]
