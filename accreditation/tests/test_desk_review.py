"""The review screen, its verbs, questions and documents."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import circulation, documents, drafting, presence, recusals, review, workflow
from accreditation.models import Application, DocumentCheck, DuplicateDecision, InternalNote, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.files import PrivateFile
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import signed_in

from .cast import (
    AFTER,
    DURING,
    make_call,
    make_circulated,
    make_draft,
    make_eligible,
    make_officer,
    make_person,
    make_submitted,
)
from .mission_browser import words

APPLICATION = "/admin/accreditation/application/"
TO_THE_APPLICANT = {"information_request"}


def do(client, application, verb, seen=1, step="do", **words):
    return client.post(
        f"{APPLICATION}{application.pk}/do/{verb}/", {"seen_version": seen, "step": step, **words}, follow=True
    )


def send_again(application, amina, **answers):
    with clock.frozen(DURING + timedelta(days=1)):
        drafting.save_answers(application, answers, by=amina)
        workflow.submit(application, by=amina)


def test_the_review_screen_shows_answers_notes_history_and_letters(desk, call, amina, chen):
    application = make_submitted(call, amina)
    review.note(application, by=chen, text="Called the contact.")
    page = desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()
    for text in ("We advise people at the port.", "Called the contact.", "<b>Application sent</b>", "TST26-0001"):
        assert text in page
    assert 'data-audience="states"' in page


def test_what_changed_between_versions_is_marked_word_by_word(desk, call, amina):
    application = make_submitted(call, amina)
    send_again(application, amina, scope="We advise families at the port.")
    page = desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()
    assert "</span>people</del>" in page
    assert "</span>families</ins>" in page


# T-S03
def test_a_verb_on_an_older_version_is_refused_with_the_difference(desk, call, amina):
    application = make_submitted(call, amina)
    send_again(application, amina, scope="Something else.")
    answer = do(desk, application, "recommend", seen=1, despite="Seen on paper.")
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert f"{APPLICATION}{application.pk}/change/?against=1#versions" in answer.content.decode()


# T-S02
def test_who_comes_second_reads_what_was_done_and_by_whom(desk, call, amina, chen, noor):
    application = make_submitted(call, amina)
    do(desk, application, "recommend", despite="Checked on paper.")

    shown = words(do(signed_in(noor), application, "recommend", despite="Checked on paper."))

    assert "This cannot be done while the status is “Assessed, waiting for the second signature”." in shown
    assert f"Last change: Recommended, {chen}" in shown
    assert Event.objects.filter(verb="application.recommend").count() == 1


# T-S03
def test_a_crafted_request_without_the_version_is_refused(desk, call, amina):
    application = make_submitted(call, amina)
    desk.post(f"{APPLICATION}{application.pk}/do/recommend/", {"step": "do", "despite": "On paper."})
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


def ask(client, application, step="do", items=("scope", "homepage", "legal_status"), **words):
    return client.post(
        f"{APPLICATION}{application.pk}/ask/",
        {
            "seen_version": 1,
            "step": step,
            "item": items,
            **{f"question_{item}": f"Please explain {item}." for item in items},
            "answer_by_0": "2026-04-07",
            "answer_by_1": "17:00",
            **words,
        },
    )


# T-S05
def test_asking_shows_the_letter_before_it_goes(desk, call, amina):
    application = make_submitted(call, amina)
    shown = ask(desk, application, step="preview")
    letter = shown.context["rehearsal"].letters[0]
    assert all(f"Please explain {item}." in letter.body for item in ("scope", "homepage", "legal_status"))
    assert "Tuesday 7 April 2026, 17:00 New York (EDT)" in letter.body
    assert OutgoingMail.objects.filter(template__in=TO_THE_APPLICANT).count() == 0
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


# T-S05
def test_only_what_was_asked_opens_and_the_note_is_not_in_the_letter(desk, call, amina):
    application = make_submitted(call, amina)
    ask(desk, application, note="I doubt the stamp.")
    application.refresh_from_db()
    assert application.status == Status.RETURNED
    assert drafting.editable_targets(application, by=amina) == {"scope", "homepage", "legal_status"}
    assert InternalNote.objects.get().text == "I doubt the stamp."
    assert "I doubt the stamp." not in OutgoingMail.objects.get(template="information_request").body


# T-S05
def test_the_answer_date_is_shown_in_two_zones(desk, call, amina):
    amina.time_zone = "Asia/Dhaka"
    amina.save()
    application = make_submitted(call, amina)
    page = ask(desk, application, step="preview").content.decode()
    assert "Tue 7 Apr 2026, 17:00 EDT (UTC−4)" in page
    assert "Wed 8 Apr 2026, 03:00 UTC+6" in page


# T-S06
@pytest.mark.parametrize(
    "words", [{}, {"reason_code": "no_proof"}, {"reason_text": "No stamp."}, {"reason_code": "x", "reason_text": "y"}]
)
def test_recommending_against_needs_a_code_and_words(desk, call, amina, words):
    application = make_submitted(call, amina)
    answer = do(desk, application, "recommend_against", **words)
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert answer.context["form"].errors


def test_recommending_with_something_unchecked_needs_a_reason_that_is_kept(desk, call, amina):
    application = make_submitted(call, amina)
    asked = do(desk, application, "recommend")
    assert "Check: Proof of legal status" in asked.content.decode()
    assert asked.context["form"].errors.keys() == {"despite"}
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    do(desk, application, "recommend", despite="The Mission showed us the original.")
    event = Event.objects.get(verb="application.recommend")
    assert (event.reason, event.is_internal) == ("The Mission showed us the original.", True)
    assert "The Mission showed us the original." in desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()


def test_checked_with_one_press_a_document_it_is_recommended_without_a_word(desk, call, amina):
    application = make_submitted(call, amina)
    address = f"{APPLICATION}{application.pk}/change/"
    first, second = application.documents.filter(replaced_at=None)
    desk.post(reverse("document_checks", args=[first.pk]), {"legible": "unsure"})
    for document in (first, second):
        shown = desk.get(address).context["panel"]
        assert shown["document"] == document
        desk.post(reverse("document_checks", args=[document.pk]), {"rest": "yes"})
    checks = DocumentCheck.objects.filter(document=first)
    assert set(checks.values_list("answer", flat=True)) == {"unsure", "yes"}
    desk.post(reverse("document_checks", args=[first.pk]), {"legible": "yes"})
    assert not do(desk, application, "recommend", step="").context["form"].fields
    do(desk, application, "recommend")
    application.refresh_from_db()
    assert application.status == Status.ASSESSED


# T-S07
def test_the_recommender_cannot_sign_by_form_second_role_or_database(desk, call, amina, chen):
    application = make_submitted(call, amina)
    do(desk, application, "recommend", despite="Seen on paper.")
    chen.groups.add(*make_officer("x@secretariat.example", "Senior reviewer").groups.all())
    page = desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()
    assert "You recommended this yourself. Another officer must sign." in page
    do(signed_in(chen), application, "approve")
    application.refresh_from_db()
    assert application.status == Status.ASSESSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(signed_by=chen, signed_at=AFTER)


# T-S08
def test_an_edit_after_the_second_signature_returns_it_to_the_queue(desk, call, amina, chen, noor):
    application = make_submitted(call, amina)
    with clock.frozen(DURING + timedelta(hours=1)):
        review.recommend(application, by=chen)
        review.approve(application, by=noor)
    send_again(application, amina, scope="We advise families at the port.")
    page = desk.get(f"{APPLICATION}{application.pk}/change/").content.decode()
    application.refresh_from_db()
    assert (application.status, application.signed_by) == (Status.SUBMITTED, None)
    assert "Signatures void" in page
    assert "</span>families</ins>" in page


# T-S17
def test_a_late_submission_accepted_is_flagged_on_the_record(amina, noor):
    application = make_draft(make_call(late_requests=True), amina)
    with clock.frozen(AFTER):
        late = workflow.ask_for_late_submission(application, by=amina, reason="The power was cut.")
        signed_in(noor).post(
            f"{APPLICATION}late/{late.pk}/", {"granted": "yes", "hours": "48", "answer": "Power cut confirmed."}
        )
        workflow.submit(application, by=amina)
        page = signed_in(noor).get(APPLICATION, {"late": "1"})
    application.refresh_from_db()
    assert application.is_late
    assert [row["pk"] for row in page.context["rows"]] == [str(application.pk)]


def test_opening_a_document_is_recorded(desk, call, amina, chen):
    document = make_submitted(call, amina).documents.first()
    answer = desk.get(documents.link_for(chen, document))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 specimen"
    event = Event.objects.get(verb="document.open")
    assert (event.actor, event.is_internal, event.detail["document"]) == (chen, True, document.kind)


# T-S23
def test_a_copied_document_link_is_denied_and_the_attempt_recorded(call, amina, chen, noor):
    document = make_submitted(call, amina).documents.first()
    with clock.frozen(AFTER):
        link = documents.link_for(chen, document)
        no_right = make_officer("new@secretariat.example")
        for stranger in (noor, no_right):
            assert signed_in(stranger).get(link).status_code == 403
        assert signed_in(no_right).get(documents.link_for(no_right, document)).status_code == 403
    assert Event.objects.filter(verb="document.open_refused").count() == 3
    assert not Event.objects.filter(verb="document.open").exists()


# T-S23
def test_a_document_link_expires(desk, call, amina, chen):
    document = make_submitted(call, amina).documents.first()
    link = documents.link_for(chen, document)
    with clock.frozen(AFTER + timedelta(minutes=30)):
        assert desk.get(link).status_code == 403
    assert Event.objects.get(verb="document.open_refused").detail["why"] == "expired"


def test_a_document_that_waits_for_the_virus_check_is_not_opened(desk, call, amina, chen):
    document = make_submitted(call, amina).documents.first()
    PrivateFile.objects.filter(pk=document.file_id).update(scan_state="waiting", scanned_at=None)
    answer = desk.get(documents.link_for(chen, document), follow=True)
    assert "waiting for the virus check" in answer.content.decode()
    assert not Event.objects.filter(verb="document.open").exists()


def test_two_alike_are_compared_field_by_field_and_the_decision_kept_with_its_reason(desk, call, amina, boris):
    first = make_submitted(call, amina, contact_phone="+254 20 555 0101", former_names="Pier Friends", acronym="HL")
    second = make_submitted(
        call, boris, name="Pier Friends", homepage="http://www.harbour-lights.example/en", contact_phone="0205550101",
        contact_email="office@harbour-lights.example", country="UG", acronym="",
    )  # fmt: skip
    review_page = desk.get(f"{APPLICATION}{first.pk}/change/").content.decode()
    address = f"{APPLICATION}{first.pk}/alike/{second.pk}/"
    assert address in review_page

    page = desk.get(address)
    assert {line.label: (line.agrees, line.why) for line in page.context["lines"]} == {
        "official name": (True, "the name of one is a former name of the other"),
        "former names": (None, ""),
        "acronym": (None, ""),
        "country of headquarters": (False, ""),
        "type of organization": (True, ""),
        "homepage": (True, "the same domain: harbour-lights.example"),
        "e-mail of the contact person": (True, "the same domain: harbour-lights.example"),
        "telephone of the contact person": (True, "the same last digits: 05550101"),
        "contact person": (True, ""),
        "head of the organization": (True, ""),
        "Proof of legal status": (True, "the same file, byte for byte"),
        "Letter from the head of your organization": (True, "the same file, byte for byte"),
    }
    assert "9 of 12 lines agree" in page.content.decode()

    decide = {"is_same": "no", "step": "do"}
    unsaid = desk.post(address, {**decide, "reason": " "})
    assert (unsaid.status_code, DuplicateDecision.objects.exists()) == (422, False)
    desk.post(address, {**decide, "reason": "Two registers, two numbers."})
    assert DuplicateDecision.objects.get().is_same is False
    for pk in (first.pk, second.pk):
        assert "“Two registers, two numbers.”" in desk.get(f"{APPLICATION}{pk}/change/").content.decode()
    desk.post(address, {"is_same": "yes", "reason": "The numbers are one.", "step": "do"})
    assert DuplicateDecision.objects.get().is_same is True
    reasons = Event.objects.filter(verb__endswith="duplicate", subject_id=str(second.pk)).order_by("pk")
    assert list(reasons.values_list("reason", flat=True)) == ["Two registers, two numbers.", "The numbers are one."]
    with pytest.raises(IntegrityError):
        DuplicateDecision.objects.update(reason="")


def test_an_officer_sees_which_colleague_has_the_file_open(desk, call, amina, chen, noor):
    application = make_submitted(call, amina)
    address, said = f"{APPLICATION}{application.pk}/change/", "A colleague has this open"
    recusals.declare(application, by=noor, has_conflict=True, reason="My brother works there.")
    assert signed_in(noor).get(address).status_code == 404
    assert said not in desk.get(address).content.decode()
    assert said not in desk.get(address).content.decode()  # her own opening is none of a colleague
    colleague = signed_in(make_officer("sam@secretariat.example", "Reviewer"))
    with clock.frozen(AFTER + presence.STAYS - timedelta(seconds=1)):
        shown = colleague.get(address)
        assert shown.context["present"] == [(chen, AFTER)]
        assert f"{said}</span>" in shown.content.decode()
    with clock.frozen(AFTER + presence.STAYS):
        assert [str(one) for one, _when in desk.get(address).context["present"]] == ["Sam"]
    with clock.frozen(AFTER + 3 * presence.STAYS):
        assert desk.get(address).context["present"] == []


def test_accrediting_says_what_will_happen_before_and_does_it(call, amina, chen, noor):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    listed = make_circulated([application], by=chen)
    with clock.frozen(listed.closes_at + timedelta(hours=1)):
        circulation.close_due()
        shown = do(signed_in(noor), application, "accredit", step="preview")
        assert [letter.template for letter in shown.context["rehearsal"].letters] == ["accredited"]
        application.refresh_from_db()
        assert application.status == Status.CLEARED
        do(signed_in(noor), application, "accredit")
    application.refresh_from_db()
    assert application.status == Status.ACCREDITED
    assert OutgoingMail.objects.filter(template="accredited").count() == 1


MATRIX = {
    "approve": "assessed",
    "accredit": "cleared",
    "not_accredit": "ineligible",
    "revoke": "accredited",
}


@pytest.mark.parametrize("verb", MATRIX)
def test_a_reviewer_neither_signs_nor_decides(call, amina, chen, noor, verb):
    application = make_submitted(call, amina)
    signed = {"recommended_by": chen, "recommended_at": AFTER, "is_recommended": True}
    signed |= {"signed_by": noor, "signed_at": AFTER, "decided_by": noor, "decided_at": AFTER}
    signed = {k: v for k, v in signed.items() if MATRIX[verb] != "assessed" or not k.startswith("signed")}
    Application.objects.filter(pk=application.pk).update(status=MATRIX[verb], **signed)
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    with clock.frozen(AFTER):
        do(signed_in(reviewer), application, verb, reason="Because.")
        application.refresh_from_db()
        assert application.status == MATRIX[verb]
        assert signed_in(reviewer).get("/admin/accreditation/stakeholderlist/compile/tst26/").status_code == 403


def test_the_review_screen_takes_a_fixed_number_of_statements(desk, call, amina, chen, django_assert_num_queries):
    application = make_submitted(call, amina)
    address = f"{APPLICATION}{application.pk}/change/"
    desk.get(address)
    with django_assert_num_queries(14):
        desk.get(address)
    for number in range(3):
        make_submitted(call, make_person(f"like{number}@example.org"), name=f"Harbour Lights {number}")
        review.note(application, by=chen, text=f"Note {number}.")
        shown = desk.get(address)
        assert (len(shown.context["alike"]), len(shown.context["notes"])) == (number + 1, number + 1)
        with django_assert_num_queries(16):
            desk.get(address)
