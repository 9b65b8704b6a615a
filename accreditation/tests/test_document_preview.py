"""Documents on the screen of an officer: pages as pictures, who may see them, the checklist, what is left."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accreditation import checklists, drafting, review
from accreditation.models import DocumentCheck
from imrf_portal import clock, previews
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.files import PrivateFile
from imrf_portal.previews import PagePreview
from imrf_portal.tests import file_samples as samples
from imrf_portal.tests.clients import signed_in

from .cast import AFTER, DURING, make_circulated, make_eligible, make_file, make_officer, make_submitted

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALL_YES = {
    "legal_status": {"legible": "yes", "government": "yes", "name": "yes", "in_date": "yes"},
    "head_letter": {"legible": "yes", "signed": "yes", "letterhead": "yes", "asks": "yes"},
}


def give(document, content, **fields):
    """Put other bytes in the place of the specimen's."""
    default_storage.delete(document.file.key)
    default_storage.save(document.file.key, ContentFile(content))
    PrivateFile.objects.filter(pk=document.file_id).update(**fields)
    document.refresh_from_db()
    return document


@pytest.fixture
def certificate(call, amina):
    document = make_submitted(call, amina).documents.get(kind="legal_status")
    return give(document, samples.pdf(2, change=samples.with_script), pages=2)


@pytest.fixture
def desk(chen):
    return signed_in(chen)


def review_page(document, **query):
    address = reverse("admin:accreditation_application_change", args=[document.application_id])
    return address, {"doc": document.pk, **query}


def page(document, number=1):
    return reverse("document_page", args=[document.pk, number])


def draw(document):
    previews.ask(document.file)
    previews.draw_file(document.file_id)


# T-S24
def test_a_pdf_with_a_script_is_shown_as_pictures(desk, certificate):
    address, query = review_page(certificate)
    assert "The pages are being prepared" in desk.get(address, query).content.decode()
    previews.draw_waiting()
    shown = desk.get(address, query).content.decode()
    assert f'src="{page(certificate)}"' in shown
    assert "Page 1 of 2 of the document" in shown
    assert "javascript" not in shown.lower().replace('type="text/javascript"', "")
    picture = desk.get(page(certificate))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")


def test_a_picture_is_kept_by_nobody_and_runs_nothing(desk, certificate):
    draw(certificate)
    answer = desk.get(page(certificate))
    assert "no-store" in answer["Cache-Control"]
    assert (answer["X-Content-Type-Options"], answer["Content-Disposition"]) == ("nosniff", "inline")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


# T-S23
def test_a_page_is_not_there_for_anyone_who_may_not_read_it(certificate, amina, boris, dara, call):
    draw(certificate)
    no_role = make_officer("norole@secretariat.example")
    for address in (page(certificate), reverse("document", args=[certificate.pk])):
        for person in (amina, boris, dara, no_role):
            assert signed_in(person).get(address).status_code == 404
        assert Client().get(address).status_code == 404
    for person in (amina, boris, dara, no_role):
        assert signed_in(person).post(reverse("document_checks", args=[certificate.pk])).status_code == 404
    assert Event.objects.filter(verb="document.look").count() == 0


def test_a_page_that_is_not_there_is_a_404(desk, certificate):
    draw(certificate)
    assert desk.get(page(certificate, 2)).status_code == 200
    assert desk.get(page(certificate, 3)).status_code == 404
    assert desk.get(reverse("document_page", args=[9999, 1])).status_code == 404


def test_each_look_is_recorded_once_for_half_an_hour(desk, certificate, chen):
    draw(certificate)
    for _time in range(2):
        desk.get(page(certificate))
    desk.get(page(certificate, 2))
    looks = Event.objects.filter(verb="document.look").order_by("pk")
    assert [look.detail["page"] for look in looks] == [1, 2]
    assert {(look.actor, look.is_internal, look.detail["sha256"]) for look in looks} == {
        (chen, True, certificate.file.sha256)
    }
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        signed_in(chen).get(page(certificate))
    assert Event.objects.filter(verb="document.look").count() == 3


def test_a_page_can_be_larger_and_turned(desk, certificate):
    draw(certificate)
    address, query = review_page(certificate, turn=90, size="large", page=2)
    shown = desk.get(address, query).content.decode()
    preview = PagePreview.objects.get(file=certificate.file, page=2)
    assert f'viewBox="0 0 {preview.height} {preview.width}"' in shown
    assert f'transform="translate({preview.height} 0) rotate(90)"' in shown
    assert "wb-sheet--large" in shown
    assert "turn=180" in shown


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "-1"}, {"page": "9" * 30}, {"turn": "45"}, {"doc": "١"}])
def test_any_address_shows_a_page(desk, certificate, query):
    address, usual = review_page(certificate)
    assert desk.get(address, usual | query).status_code == 200


def test_a_word_document_has_no_preview(desk, certificate):
    give(certificate, samples.docx(), content_type=WORD, pages=None)
    address, query = review_page(certificate)
    assert "There is no preview of a Word document. Download the original." in desk.get(address, query).content.decode()
    assert PagePreview.objects.count() == 0


# T-S24
def test_a_page_that_cannot_be_drawn_says_so(desk, certificate):
    give(certificate, b"%PDF-1.4 nothing", pages=1)
    draw(certificate)
    address, query = review_page(certificate)
    assert "This page cannot be shown: it is damaged." in desk.get(address, query).content.decode()


def test_what_waits_for_the_virus_check_is_not_shown(desk, certificate):
    draw(certificate)
    PrivateFile.objects.filter(pk=certificate.file_id).update(scan_state="waiting", scanned_at=None)
    address, query = review_page(certificate)
    assert "waiting for the virus check" in desk.get(address, query).content.decode()
    assert desk.get(page(certificate)).status_code == 404


def test_a_page_and_a_picture_take_a_fixed_number_of_statements(desk, certificate, chen, django_assert_num_queries):
    draw(certificate)
    desk.get(page(certificate))
    for _size in (1, 3):
        with django_assert_num_queries(8):
            desk.get(page(certificate))
        review.note(certificate.application, by=chen, text="A note.")


def test_checks_are_kept_and_recorded(desk, certificate, chen):
    answers = {"legible": "yes", "government": "no", "next": "/admin/"}
    answer = desk.post(reverse("document_checks", args=[certificate.pk]), answers)
    assert answer["Location"] == "/admin/"
    assert dict(certificate.checks.values_list("criterion", "answer")) == {"legible": "yes", "government": "no"}
    event = Event.objects.get(verb="document.check")
    assert (event.actor, event.is_internal) == (chen, True)
    assert event.detail == {"document": "legal_status", "answers": {"legible": "yes", "government": "no"}}
    assert checklists.keep_checks(certificate, {"government": "yes", "legible": "yes", "name": ""}, by=chen) == [
        "government"
    ]


def test_nobody_is_led_elsewhere_after_keeping_checks(desk, certificate):
    answer = desk.post(reverse("document_checks", args=[certificate.pk]), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("document", args=[certificate.pk])


@pytest.mark.parametrize("answers", [{"signed": "yes"}, {"legible": "perhaps"}, {"nothing": "yes"}])
def test_a_checklist_knows_its_own_lines_only(certificate, chen, answers):
    with pytest.raises(Refused, match="This checklist has no"):
        checklists.keep_checks(certificate, answers, by=chen)
    assert DocumentCheck.objects.count() == 0


def test_only_screeners_check(certificate):
    reader = make_officer("reader@secretariat.example", "Registration desk")
    with pytest.raises(Refused, match="Your role does not include this"):
        checklists.keep_checks(certificate, {"legible": "yes"}, by=reader)


def test_a_document_that_replaces_another_starts_unchecked(certificate, amina, chen):
    checklists.keep_checks(certificate, ALL_YES["legal_status"], by=chen)
    with clock.frozen(DURING):
        newer = drafting.attach(certificate.application, {"legal_status": make_file(amina)}, by=amina)[0]
    assert [line.answer for line in checklists.lines(newer)] == [""] * 4
    with pytest.raises(Refused, match="replaced this document while you read it"):
        checklists.keep_checks(certificate, {"legible": "no"}, by=chen)


def test_the_checklist_closes_when_member_states_read_the_name(call, amina, chen, noor):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    make_circulated([application], by=chen)
    with pytest.raises(Refused, match="The checklist is closed"):
        checklists.keep_checks(application.documents.first(), {"legible": "yes"}, by=chen)


def words_left(application, officer):
    return [thing.words for thing in checklists.left_to_do(application, officer).things]


def test_what_is_left_shrinks_to_nothing(certificate, chen):
    application = certificate.application
    assert words_left(application, chen) == [
        "Check: Proof of legal status",
        "Check: Letter from the head of your organization",
    ]
    checklists.keep_checks(certificate, {"legible": "yes", "government": "yes", "name": "unsure"}, by=chen)
    letter = application.documents.get(kind="head_letter")
    checklists.keep_checks(letter, ALL_YES["head_letter"], by=chen)
    assert words_left(application, chen) == [
        "Proof of legal status: In date",
        "Proof of legal status: Name matches? Unsure",
    ]
    checklists.keep_checks(certificate, ALL_YES["legal_status"], by=chen)
    left = checklists.left_to_do(application, chen)
    assert (left.things, left.done, left.total) == ([], 8, 8)


def test_what_is_left_names_pairs_and_open_questions(call, certificate, boris, chen):
    application = certificate.application
    twin = make_submitted(call, boris)
    assert f"Decide on {twin.reference}, " in words_left(application, chen)[-1]
    review.decide_duplicate(application, twin, by=chen, is_same=True, reason="One body.")
    assert words_left(application, chen)[-1] == f"Held to be the same as {twin.reference}"
    review.decide_duplicate(application, twin, by=chen, is_same=False, reason="Two towns.")
    with clock.frozen(AFTER):
        items = [("homepage", "Which one?")]
        review.request_information(application, by=chen, items=items, answer_by=AFTER + timedelta(days=3))
    assert words_left(application, chen)[-1] == "The applicant has not answered our questions yet"


def test_the_review_screen_says_what_is_left(desk, certificate, chen):
    address, query = review_page(certificate)
    assert "2 things left before you can recommend" in desk.get(address, query).content.decode()
    for document in certificate.application.documents.all():
        checklists.keep_checks(document, ALL_YES[document.kind], by=chen)
    assert "Everything is checked" in desk.get(address, query).content.decode()
