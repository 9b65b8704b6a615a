"""The registration desk in the admin: who gets in, the verbs on their pages, lists in a fixed number of statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation import recognition
from accreditation.models import Accreditation, RecognitionRequest, RouteVerdict
from accreditation.tests.cast import make_call, make_draft, make_forum, make_officer, make_person
from imrf_portal import clock
from imrf_portal.errors import Refused
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail
from registration import confirmations, notices, passes, speakers, suspension
from registration.models import Allocation, ChangeNotice, CheckIn, PassExport, Registration, SpeakingRequest, Status
from sessions_app.models import ForumSession, SessionChange

from .making import CLOSES, DURING, make_desk, make_organization, make_people, make_session, register

pytestmark = pytest.mark.django_db
AFTER_THE_DEADLINE = CLOSES + timedelta(hours=1)


@pytest.fixture
def desk(client):
    officer = make_desk()
    client.force_login(officer)
    return officer


@pytest.fixture
def ana(lights, table, amina):
    (seat,) = register(lights, table, *make_people(lights, "Ana"), by=amina)
    return seat


def do(name, *args, **data):
    return reverse(f"admin:{name}", args=args), {"step": "do", **data}


LISTS = [
    "sessions_app_forumsession",
    "sessions_app_sessionchange",
    "registration_registration",
    "registration_representative",
    "registration_speakingrequest",
    "registration_checkin",
    "registration_allocation",
    "registration_seatrule",
    "registration_changenotice",
    "accreditation_recognitionrequest",
]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_for_the_desk(client, desk, ana, name):
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200


STATEMENTS = {
    "registration_registration_changelist": 8,
    "registration_registration_changelist?status__exact=waiting": 8,
    "registration_representative_changelist": 7,
    "registration_speakingrequest_changelist": 9,
    "registration_checkin_changelist": 8,
    "registration_changenotice_changelist": 7,
    "accreditation_recognitionrequest_changelist": 8,
    "accreditation_accreditation_changelist": 8,
    "sessions_app_forumsession_changelist": 8,
    "registration_desk": 10,
    "registration_passes": 7,
    "registration_speakers": 7,
    "registration_seats": 10,
    "registration_door_flags": 5,
}
"""The lists of the desk, each with its number of statements at any length."""


def add_one_of_each(forum, hall, number):
    """An organization with a person who sits in the hall, waits for another session, asks to speak and is flagged."""
    accreditation, owner = make_organization(forum, f"Organization {number}")
    session = make_session(forum, f"session-{number}", starts_at=DURING + timedelta(days=40 + number))
    person, waits = make_people(accreditation, f"Person {number}", f"Waits {number}")
    (seat,) = register(accreditation, hall, person, by=owner)
    (waiting,) = register(accreditation, session, waits, by=owner)
    Registration.objects.filter(pk=waiting.pk).update(status=Status.WAITING, seat=None, is_priority=False)
    ask_to_speak(seat)
    CheckIn.objects.create(registration=seat, by=owner, flag="void", is_first=False, list_made_at=DURING)
    change = SessionChange.objects.create(
        forum_session=session, verb="move", old_day_on=session.day_on, reason="Specimen"
    )
    ChangeNotice.objects.create(change=change, registration=waiting)
    verdict = RouteVerdict.objects.create(
        forum=forum, name=f"Union {number}", country=Country.objects.get(pk="KE"), type="ngo",
        route=RouteVerdict.Route.ECOSOC, evidence={"matches": []},
    )  # fmt: skip
    RecognitionRequest.objects.create(forum=forum, verdict=verdict, asked_by=owner)


def test_each_list_takes_the_same_statements_at_one_row_and_at_three(client, desk, forum):
    hall = make_session(forum, "hall", stakeholder_seats=10)
    add_one_of_each(forum, hall, 1)
    passes.export(forum, by=make_officer("exports@secretariat.example", "Coordinator"))
    of_session = {"registration_speakers": [hall.pk], "registration_seats": [hall.pk]}

    def counted():
        found = {}
        for entry in STATEMENTS:
            name, _mark, query = entry.partition("?")
            address = f"{reverse(f'admin:{name}', args=of_session.get(name, []))}?{query}"
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found[entry] = len(asked)
        return found

    assert counted() == STATEMENTS
    add_one_of_each(forum, hall, 2)
    add_one_of_each(forum, hall, 3)
    assert counted() == STATEMENTS


def test_the_front_page_counts_people_by_session_and_leads_to_the_work(client, desk, ana, table):
    page = client.get(reverse("admin:registration_desk"))
    (session,) = page.context["sessions"]
    assert (session, session.in_room, session.waiting, session.asked_to_speak) == (table, 1, 0, 0)
    assert reverse("admin:registration_speakers", args=[table.pk]) in page.content.decode()


def test_no_status_is_a_field_of_a_form_and_nothing_is_added_or_deleted(client, desk, ana, table):
    page = client.get(reverse("admin:sessions_app_forumsession_change", args=[table.pk])).content.decode()
    assert 'name="title"' in page
    assert 'name="status"' not in page
    assert client.get(reverse("admin:registration_registration_add")).status_code == 403
    assert client.post(reverse("admin:registration_registration_delete", args=[ana.pk])).status_code == 403


def test_a_reviewer_sees_seats_and_runs_none_of_the_verbs(client, ana, table):
    client.force_login(make_officer("reads@secretariat.example", "Reviewer"))
    assert client.get(reverse("admin:registration_registration_change", args=[ana.pk])).status_code == 200
    for address in (
        reverse("admin:registration_registration_do", args=[ana.pk, "withdraw"]),
        reverse("admin:sessions_app_forumsession_do", args=[table.pk, "cancel"]),
        reverse("admin:registration_seats", args=[table.pk]),
        reverse("admin:registration_door"),
    ):
        assert client.get(address).status_code == 403


def test_a_session_is_published_and_confirmed_by_its_verbs(client, desk, forum):
    session = make_session(forum, "table-7", is_published=False, status="tentative")
    for verb in ("publish", "confirm"):
        assert client.post(*do("sessions_app_forumsession_do", session.pk, verb)).status_code == 302
    session.refresh_from_db()
    assert (session.is_published, session.status) == (True, ForumSession.Status.CONFIRMED)


# T-R17
def test_a_session_is_moved_with_a_reason_and_the_old_time_stays(client, desk, ana, table):
    address, data = do(
        "sessions_app_forumsession_do",
        table.pk,
        "move",
        day_on="2026-05-06",
        starts_at_0="2026-05-06",
        starts_at_1="10:00",
        ends_at_0="2026-05-06",
        ends_at_1="13:00",
        room="Room 4",
    )
    assert client.post(address, data).status_code == 422
    response = client.post(address, data | {"reason": "The room is not free"})
    assert response.status_code == 302
    change = SessionChange.objects.get()
    assert (change.old_room, change.new_room, change.reason) == ("", "Room 4", "The room is not free")
    assert notices.tell_changes() == 1


def test_the_page_that_moves_a_session_shows_its_hours_at_its_place(client, desk, table):
    form = client.get(reverse("admin:sessions_app_forumsession_do", args=[table.pk, "move"])).context["form"]
    assert 'value="10:00"' in str(form["starts_at"])
    address, data = do(
        "sessions_app_forumsession_do",
        table.pk,
        "move",
        day_on="2026-05-05",
        starts_at_1="10:00",
        reason="Said the time only",
    )
    assert client.post(address, data).status_code == 422


def test_a_session_is_entered_on_the_clock_of_its_city(client, desk, forum):
    fields = {
        "forum": forum.pk,
        "kind": "thematic",
        "title": "Vienna session",
        "slug": "vienna",
        "day_on": "2026-09-04",
        "time_zone": "Europe/Vienna",
        "starts_at_0": "2026-09-04",
        "starts_at_1": "10:00",
        "ends_at_0": "2026-09-04",
        "ends_at_1": "13:00",
        "seats_per_organization": "2",
        "people-TOTAL_FORMS": "0",
        "people-INITIAL_FORMS": "0",
    }
    address = reverse("admin:sessions_app_forumsession_add")
    assert client.post(address, fields | {"time_zone": "Vienna"}).status_code == 200
    assert client.post(address, fields).status_code == 302
    session = ForumSession.objects.get(slug="vienna")
    assert (session.starts_at.isoformat(), session.is_published) == ("2026-09-04T08:00:00+00:00", False)


# T-R18
def test_a_session_is_cancelled_with_a_reason(client, desk, ana, table):
    page = client.get(reverse("admin:sessions_app_forumsession_do", args=[table.pk, "cancel"]))
    assert "Registrations end with a letter to everybody" in page.content.decode()
    client.post(*do("sessions_app_forumsession_do", table.pk, "cancel", reason="No quorum"))
    table.refresh_from_db()
    assert table.status == ForumSession.Status.CANCELLED


def session_form(client, session):
    form = client.get(reverse("admin:sessions_app_forumsession_change", args=[session.pk])).context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, []) and name != "objectives"}
    return values | {"people-TOTAL_FORMS": "0", "people-INITIAL_FORMS": "0"}


def test_people_per_organization_is_not_lowered_below_seats_taken(client, desk, lights, table, amina):
    register(lights, table, *make_people(lights, "Ana", "Ben"), by=amina)
    address = reverse("admin:sessions_app_forumsession_change", args=[table.pk])
    refused = client.post(address, session_form(client, table) | {"seats_per_organization": "1"})
    assert "1 organizations have more people than that in “Table-1”" in refused.content.decode()
    client.post(address, session_form(client, table) | {"seats_per_organization": "3", "theme": "Ports"})
    table.refresh_from_db()
    assert (table.seats_per_organization, table.theme, table.sequence) == (3, "Ports", 1)


# T-R08
def test_the_desk_replaces_a_person_after_the_deadline_with_a_reason(client, desk, lights, ana):
    (ben,) = make_people(lights, "Ben")
    address, data = do("registration_registration_do", ana.pk, "replace", person=str(ben.pk))
    with clock.frozen(AFTER_THE_DEADLINE):
        assert client.post(address, data).status_code == 422
        preview = client.post(address, {"step": "preview", "person": str(ben.pk), "exception": "Illness"})
        assert len(preview.context["rehearsal"].letters) == 2
        assert Registration.objects.count() == 1
        client.post(address, data | {"exception": "Illness"})
    ana.refresh_from_db()
    assert (ana.status, ana.replaced_by.representative, ana.replaced_by.exception_reason) == (
        Status.REPLACED,
        ben,
        "Illness",
    )


def test_the_desk_withdraws_a_registration(client, desk, ana):
    with clock.frozen(AFTER_THE_DEADLINE):
        client.post(*do("registration_registration_do", ana.pk, "withdraw", exception="Cannot travel"))
    ana.refresh_from_db()
    assert ana.status == Status.WITHDRAWN


# T-R09
def test_the_same_passport_under_two_organizations_is_shown(client, desk, forum, lights):
    other, _owner = make_organization(forum, "Other")
    (ana,), _anna = make_people(lights, "Ana"), make_people(other, "Anna")
    type(ana).objects.update(passport_number="X123")
    page = client.get(reverse("admin:registration_representative_change", args=[ana.pk])).content.decode()
    assert "Anna, Other" in page


@pytest.fixture
def asked(forum):
    verdict = RouteVerdict.objects.create(
        forum=forum,
        name="Sample Union",
        country=Country.objects.get(pk="KE"),
        type="ngo",
        route=RouteVerdict.Route.ECOSOC,
        evidence={"matches": [{"name": "Sample Union", "score": 97, "list_title": "ECOSOC list"}]},
    )
    return RecognitionRequest.objects.create(forum=forum, verdict=verdict, asked_by=make_person("head@union.example"))


def test_a_request_for_recognition_is_confirmed_after_seeing_the_matches(client, desk, asked):
    page = client.get(reverse("admin:accreditation_recognitionrequest_change", args=[asked.pk])).content.decode()
    assert "ECOSOC list" in page
    client.post(*do("recognition_do", asked.pk, "confirm"))
    accreditation = Accreditation.objects.get()
    assert (accreditation.organization.name, accreditation.granted_by) == ("Sample Union", desk)


def test_a_confirmation_offers_no_organization_that_the_officer_may_not_know_of(client, desk, forum, asked):
    elsewhere = make_call(make_forum("ELSE26", sealed_until_close=True))
    make_draft(elsewhere, asked.asked_by, name="Sample Union")
    known, _owner = make_organization(forum, "Sample Union")

    page = client.get(do("recognition_do", asked.pk, "confirm")[0])

    assert list(page.context["form"].fields["organization"].queryset) == [known.organization]


# T-R19
# T-R20
def test_a_recognized_accreditation_is_revoked_and_given_back_with_everything_it_opened(client, asked, table):
    desk, decides = make_desk(), make_officer("decides@secretariat.example", "Coordinator")
    recognition.recognize(asked, by=desk)
    union = Accreditation.objects.get()
    seat, waits = register(union, table, *make_people(union, "Ana", "Ben"), by=asked.asked_by)
    Registration.objects.filter(pk=waits.pk).update(status=Status.WAITING, seat=None, waiting_since_at=DURING)
    Registration.objects.filter(pk=seat.pk).update(is_priority=True)
    SpeakingRequest.objects.all().delete()
    ask_to_speak(seat, SpeakingRequest.Status.SELECTED)
    with clock.frozen(DURING):
        letter = confirmations.letter_for(seat.representative, kind="confirmation", registration=seat, by=None)
    passes.export(table.forum, by=decides)
    do_it, take_back = (do("accreditation_accreditation_do", union.pk, verb) for verb in ("revoke", "reverse"))
    client.force_login(desk)
    assert client.post(do_it[0], do_it[1] | {"reason": "Off the list"}).status_code == 403
    client.force_login(decides)
    assert do_it[0] in client.get(reverse("admin:accreditation_accreditation_change", args=[union.pk])).text
    assert client.post(*do_it).status_code == 422
    with clock.frozen(DURING):
        assert client.post(do_it[0], do_it[1] | {"reason": "Off the list"}).status_code == 302
        assert 'data-state="void"' in client.get(reverse("verify_code", args=[letter.code])).text
    assert (passes.rows_now(table.forum), speakers.take_list(table, by=desk)[1]) == ({}, [])
    assert [row[0] for row in passes.revocations(table.forum)] == [seat.code]
    assert [suspension.suspend_due(), suspension.suspend_due()] == [2, 0]
    assert set(Registration.objects.values_list("status", flat=True)) == {Status.SUSPENDED}
    with clock.frozen(DURING):
        client.post(take_back[0], take_back[1] | {"reason": "It was another body"})
        assert [suspension.restore_due(), suspension.restore_due()] == [2, 0]
    assert list(
        Registration.objects.exclude(status=Status.REPLACED).order_by("pk").values_list("status", "is_priority")
    ) == [(Status.CONFIRMED, True), (Status.WAITING, False)]
    told = OutgoingMail.objects.filter(template__startswith="recognition_", to="head@union.example")
    assert sorted(told.values_list("template", flat=True)) == ["recognition_in_force_again", "recognition_revoked"]
    assert "Off the list" not in "".join(told.values_list("body", flat=True))


def test_an_accreditation_that_came_from_an_application_is_not_revoked_here(client, lights, amina):
    client.force_login(make_officer("decides@secretariat.example", "Coordinator"))
    lights.application_id = 1
    with pytest.raises(Refused, match="came from an application"):
        recognition.revoke(lights, by=make_officer("d@secretariat.example", "Coordinator"), reason="Specimen")


def test_a_request_for_recognition_is_declined_with_words(client, desk, asked):
    assert client.post(*do("recognition_do", asked.pk, "decline", answer="")).status_code == 422
    client.post(*do("recognition_do", asked.pk, "decline", answer="Another body has this name."))
    asked.refresh_from_db()
    assert (asked.is_granted, asked.answer) == (False, "Another body has this name.")


def ask_to_speak(seat, status=SpeakingRequest.Status.SUBMITTED):
    return SpeakingRequest.objects.create(
        accreditation=seat.accreditation,
        forum_session=seat.forum_session,
        representative=seat.representative,
        topic="=Ports",
        language="English",
        status=status,
    )


# T-R28
def test_a_speaker_is_shortlisted_only_with_a_confirmed_place(client, desk, ana):
    asked = ask_to_speak(ana)
    Registration.objects.update(status=Status.REGISTERED)
    address = reverse("admin:registration_speakers_step", args=[asked.pk, "shortlist"])
    assert "has no confirmed place" in client.post(address, follow=True).content.decode()
    Registration.objects.update(status=Status.CONFIRMED)
    client.post(address)
    client.post(reverse("admin:registration_speakers_step", args=[asked.pk, "select"]))
    asked.refresh_from_db()
    assert asked.status == SpeakingRequest.Status.SELECTED
    page = client.get(reverse("admin:registration_speakers", args=[ana.forum_session_id]))
    assert [balance.rows for balance in page.context["balances"]][2] == [("Not answered", 1, 1, 1)]
    taken = client.post(reverse("admin:registration_speakers_list", args=[ana.forum_session_id]), {"kind": "csv"})
    assert b"'=Ports" in b"".join(taken.streaming_content)


# T-R16
def test_the_preview_of_seats_shows_the_result_and_confirms_it(client, desk, forum):
    session = make_session(forum, "hall", stakeholder_seats=1, overflow_room="Annex")
    for name in ("Lights One", "Other"):
        accreditation, owner = make_organization(forum, name)
        register(accreditation, session, *make_people(accreditation, f"{name} A", f"{name} B"), by=owner)
    address = reverse("admin:registration_seats", args=[session.pk])
    ForumSession.objects.update(registration_closes_at=DURING + timedelta(days=40_000))
    early = client.get(address).content.decode()
    assert "Places are given after registration closes." in early
    ForumSession.objects.update(registration_opens_at=None, registration_closes_at=DURING - timedelta(days=400))
    page = client.get(address)
    assert (page.context["counts"], Allocation.objects.count()) == ({"room": 1, "overflow": 3, "waiting": 0}, 0)
    trial = client.get(f"{address}?seats=3&show=room")
    assert (trial.context["counts"]["room"], len(trial.context["rows"])) == (3, 3)
    client.post(address, {"input_sha256": page.context["shown"].result.input_sha256, "seats": "1"})
    assert Allocation.objects.get().confirmed_by == desk
    assert OutgoingMail.objects.filter(template="allocation_result").count() == 4
    assert "This result stands" in client.get(address).content.decode()
    csv = client.get(reverse("admin:registration_seats_csv", args=[session.pk]))
    assert len(b"".join(csv.streaming_content).splitlines()) == 5


# T-R22
def test_the_door_lets_in_once_and_again_only_with_a_reason(client, desk, ana):
    address = reverse("admin:registration_door")
    door = {"session": ana.forum_session_id, "entrance": "A", "code": ana.code}
    assert client.post(address, door).context["verdict"].state == "ok"
    second = client.post(address, door | {"entrance": "B"})
    assert second.context["verdict"].state == "again"
    assert "entrance A" in second.content.decode()
    client.post(address, door | {"entrance": "B", "again": "1", "reason": "Went out and came back"})
    assert CheckIn.objects.filter(override_reason="Went out and came back", entrance="B").count() == 1


# T-R19
def test_the_door_shows_nothing_of_a_person_whose_badge_is_void(client, desk, ana, amina):
    Accreditation.objects.update(revoked_at=DURING, revoked_by=amina, revoked_reason="A secret reason")
    page = client.post(reverse("admin:registration_door"), {"session": "", "entrance": "", "code": ana.code})
    text = page.content.decode()
    assert "Please ask the desk" in text
    assert "A secret reason" not in text


def test_exports_for_passes_are_made_and_taken_by_who_may(client, desk, ana, forum):
    address = reverse("admin:registration_passes_make", args=[forum.pk])
    assert client.post(address).status_code == 403
    client.force_login(make_officer("exports@secretariat.example", "Coordinator"))
    client.post(address)
    made = PassExport.objects.get()
    page = client.get(reverse("admin:registration_passes"))
    assert made.file.sha256[:16] in page.content.decode()
    for kind in ("xlsx", "csv"):
        taken = client.post(reverse("admin:registration_passes_file", args=[made.pk, kind]))
        assert (taken.status_code, ana.code.encode() in b"".join(taken.streaming_content)) == (200, kind == "csv")
    assert client.post(reverse("admin:registration_passes_revocations", args=[forum.pk])).status_code == 200


def test_a_run_for_a_room_without_limit_says_so(client, desk, table):
    page = client.get(reverse("admin:registration_seats", args=[table.pk]))
    assert "has room for everybody" in page.content.decode()


def test_only_who_may_read_an_address_searches_by_it(client, ana):
    address = reverse("admin:registration_representative_changelist")
    query = {"q": ana.representative.email}
    assert query["q"]
    client.force_login(make_desk())
    assert "Ana" in client.get(address, query).content.decode().partition("<main")[2]
    client.force_login(make_officer("reviewer@secretariat.example", "Reviewer"))
    page = client.get(address, query)
    assert page.status_code == 200
    assert ">Ana<" not in page.content.decode()
