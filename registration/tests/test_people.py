"""People, lists to paste, letters and their codes, private calendars, the public list."""

import io
import json
import unicodedata
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from icalendar import Calendar
from openpyxl import Workbook
from pypdf import PdfReader

from accreditation.models import Accreditation
from accreditation.tests.cast import make_officer
from imrf_portal import clock, mail, retention
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from registration import people, workflow
from registration.models import FeedKey, Letter, Registration, Representative
from sessions_app.models import ForumSession

from .test_pages import at, cells, open_page
from .test_seats import CLOSES, DURING, make_accreditation, make_session, seated

LONG = "Abdurrahman " + "Muhammad-Ibrahim " * 7 + "as-Sadiq"
NAMES = ["Suharto", LONG, "سارة عبد الله", "欧阳娜娜", "鄧麗君", "Zoe\u0308 N\u0303andu\u0301"]


def letters_of(text):
    return set(unicodedata.normalize("NFC", text)) - {" "}


def enter(client, accreditation, **answers):
    return open_page(client, at("person_add", accreditation), **{"name": "Ana", **answers})


# T-R10
@pytest.mark.parametrize(
    "name", NAMES, ids=["one word", "long", "Arabic", "Chinese", "traditional Chinese", "combining marks"]
)
def test_every_name_is_entered_seated_and_printed(client, lights, table, amina, name):
    client.force_login(amina)
    assert len(LONG) > 120
    assert enter(client, lights, name=name, wants_visa_letter="on", agreed="on").status_code == 302
    person = Representative.objects.get()
    assert open_page(client, at("registration_of", lights), **cells(table, person)).status_code == 302
    assert person.name in open_page(client, at("registration_of", lights)).text
    paper = open_page(client, at("visa_letter", lights, person=person.pk))
    assert paper["Content-Type"] == "application/pdf"
    (sheet,) = PdfReader(io.BytesIO(paper.content)).pages
    assert letters_of(person.name) <= letters_of(sheet.extract_text())


def test_a_person_without_a_name_is_asked_for_one(client, lights, amina):
    client.force_login(amina)
    page = enter(client, lights, name=" ", function="Coordinator")
    assert page.status_code == 422
    assert 'value="Coordinator"' in page.text


def test_an_invited_person_fills_in_the_own_data_without_an_account(client, lights, amina):
    client.force_login(amina)
    open_page(client, at("person_invite", lights), email="ana@people.example")
    person = Representative.objects.get()
    address = reverse("representative_invitation", args=[person.invitation_key])
    assert address in OutgoingMail.objects.get(template="representative_invitation").body
    assert "ana@people.example</bdi>" in open_page(client, at("registration_of", lights)).text
    assert "ana@" not in Event.objects.get(verb="representative.invite").subject_name
    client.force_login(make_officer("reviewer@secretariat.example", "Reviewer"))
    record = reverse("admin:registration_representative_change", args=[person.pk])
    assert [
        (f"Invited person {person.pk}" in page, "ana@people.example" in page)
        for page in (client.get(record).text, client.get(reverse("admin:registration_representative_changelist")).text)
    ] == [(True, False)] * 2
    client.logout()
    assert open_page(client, address, name="Ana").status_code == 422
    assert open_page(client, address, name="Ana", email="ana@people.example", agreed="on").status_code == 302
    person.refresh_from_db()
    assert (person.name, person.consented_at) == ("Ana", DURING)


def test_who_holds_a_place_is_not_removed_and_who_goes_leaves_nothing_private(client, lights, table, trio, amina):
    client.force_login(amina)
    Representative.objects.update(phone="+1 555", passport_number="X1")
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    refused = open_page(client, at("person_remove", lights, person=trio[0].pk), confirm="1")
    assert "Ana is registered for Table-1." in refused.text
    open_page(client, at("person_remove", lights, person=trio[1].pk), confirm="1")
    gone = Representative.objects.get(pk=trio[1].pk)
    assert (gone.name, gone.phone, gone.passport_number) == ("Ben", "", "")
    assert client.get(reverse("representative_invitation", args=[gone.invitation_key])).status_code == 404


# T-R09
def test_the_same_passport_under_two_organizations_is_found(lights, forum, trio, boris):
    other = make_accreditation(forum, boris, "Other Harbour")
    twin = Representative.objects.create(accreditation=other, name="A. Na", passport_number="x123")
    trio[0].passport_number = "X123"
    assert list(people.same_person(trio[0])) == [twin]
    assert list(people.same_person(trio[1])) == []


# T-R30
def test_a_person_downloads_what_is_kept_and_the_passport_goes_on_its_date(client, lights, forum, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    client.logout()
    trio[0].passport_number = "X123"
    trio[0].save()
    kept = json.loads(client.get(reverse("what_is_kept", args=[trio[0].invitation_key])).content)
    assert kept["person"]["passport_number"] == "X123"
    assert [row["session"] for row in kept["registrations"]] == ["Table-1"]
    forum.ends_on = table.day_on
    forum.save()
    last = table.starts_at + people.PASSPORT_KEPT
    with clock.frozen(last):
        assert people.erase_due_passports() == 0
    with clock.frozen(last.replace(day=last.day + 1)):
        assert people.erase_due_passports() == 1
        assert people.erase_due_passports() == 0
    trio[0].refresh_from_db()
    assert (trio[0].name, trio[0].passport_number) == ("Ana", "")


LIST = """session\tname\te-mail\tfunction\tpriority
Table-1\tAna\t\t\t
Table-1\tNadia\tnadia@people.example\tLawyer\tx
Table-1\tBen\t\t\t
table-2\tAna\t\t\t
Nowhere\tAna\t\t\t
Evening\tNadia\t\t\tx
Evening\tBen\t\t\tx
"""


@pytest.fixture
def programme(forum, table):
    make_session(forum, "table-2")
    make_session(forum, "evening", starts_at=table.starts_at.replace(hour=20))


def shown_in(page):
    return page.text.split('name="shown" value="')[1].split('"')[0]


def test_a_pasted_list_shows_what_counts_and_why_the_rest_does_not(client, lights, table, trio, programme, amina):
    client.force_login(amina)
    address = at("registration_list", lights)
    page = open_page(client, address, rows=LIST)
    assert "Only the first 2 entered count: Ana and Nadia." in page.text
    assert "Ana is in “Table-1” at the same time." in page.text
    assert "There is no session “Nowhere” in the programme." in page.text
    assert "The first one marked counts: Nadia has priority." in page.text
    assert Registration.objects.count() == 0
    saved = open_page(client, address, rows=LIST, shown=shown_in(page), confirm="1")
    assert saved.status_code == 302
    assert seated(table) == [("Ana", False), ("Nadia", True)]
    assert seated(ForumSession.objects.get(slug="evening")) == [("Nadia", True), ("Ben", False)]
    assert Representative.objects.get(name="Nadia").function == "Lawyer"


def test_a_list_is_shown_again_when_something_changed_since(client, lights, table, trio, programme, amina):
    client.force_login(amina)
    address = at("registration_list", lights)
    shown = shown_in(open_page(client, address, rows=LIST))
    with clock.frozen(DURING):
        workflow.save_matrix(lights, {table: [(trio[2], True)]}, by=amina)
    page = open_page(client, address, rows=LIST, shown=shown, confirm="1")
    assert page.status_code == 409
    assert "Something changed since you saw the preview." in page.text
    assert seated(table) == [("Cleo", True)]


def workbook():
    book = Workbook()
    for row in LIST.strip("\n").split("\n"):
        book.active.append(row.split("\t"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FILES = {"list.xlsx": workbook, "list.csv": lambda: LIST.replace("\t", ";").encode("utf-8-sig")}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_like_a_pasted_list(client, lights, trio, programme, amina, name):
    client.force_login(amina)
    upload = io.BytesIO(FILES[name]())
    upload.name = name
    page = open_page(client, at("registration_list", lights), file=upload)
    assert shown_in(page) == "2,3,7,8/8"


@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b"\xff\xfe\x00\x80"], ids=["zip", "bytes"])
def test_a_file_that_is_no_list_is_refused_with_what_to_do(client, lights, programme, amina, content):
    client.force_login(amina)
    upload = io.BytesIO(content)
    upload.name = "list.xlsx"
    page = open_page(client, at("registration_list", lights), file=upload)
    assert page.status_code == 422
    assert "Save it as CSV (UTF-8) or as XLSX." in page.text


@pytest.fixture
def letter(client, lights, table, trio, amina):
    """A visa letter of Ana, with her passport."""
    client.force_login(amina)
    Representative.objects.filter(pk=trio[0].pk).update(wants_visa_letter=True, passport_number="X123")
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    assert open_page(client, at("visa_letter", lights, person=trio[0].pk)).status_code == 200
    client.logout()
    return Letter.objects.get()


def checked(client, letter, moment=DURING):
    page = open_page(client, reverse("verify_code", args=[letter.code]), moment)
    return page.text.split('class="ga-check" data-state="')[1].split('"')[0]


# T-R24
def test_a_consulate_sees_initials_and_dates_and_nothing_more(client, letter):
    page = open_page(client, reverse("verify_code", args=[letter.code]))
    assert 'data-state="valid"' in page.text
    assert "<bdi>A.</bdi>" in page.text
    assert "5 May 2026" in page.text
    assert [word for word in ("Ana", "X123", "Harbour Lights", "people.example") if word in page.text] == []


# T-R24
@pytest.mark.parametrize("ending", ["withdrawn", "cancelled", "revoked"])
def test_a_letter_is_void_at_once(client, letter, lights, table, amina, chen, ending):
    assert checked(client, letter) == "valid"
    with clock.frozen(DURING):
        if ending == "withdrawn":
            workflow.withdraw(Registration.objects.get(), by=amina)
        elif ending == "cancelled":
            ForumSession.objects.update(status="cancelled")
        else:
            Accreditation.objects.update(revoked_at=DURING, revoked_by=chen, revoked_reason="Specimen")
    assert checked(client, letter) == "void"


# T-R24
def test_a_letter_is_replaced_by_a_substitution_and_ends_with_its_last_day(client, letter, trio, amina, table):
    assert checked(client, letter, table.starts_at.replace(day=6)) == "void"
    with clock.frozen(DURING):
        workflow.substitute(Registration.objects.get(), trio[1], by=amina)
    assert checked(client, letter) == "replaced"


# T-R25
def test_a_new_passport_makes_a_new_letter_and_the_old_one_says_replaced(client, letter, lights, trio, amina):
    Representative.objects.filter(pk=trio[0].pk).update(passport_number="Y999")
    assert checked(client, letter) == "replaced"
    client.force_login(amina)
    open_page(client, at("visa_letter", lights, person=trio[0].pk))
    newer = Letter.objects.exclude(pk=letter.pk).get()
    assert (checked(client, newer), checked(client, letter)) == ("valid", "replaced")


def test_the_same_facts_make_the_same_letter(client, letter, lights, trio, amina):
    client.force_login(amina)
    open_page(client, at("visa_letter", lights, person=trio[0].pk))
    assert Letter.objects.get() == letter


def test_a_letter_with_another_date_does_not_match(client, letter):
    page = client.get(reverse("verify_code", args=[letter.code]), {"day": "2026-04-30"})
    assert 'data-state="mismatch"' in page.text


def test_no_letter_before_a_place_is_confirmed(client, lights, forum, trio, amina):
    small = make_session(forum, "small", stakeholder_seats=3)
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(small, trio[0]))
    refused = open_page(client, at("seat_letter", lights, registration=Registration.objects.get().pk))
    assert refused.status_code == 409
    assert Letter.objects.count() == 0


def test_a_private_calendar_follows_the_session_and_can_be_taken_back(client, lights, table, trio, amina):
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, trio[0]))
    open_page(client, at("calendar_open", lights), go="1")
    key = FeedKey.objects.get().key
    client.logout()
    address = reverse("private_calendar", args=[key])
    events = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Test Forum: Table-1"]
    ForumSession.objects.update(status="cancelled")
    assert str(Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]["status"]) == "CANCELLED"
    client.force_login(amina)
    open_page(client, at("calendar_close", lights), go="1")
    assert client.get(address).status_code == 404


def test_a_person_has_a_calendar_of_the_own_sessions(client, lights, forum, table, trio, amina):
    evening = make_session(forum, "evening", starts_at=table.starts_at.replace(hour=20))
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, trio[0]), **cells(evening, trio[1]))
    client.logout()
    client.post(reverse("personal_calendar", args=[trio[1].invitation_key, "open"]))
    feed = client.get(reverse("private_calendar", args=[FeedKey.objects.get().key])).content
    assert [str(event["summary"]) for event in Calendar.from_ical(feed).walk("VEVENT")] == ["Test Forum: Evening"]


@pytest.mark.parametrize("is_public", [True, False])
def test_the_public_list_is_there_where_the_forum_says_so(client, forum, table, is_public):
    forum.registrations_are_public = is_public
    forum.save()
    page = client.get(reverse("registrations", args=[forum.slug]))
    assert page.status_code == (200 if is_public else 404)


def test_the_public_list_shows_who_agreed_and_nothing_private(client, lights, forum, table, trio, amina):
    forum.registrations_are_public = True
    forum.save()
    private = {"phone": "+1 555 0199", "passport_number": "X123", "access_needs": "Step-free", "languages": "Swahili"}
    Representative.objects.update(**private, function="Coordinator")
    Representative.objects.filter(pk=trio[0].pk).update(consented_at=DURING)
    client.force_login(amina)
    open_page(client, at("registration_of", lights), **cells(table, *trio[:2]))
    client.logout()
    texts = [client.get(reverse("registrations", args=[forum.slug])).text]
    texts.append(client.get(reverse("registrations_csv", args=[forum.slug])).getvalue().decode())
    for text in texts:
        assert "Ana" in text
        assert "Coordinator" in text
        assert [word for word in ("Ben", *private.values(), "people.example") if word in text] == []


def test_the_matrix_still_closes_for_people_at_the_instant(client, lights, table, trio, amina):
    client.force_login(amina)
    assert open_page(client, at("registration_of", lights), CLOSES, **cells(table, trio[0])).status_code == 422


# T-S40
def test_private_data_goes_on_the_date_of_the_forum_but_for_what_is_on_hold(lights, forum, trio, amina):
    person = trio[0]
    Representative.objects.filter(pk=person.pk).update(phone="+254 700", passport_number="A1", email="ana@p.example")
    for key, to in (("to her", "Ana@p.example"), ("to another", "another@people.example")):
        about = forum.reference_prefix
        words = ("Replaced", f"{key.split()[1].title()}, goodbye.")
        mail.queue(key, "seat_replaced", to=to, about=about, context={}, words=words)
    retention.RetentionDate.objects.create(forum=forum, kind="representatives", due_on=date(2026, 6, 30))
    subject_type, subject_id = retention.key_of(lights)
    hold = retention.Hold.objects.create(
        subject_type=subject_type, subject_id=subject_id, subject_name="Lights", reason="Complaint", placed_by=amina
    )
    after = datetime(2026, 7, 2, tzinfo=UTC)
    with clock.frozen(after):
        (report,) = retention.erase_due()
    person.refresh_from_db()
    assert (person.phone, report.items.get().outcome) == ("+254 700", "held")

    hold.delete()
    with clock.frozen(after):
        retention.erase_due()
        assert retention.erase_due() == []

    person.refresh_from_db()
    assert (person.name != "", person.phone, person.email, person.passport_number) == (True, "", "", "")
    letters = {letter.key: (letter.to, letter.body) for letter in OutgoingMail.objects.filter(template="seat_replaced")}
    assert letters == {"to her": (mail.NOBODY, ""), "to another": ("another@people.example", "Another, goodbye.\n")}


# T-S40 T-R30
def test_a_hold_keeps_a_passport_and_the_history_says_so_once(lights, forum, trio, amina):
    forum.ends_on = date(2026, 5, 8)
    forum.save()
    Representative.objects.filter(pk__in=[person.pk for person in trio]).update(passport_number="X1")
    subject_type, subject_id = retention.key_of(lights.application or lights)
    hold = retention.Hold.objects.create(
        subject_type=subject_type, subject_id=subject_id, subject_name="Lights", reason="Complaint", placed_by=amina
    )
    with clock.frozen(datetime(2027, 7, 2, tzinfo=UTC)):
        assert (people.erase_due_passports(), people.erase_due_passports()) == (0, 0)
        told = Event.objects.about(trio[0]).get(verb="retention.held")
        hold.delete()
        assert people.erase_due_passports() == 3

    assert (told.reason, told.is_internal, told.detail["what"]) == ("Complaint", True, "passport")
