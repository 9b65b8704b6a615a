"""A person under 18: a guardian is asked by letter, and nothing opens before the guardian agreed."""

import re

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from imrf_portal import clock, mail
from imrf_portal.mail import OutgoingMail
from registration import doors, guardians, passes, people
from registration.models import GuardianForm, Registration, Representative, SeatRule

from .making import DURING, make_desk, register
from .test_pages import at, open_page

MINOR = {
    "name": "Mina",
    "email": "mina@people.example",
    "is_minor": "on",
    "guardian_name": "Greta",
    "guardian_email": "greta@home.example",
}


@pytest.fixture
def mina(client, lights, table, amina):
    """Mina, who is 16, entered by amina and registered for the session."""
    client.force_login(amina)
    page = open_page(client, at("person_add", lights), **MINOR)
    assert page.status_code == 302
    mina = Representative.objects.get(name="Mina")
    register(lights, table, mina, by=amina)
    return mina


# T-R12
def test_nobody_under_18_is_entered_without_naming_a_guardian(client, lights, amina):
    client.force_login(amina)
    page = open_page(client, at("person_add", lights), **MINOR | {"guardian_email": "", "guardian_name": ""})
    assert page.status_code == 422
    assert page.text.count("needs the agreement of a parent or guardian. Whom do we ask?") >= 2
    assert not Representative.objects.exists()


# T-R12
def test_in_a_pasted_list_a_guardian_is_named_and_asked_or_the_row_is_not_considered(client, lights, table, amina):
    client.force_login(amina)
    who = f"{table.title}\tMina\tmina@people.example\t\tx"
    wanting = {
        f"{who}\tx": "A person under 18 needs a guardian",
        f"{who}\tx\tGreta\tnot an address": "A person under 18 needs a guardian",
        f"{who}\t\tGreta": "A person under 18 needs a guardian",
        f"{who}\tsixteen\tGreta\tgreta@home.example": "does not say whether the person is under 18",
    }
    for row, reason in wanting.items():
        page = open_page(client, at("registration_list", lights), rows=row)
        assert reason in page.text and not page.context["plan"].counted

    row = f"{who}\tx\tGreta\tgreta@home.example"
    preview = open_page(client, at("registration_list", lights), rows=row)
    assert "under 18; we ask Greta" in preview.text
    confirm = {"rows": row, "shown": preview.context["plan"].fingerprint, "confirm": "1"}
    assert open_page(client, at("registration_list", lights), **confirm).status_code == 302
    mina = Registration.objects.get().representative
    assert mina.is_minor and guardians.is_missing(mina)
    assert OutgoingMail.objects.get(template="guardian_form").to == "greta@home.example"

    of_age = people.add(lights, {"name": "Olga", "email": "olga@people.example"}, agreed=True, by=amina)
    marked = f"{table.title}\t{of_age.name}\t{of_age.email}\t\t\tx\tGreta\tgreta@home.example"
    page = open_page(client, at("registration_list", lights), rows=marked)
    assert "Olga is entered as 18 or older." in page.text


# T-R12
def test_until_the_guardian_agrees_there_is_no_letter_no_pass_and_no_entry(client, lights, table, mina):
    seat, desk = Registration.objects.get(), make_desk()
    SeatRule.objects.create(forum=lights.forum, minors_words="I agree, and Ana accompanies Mina at all times.")

    def opens():
        with clock.frozen(DURING):
            state = doors.scan(seat.code, by=desk).state
        letter = open_page(client, at("seat_letter", lights, registration=seat.pk)).status_code
        verdict = open_page(client, reverse("verify_code", args=[seat.code])).text
        return state, letter, list(passes.rows_now(table.forum)), 'data-state="valid"' in verdict

    assert opens() == ("stop", 409, [], False)
    assert "Under 18: a guardian must agree" in open_page(client, at("registration_of", lights)).text
    letter = OutgoingMail.objects.get(template="guardian_form")
    (address,) = re.findall(r"https?://\S+", letter.body)
    assert (letter.to, "Mina" in letter.subject) == ("greta@home.example", True)
    address = address.removeprefix(settings.PORTAL_URL)
    page = open_page(client, address)
    assert "I agree, and Ana accompanies Mina at all times." in page.text
    # "no-referrer" would send "Origin: null" with the form, which is refused as a forgery
    assert page["Referrer-Policy"] == "same-origin"
    answers = {"relation": "Mother", "phone": "+1 555 0100", "accompanied_by": "Ana"}
    assert open_page(client, address, **answers).status_code == 422
    assert open_page(client, address, **answers, agreed="on").status_code == 302
    assert "You agreed" in open_page(client, address).text
    assert open_page(client, address, **answers, agreed="on").status_code == 409
    SeatRule.objects.update(minors_words="Other words")
    assert GuardianForm.objects.get().words == "I agree, and Ana accompanies Mina at all times."
    assert opens() == ("ok", 200, [seat.code], True)


# T-R12
def test_the_desk_sees_who_waits_for_a_guardian_and_records_a_form_on_paper(client, lights, mina):
    client.force_login(make_desk())
    desk = client.get(reverse("admin:registration_desk")).text
    assert "One person is under 18 and has no agreement of a guardian yet." in desk
    address = reverse("admin:registration_guardian", args=[mina.pk])
    person = client.get(reverse("admin:registration_representative_change", args=[mina.pk])).text
    assert address in person
    assert "greta@home.example: asked, has not agreed yet" in person
    form = {"step": "do", "name": "Greta"}
    assert client.post(address, form).status_code == 422
    assert client.post(address, form | {"reason": "Folder 3"}).status_code == 302
    assert "under 18" not in client.get(reverse("admin:registration_desk")).text
    assert doors.may_come_in(Registration.objects.get())


def test_another_guardian_is_asked_anew_and_the_old_address_is_gone(client, lights, mina, amina):
    old = GuardianForm.objects.get()
    open_page(client, at("person", lights, person=mina.pk), **MINOR | {"guardian_email": "gustav@home.example"})
    first, second = OutgoingMail.objects.filter(template="guardian_form").order_by("pk")
    assert (first.to, first.body, first.state) == (mail.NOBODY, "", "discarded")
    assert (second.to, second.state) == ("gustav@home.example", "queued")
    assert client.get(reverse("guardian_form", args=[old.key])).status_code == 404


# T-R12
def test_an_agreement_is_for_one_person_and_not_for_another_name_in_the_same_place(client, lights, mina, amina):
    first = GuardianForm.objects.get()
    guardians.agree(first, relation="Mother", phone="+1 555 0100", accompanied_by="Ana")
    assert doors.may_come_in(Registration.objects.get())

    open_page(client, at("person", lights, person=mina.pk), **MINOR | {"function": "Speaker"})
    assert GuardianForm.objects.get() == first
    open_page(client, at("person", lights, person=mina.pk), **MINOR | {"name": "Nino"})

    asked = GuardianForm.objects.get()
    assert (asked.agreed_at, asked.email) == (None, "greta@home.example")
    assert not doors.may_come_in(Registration.objects.get())
    letters = OutgoingMail.objects.filter(template="guardian_form").order_by("pk")
    assert [letter.to for letter in letters] == [mail.NOBODY, "greta@home.example"]
    assert client.get(reverse("guardian_form", args=[first.key])).status_code == 404

    guardians.receive_on_paper(mina, by=make_desk(), name="Greta", reason="Folder 3")
    nobody = {"guardian_email": "", "guardian_name": ""}
    GuardianForm.objects.update(email="")
    refused = open_page(client, at("person", lights, person=mina.pk), **MINOR | nobody | {"name": "Mona"})
    assert "Give the name and the e-mail address of a parent or guardian" in refused.text
    mina.refresh_from_db()
    assert mina.name == "Nino"


OF_AGE = {"name": "Mina", "email": "mina@people.example"}


# T-R12
def test_who_is_said_to_be_of_age_after_all_is_looked_at_before_anything_opens(client, lights, table, mina, amina):
    seat, desk = Registration.objects.get(), make_desk()
    page = at("registration_of", lights)
    letter = at("seat_letter", lights, registration=seat.pk)
    assert letter not in open_page(client, page).text
    open_page(client, at("person", lights, person=mina.pk), **OF_AGE)

    shown = open_page(client, page).text
    assert "No letter yet. Entered as under 18 before: the registration desk compares the passport" in shown
    assert letter not in shown
    assert "Bring the passport to the desk" in open_page(client, at("person", lights, person=mina.pk)).text
    assert "was entered as under 18 before" in open_page(client, letter).text
    assert not doors.may_come_in(seat) and list(passes.rows_now(table.forum)) == []
    assert doors.counts(table) == (0, 0)
    told = OutgoingMail.objects.get(template="said_to_be_of_age")
    assert (told.to, "Mina was entered as under 18" in told.body) == (amina.email, True)

    client.force_login(desk)
    assert "One person was entered as under 18" in client.get(reverse("admin:registration_desk")).text
    found = client.get(reverse("admin:registration_representative_changelist"), {"age": "question"})
    assert "Mina" in found.text.partition("<main")[2]
    settle = reverse("admin:registration_age", args=[mina.pk])
    assert settle in client.get(reverse("admin:registration_representative_change", args=[mina.pk])).text
    assert client.post(settle, {"step": "do", "passport": "of_age", "reason": ""}).status_code == 422
    assert client.post(settle, {"step": "do", "passport": "of_age", "reason": "At desk 2"}).status_code == 302
    assert client.post(settle, {"step": "do", "passport": "of_age", "reason": "At desk 2"}).status_code == 422
    assert "entered as under 18" not in client.get(reverse("admin:registration_desk")).text
    assert OutgoingMail.objects.get(template="age_settled").to == amina.email
    client.force_login(amina)
    written = open_page(client, letter)
    assert (written.status_code, letter in open_page(client, page).text) == (200, True)

    open_page(client, at("person", lights, person=mina.pk), **MINOR)
    code = written["Content-Disposition"].partition('filename="')[2].partition(".pdf")[0]
    assert 'data-state="void"' in open_page(client, reverse("verify_code", args=[code])).text


# T-R12
def test_the_desk_may_find_that_a_person_is_under_18_after_all(lights, mina, amina):
    people.change(mina, {"is_minor": False}, agreed=True, by=amina)
    guardians.settle_age(mina, is_of_age=False, reason="At desk 2", by=make_desk())
    mina.refresh_from_db()
    assert (mina.is_minor, mina.of_age_said_at, guardians.is_missing(mina)) == (True, None, True)
    guardians.agree(GuardianForm.objects.get(), relation="Mother", phone="+1 555 0100", accompanied_by="Ana")
    people.change(mina, {"is_minor": False}, agreed=True, by=amina)
    assert doors.may_come_in(Registration.objects.get())
    assert guardians.counts(lights.forum) == (0, 1)


def test_whoever_was_under_18_is_not_of_age_by_being_entered_anew(lights, amina):
    guardian = {"guardian_name": "Greta", "guardian_email": "greta@home.example"}
    mina = people.add(lights, {"name": "Mina", "is_minor": True} | guardian, agreed=True, by=amina)
    people.remove(mina, by=amina)
    again = people.add(lights, {"name": "MINA"}, agreed=True, by=amina)
    other = people.add(lights, {"name": "Olga"}, agreed=True, by=amina)
    assert (guardians.is_missing(again), guardians.is_missing(other)) == (True, False)


def test_the_database_refuses_that_somebody_under_18_grows_up_unseen(mina):
    with pytest.raises(IntegrityError), transaction.atomic():
        Representative.objects.update(is_minor=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Representative.objects.update(of_age_said_at=DURING)


def test_the_retention_date_of_people_takes_what_is_private_of_their_guardians(lights, mina):
    form = GuardianForm.objects.get()
    guardians.agree(form, relation="Mother", phone="+1 555 0100", accompanied_by="Ana")
    assert list(people.PRIVATE_DATA.due(lights.forum)) == [mina]

    people.PRIVATE_DATA.erase(mina)

    form.refresh_from_db()
    assert (form.email, form.phone) == ("", "")
    assert list(people.PRIVATE_DATA.due(lights.forum)) == []
