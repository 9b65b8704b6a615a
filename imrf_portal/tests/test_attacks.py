"""What an attacker tries on accounts, letters and addresses."""

import pytest
from django.test import RequestFactory

from accreditation.tests.cast import make_delegate, make_officer
from imrf_portal import audit, error_views, missions, roles
from imrf_portal.access import Audience
from imrf_portal.demonstration import create_person
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.test_sign_in import ask, code_in, last_letter, link_in
from imrf_portal.texts import MOST_MARKS_IN_A_ROW, most_marks_in_a_row
from imrf_portal.users import User

pytestmark = pytest.mark.django_db
OUTBOX = "/admin/imrf_portal/outgoingmail/"


def test_the_desk_never_reads_the_code_of_another_person(client, chen, amina):
    ask(client, amina.email)
    letter = last_letter(amina.email)
    code, link = code_in(letter), link_in(letter)
    client.force_login(chen)

    page = client.get(f"{OUTBOX}{letter.pk}/change/")
    held = client.post(f"{OUTBOX}{letter.pk}/change/", {"do": "hold"})
    pages = [
        page,
        held,
        client.get(OUTBOX),
        client.get(f"{OUTBOX}?q={amina.email}"),
        client.get("/admin/imrf_portal/event/"),
    ]

    assert not any(secret in one.text for one in pages for secret in (code, link))
    assert f"/{letter.pk}/change/" not in client.get(f"{OUTBOX}?q={code}").text


def test_a_session_without_the_second_factor_reads_no_recovery_codes(client):
    person = create_person("a@demo.example", "A", Audience.SECRETARIAT, roles=["Reviewer"])
    client.force_login(person, second_factor=False)

    for path in ("view", "download"):
        answer = client.get(f"/account/second-factor/recovery-codes/{path}/")
        assert answer.status_code in (302, 404)
        assert "recovery" not in answer.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize("key", ["abc", "٣", "²", "", "9" * 5000, "0", "-1"])
def test_a_session_that_is_no_session_is_not_found(client, amina, key):
    client.force_login(amina)

    assert client.post("/account/sessions/", {"session": key}).status_code == 404


def test_a_mission_cannot_let_in_whom_the_office_disabled(db):
    ada = make_officer("ada@secretariat.example", "Administrator")
    head = make_delegate("head@mission-ke.example", "KE", User.MissionRole.ADMINISTRATOR)
    delegate = make_delegate("one@mission-ke.example", "KE")
    roles.disable(delegate, by=ada)

    with pytest.raises(Refused, match="Ask the Office"):
        missions.invite(delegate.email, role=User.MissionRole.OBJECTOR, by=head)

    delegate.refresh_from_db()
    assert not delegate.is_active


def test_a_long_name_does_not_break_the_record(chen):
    event = audit.record("application.assign", chen, by=chen, before="b" * 150, after="a" * 150)

    assert (len(event.before), len(event.after)) == (80, 80)


def test_a_refusal_is_kept_by_no_cache(amina):
    request = RequestFactory().post("/", {"word": "typed"})
    request.user = amina

    answer = error_views.RefusalPages(None).process_exception(request, Refused("No."))

    assert "no-store" in answer["Cache-Control"]
    assert answer.status_code == 409


@pytest.mark.parametrize("model", ["application", "stakeholderlist", "objection", "staterequest", "lettertext"])
@pytest.mark.parametrize("key", ["abc", "²", "٣", "9" * 30])
def test_an_address_that_is_no_key_is_not_found_at_the_desk(client, chen, model, key):
    client.force_login(chen)

    assert client.get(f"/admin/accreditation/{model}/{key}/change/").status_code in (302, 404)


@pytest.mark.parametrize("path", ["/account/email/", "/account/second-factor/", "/account/password/change/", "/"])
def test_what_a_person_who_is_signed_in_sees_is_kept_by_no_cache(client, amina, path):
    assert "Cache-Control" not in client.get("/").headers
    client.force_login(amina)

    assert "no-store" in client.get(path, follow=True)["Cache-Control"]


def test_an_empty_field_in_the_address_breaks_no_page_of_the_desk(client, call, chen):
    client.force_login(make_officer("ada@secretariat.example", "Administrator"))

    assert client.get(f"/admin/imrf_portal/forum/{call.forum.pk}/change/?_to_field=").status_code == 200


def test_a_published_forum_saved_with_its_dates_fixed_says_what_is_wrong(client, call):
    client.force_login(make_officer("ada@secretariat.example", "Administrator"))

    answer = client.post(f"/admin/imrf_portal/forum/{call.forum.pk}/change/", {"title": "", "time_zone": "nowhere"})

    assert answer.status_code == 200


@pytest.mark.postgres
@pytest.mark.parametrize("key", ['"\\000aaaaaaaaaaaa"', "'or''='aaaa", "%_%_%_%_%_"])
def test_a_session_key_that_was_never_given_is_not_looked_for(client, django_assert_num_queries, key):
    with django_assert_num_queries(0):
        answer = client.get("/applications/", headers={"cookie": f"sessionid={key}"})

    assert (answer.status_code, answer.url) == (302, "/account/login/?next=%2Fapplications%2F")


@pytest.mark.parametrize("typed", ["Amina \u202etxt.exe", "Amina\u2028\r\nBcc: all\u200b", "A\u0301" + "\u0301" * 100])
def test_the_name_of_a_person_turns_no_direction_and_breaks_no_line(client, amina, call, typed):
    head = make_delegate("head@mission-ke.example", "KE", User.MissionRole.ADMINISTRATOR)
    client.post("/account/signup/", {"name": typed, "email": "new@person.example"})
    if code := OutgoingMail.objects.filter(to="new@person.example").first():
        client.post("/account/code/", {"code": code_in(code)})
        client.post("/account/logout/")
    client.force_login(amina)
    client.post("/account/", {"name": typed, "language": "en", "time_zone": ""})
    client.force_login(head)
    role = User.MissionRole.READER
    client.post("/mission/people/", {"email": "one@mission-ke.example", "name": typed, "role": role})

    names = "".join(User.objects.values_list("name", flat=True))
    assert not set("\u202e\u2028\r\n\u200b") & set(names)
    assert most_marks_in_a_row(names) <= MOST_MARKS_IN_A_ROW
