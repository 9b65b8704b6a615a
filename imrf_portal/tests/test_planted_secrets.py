"""Markers planted in what is private are looked for in the bytes of every page, paper, export and letter."""

import io
import re
import zipfile

import pypdf
import pytest
from django.urls import reverse

from imrf_portal import clock, mail
from imrf_portal.tests import world as worlds
from imrf_portal.tests.walks import each_in_its_group, walked

OUTSIDERS = ("anonymous", "boris", "clara", *worlds.MISSIONS)


pytestmark = pytest.mark.timeout(400)
"""A walk through all addresses takes its time on a busy machine."""


def text_of(content):
    """All words that the bytes hold, also those packed into a PDF or a workbook."""
    if content.startswith(b"%PDF-"):
        reader = pypdf.PdfReader(io.BytesIO(content))
        return " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return content.decode("utf-8", "replace")


def markers_in(world, text):
    """The markers a text holds; broken lines, hyphens and capitals do not hide them."""
    whole = re.sub(r"[\s\u00ad-]+", "", text.lower())
    return {marker for marker in world.secrets if marker in whole}


def found(world, role):
    """``{marker: paths}`` of all markers that a person of this role comes to read, in pages and headers."""
    where = {}
    for visit in walked(world, role):
        for marker in markers_in(world, text_of(visit.content) + str(visit.headers)):
            where.setdefault(marker, []).append(visit.path)
    return where


def forbidden(world, role, markers):
    return {marker for marker in markers if role not in world.secrets[marker]}


# T-M01 T-M20
@pytest.mark.parametrize("role", each_in_its_group(*OUTSIDERS))
def test_nobody_reads_what_is_not_theirs(world, role):
    where = found(world, role)

    assert {marker: where[marker] for marker in forbidden(world, role, where)} == {}


@pytest.mark.parametrize("role", each_in_its_group("kenya"))
def test_a_state_reads_what_was_released_to_it_and_its_own_basis(world, role):
    """No other State does: those are among the outsiders above."""
    assert {"zqreasonaminazq", "zqbasiskenyazq"} <= set(found(world, role))


@pytest.mark.parametrize("role", each_in_its_group("amina"))
def test_the_owner_reads_every_answer_and_no_word_of_the_office(world, role):
    where = found(world, role)

    own = {marker for marker, readers in world.secrets.items() if "amina" in readers}
    assert own - set(where) == set()
    assert forbidden(world, role, where) == set()


def test_letters_carry_only_what_their_reader_may_read(world):
    role_of = {person.email: role for role, person in world.people.items() if person}
    with clock.frozen(worlds.NOW):
        letters = list(mail.due())
    assert len(letters) >= 10

    told = {}
    for letter in letters:
        markers = markers_in(world, f"{letter.subject} {letter.body} {letter.body_html}")
        if letter.to in role_of and (wrong := forbidden(world, role_of[letter.to], markers)):
            told[f"{letter.template} to {letter.to}"] = wrong
    assert told == {}


def test_the_question_reaches_the_one_who_is_asked(world):
    letter = mail.OutgoingMail.objects.get(template="information_request")

    assert "zqquestionboriszq" in letter.body


def test_no_officer_reads_the_code_that_lets_another_in(world, client):
    letter = mail.queue(
        "code", "account_sign_in", to="administrator@secretariat.example", context={"code": "739214", "url": "/zqurlzq"}
    )
    assert "739214" in letter.subject
    client.force_login(world.people["superuser"])
    outbox = reverse("admin:imrf_portal_outgoingmail_changelist")

    assert mail.readable_by(world.people["superuser"]).exists()
    listed = client.get(outbox, {"q": "739214", "tab": "all"})
    shown = client.get(f"{outbox}{letter.pk}/change/", follow=True).content.decode()
    told = client.get(outbox, {"tab": "all"})

    assert told.context["rows"]
    assert listed.context["rows"] == []
    assert "No letter here" in listed.content.decode()
    assert "739214" not in shown + told.content.decode()
    assert "zqurlzq" not in shown


def test_no_officer_reads_the_address_on_which_a_guardian_agrees(world, client):
    """Whoever holds it can agree in the place of a parent."""
    letter = mail.OutgoingMail.objects.get(template="guardian_form")
    assert world.guardian.key in letter.body

    for role in worlds.SECRETARIAT:
        client.force_login(world.people[role])
        pages = [
            client.get(reverse("admin:imrf_portal_outgoingmail_changelist"), {"tab": "all"}).content,
            client.get(reverse("admin:imrf_portal_outgoingmail_change", args=[letter.pk]), follow=True).content,
            client.get(reverse("admin:registration_representative_change", args=[world.representative.pk])).content,
        ]
        assert world.guardian.key.encode() not in b"".join(pages), role
