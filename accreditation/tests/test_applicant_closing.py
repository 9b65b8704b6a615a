"""What an applicant meets at a closing date, and after sending: rescue, late requests, withdrawal, answers, papers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import circulation, drafting, review, workflow
from accreditation.models import Application, ApplicationVersion, LateRequest, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.files import PrivateFile
from imrf_portal.forum import Call
from imrf_portal.mail import OutgoingMail
from imrf_portal.parsers import EICAR
from imrf_portal.tests.file_samples import pdf, picture, upload
from imrf_portal.times import at_zone

from .cast import AFTER, ANSWERS, CLOSES, DURING, MOMENT, make_circulated, make_draft, make_eligible, make_submitted
from .test_applicant_journey import DECLARED, at_work, get, post, words

__all__ = ["at_work"]
LATE = CLOSES + timedelta(seconds=40)


# T-A34
def test_a_save_after_the_close_gives_everything_back_and_leaves_a_draft(at_work, call, amina):
    Call.objects.update(late_requests=True)
    application = make_draft(call, amina)
    data = {"scope": ANSWERS["scope"] + " And at sea.", "compact": ANSWERS["compact"]}
    response = post(at_work, LATE, "application_step", application.reference, "scope", data=data)
    assert response.status_code == 409
    page = words(response)
    assert "It closed while you were typing" in page
    assert "Fri 27 Mar 2026, 17:00:40 EDT" in page and "Tue 10 Mar 2026, 08:00:00 EDT" in page
    assert "We advise people at the port." in page and "And at sea." in page
    application.refresh_from_db()
    assert (application.status, application.scope) == (Status.DRAFT, ANSWERS["scope"])
    kept = {"kept_scope": data["scope"], "reason": "The power went out.", "use": "1"}
    assert post(at_work, LATE, "application_late", application.reference, data=kept).status_code == 302
    assert LateRequest.objects.get().kept == {"scope": data["scope"]}
    text = post(at_work, LATE, "application_text", application.reference, data=kept)
    assert "attachment" in text["Content-Disposition"]
    assert data["scope"] in text.content.decode()


def test_without_late_requests_none_can_be_asked_for(at_work, call, amina):
    application = make_draft(call, amina)
    response = post(at_work, LATE, "application_check", application.reference, data=DECLARED)
    assert response.status_code == 409
    assert "Ask for a late submission" not in words(response)
    refused = post(at_work, LATE, "application_late", application.reference, data={"reason": "Please."})
    assert refused.status_code == 403
    assert LateRequest.objects.count() == 0


def test_what_was_typed_too_late_can_be_used_once_it_is_allowed(at_work, call, amina, noor):
    Call.objects.update(late_requests=True)
    application = make_draft(call, amina)
    post(
        at_work, LATE, "application_late", application.reference,
        data={"kept_scope": "Late text.", "reason": "Power.", "use": "1"},
    )  # fmt: skip
    with clock.frozen(AFTER):
        review.decide_late_request(LateRequest.objects.get(), by=noor, granted=True, answer="Accepted.")
    post(at_work, AFTER, "application_late_use", application.reference)
    post(at_work, AFTER, "application_check", application.reference, data=DECLARED)
    application.refresh_from_db()
    assert (application.scope, application.status, application.is_late) == ("Late text.", Status.SUBMITTED, True)


# T-A33
@pytest.mark.parametrize(("tolerance", "accepted"), [(10, True), (0, False)])
def test_an_upload_under_way_at_the_close_is_admitted_within_the_tolerance(at_work, call, amina, tolerance, accepted):
    Call.objects.update(tolerance_minutes=tolerance)
    application = make_draft(call, amina)
    began = CLOSES - timedelta(minutes=2)
    post(
        at_work, began, "application_documents", application.reference, data={"head_letter": upload(pdf())}
    )  # fmt: skip
    newest = application.documents.get(kind="head_letter", replaced_at=None).file
    PrivateFile.objects.filter(pk=newest.pk).update(uploaded_at=CLOSES + timedelta(minutes=4))
    response = post(
        at_work, CLOSES + timedelta(minutes=5), "application_check", application.reference, data=DECLARED
    )  # fmt: skip
    application.refresh_from_db()
    assert response.status_code == (302 if accepted else 409)
    assert application.within_tolerance is accepted
    assert (application.status == Status.SUBMITTED) is accepted


def test_an_upload_that_had_ended_before_the_close_opens_no_tolerance(at_work, call, amina):
    Call.objects.update(tolerance_minutes=10)
    application = make_draft(call, amina)
    post(at_work, DURING, "application_documents", application.reference, data={"head_letter": upload(pdf())})
    response = post(at_work, LATE, "application_check", application.reference, data=DECLARED)
    assert response.status_code == 409


# T-A16
def test_a_file_over_the_limit_is_refused_with_the_limit_and_the_rest_is_kept(at_work, call, amina):
    Call.objects.update(file_limit_mb=1)
    application = make_draft(call, amina)
    data = {"legal_status": upload(b"%PDF-1.4" + b"x" * 1_100_000), "head_letter": upload(pdf(3))}
    response = post(at_work, DURING, "application_documents", application.reference, data=data)
    assert response.status_code == 422
    page = words(response)
    assert "This file has 1.1 MB; the limit is 1 MB." in page
    assert 'data-most-bytes="1000000"' in response.content.decode()
    current = workflow.current_documents(application)
    assert (current["head_letter"].file.pages, current["legal_status"].file.pages) == (3, 1)


BAD = {
    "a program": (b"MZ" + b"\0" * 400, "certificate.pdf", "We take PDF, JPG, PNG and DOCX"),
    "a password": (pdf(encryption=__import__("pikepdf").Encryption(user="x", owner="y")), "c.pdf", "password"),
    "nothing": (b"", "certificate.pdf", "empty"),
    "malware": (EICAR, "certificate.pdf", "harmful software"),
}


# T-A17 T-A19 T-A20
@pytest.mark.parametrize(("content", "name", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_at_its_field_and_nothing_is_kept(at_work, call, amina, content, name, sentence):
    application = make_draft(call, amina)
    files = PrivateFile.objects.count()
    response = post(
        at_work, DURING, "application_documents", application.reference, data={"legal_status": upload(content, name)}
    )
    assert response.status_code == 422
    assert sentence in words(response)
    assert 'id="id_legal_status_error"' in response.content.decode()
    assert PrivateFile.objects.count() == files
    assert get(at_work, DURING, "application_documents", application.reference).status_code == 200


# T-A18
def test_a_photo_of_the_certificate_is_taken_and_can_be_looked_at(at_work, call, amina):
    application = make_draft(call, amina)
    photo = upload(picture(size=(2400, 1800)), "photo.jpg")
    post(at_work, DURING, "application_documents", application.reference, data={"legal_status": photo, "upload": "x"})
    document = application.documents.get(kind="legal_status", replaced_at=None)
    response = at_work.get(reverse("application_document", args=[application.reference, document.pk]) + "?view=1")
    assert (response["Content-Type"], response["Content-Disposition"].split(";")[0]) == ("image/jpeg", "inline")
    assert Event.objects.filter(verb="document.read", is_internal=True).count() == 1


def test_a_document_is_removed_after_a_question(at_work, call, amina):
    application = make_draft(call, amina)
    assert get(at_work, DURING, "application_document_remove", application.reference, "head_letter").status_code == 200
    assert "head_letter" in workflow.current_documents(application)
    post(at_work, DURING, "application_document_remove", application.reference, "head_letter")
    assert "head_letter" not in workflow.current_documents(application)


# T-A39
def test_an_edit_that_was_not_sent_again_is_told(at_work, call, amina):
    application = make_submitted(call, amina)
    assert "changes that are not sent" not in words(get(at_work, DURING, "application", application.reference))
    data = {"scope": "", "compact": "", "later": "1"}
    post(at_work, DURING, "application_step", application.reference, "scope", data=data)
    assert "changes that are not sent" in words(get(at_work, DURING, "application", application.reference))
    assert "changes that are not sent" in words(get(at_work, DURING, "my_applications"))
    assert ApplicationVersion.objects.get().answers["scope"] == ANSWERS["scope"]


# T-A40
def test_a_withdrawal_is_asked_about_and_can_be_taken_back_until_the_close(at_work, call, amina):
    application = make_submitted(call, amina)
    assert get(at_work, DURING, "application_withdraw", application.reference).status_code == 200
    post(at_work, DURING, "application_withdraw", application.reference)
    page = words(get(at_work, DURING, "application", application.reference))
    assert "Take the withdrawal back" in page
    post(at_work, DURING, "application_restore", application.reference)
    page = words(get(at_work, DURING, "application", application.reference))
    assert "You withdrew the application" in page and "You took the withdrawal back" in page
    post(at_work, DURING, "application_withdraw", application.reference)
    post(at_work, CLOSES, "application_restore", application.reference)
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN
    assert "write to us" in words(get(at_work, CLOSES, "application", application.reference))


@pytest.fixture
def asked(call, amina, chen):
    application = make_submitted(call, amina)
    with clock.frozen(AFTER):
        review.request_information(
            application,
            by=chen,
            items=[("scope", "Which towns?"), ("head_letter", "Sign it, please.")],
            answer_by=AFTER + timedelta(days=5),
        )
    application.refresh_from_db()
    return application


# T-A42
def test_only_what_was_asked_is_open_and_a_crafted_request_is_refused_and_recorded(at_work, asked):
    page = get(at_work, AFTER, "application_answer", asked.reference).content.decode()
    assert 'name="scope"' in page and 'name="head_letter"' in page
    assert 'name="reason"' not in page and 'name="legal_status"' not in page
    crafted = post(at_work, AFTER, "application_answer", asked.reference, data={"reason": "Else"})
    assert crafted.status_code == 403
    other = post(at_work, AFTER, "application_step", asked.reference, "reason", data={"reason": "Else"})
    assert other.status_code == 403
    asked.refresh_from_db()
    assert asked.reason == ANSWERS["reason"]
    assert Event.objects.filter(verb="application.change_refused").count() == 2


def test_answers_are_saved_one_by_one_and_sent_together(at_work, asked):
    post(at_work, AFTER, "application_answer", asked.reference, data={"scope": "Modeline.", "save": "scope"})
    data = {"scope": "Modeline.", "head_letter": upload(pdf(2), "signed.pdf"), "send": "1"}
    response = post(at_work, AFTER, "application_answer", asked.reference, data=data)
    assert response.url == asked.get_absolute_url(), words(response)
    asked.refresh_from_db()
    assert asked.status == Status.SUBMITTED
    assert asked.versions.first().documents["head_letter"]["name"] == "signed.pdf"
    of_the_answer, first = OutgoingMail.objects.filter(template="application_received").order_by("-pk")
    closes = at_zone(CLOSES, asked.forum.time_zone)
    assert f"You can change it until\n{closes}" in first.body
    assert "You can change it" not in of_the_answer.body


def test_sending_without_a_change_is_refused_and_says_what_to_do(at_work, asked):
    response = post(at_work, AFTER, "application_answer", asked.reference, data={"scope": asked.scope, "send": "1"})
    assert response.status_code == 422
    assert "Nothing that we asked about has changed yet. Change the answer or upload a file" in words(response)
    asked.refresh_from_db()
    assert (asked.status, asked.versions.count()) == (Status.RETURNED, 1)
    response = post(at_work, AFTER, "application_answer", asked.reference, data={"scope": "Modeline.", "send": "1"})
    assert response.url == asked.get_absolute_url()


# T-A41
def test_an_answer_after_its_time_is_rescued_and_can_be_taken_late(at_work, asked, noor):
    too_late = AFTER + timedelta(days=5)
    response = post(at_work, too_late, "application_answer", asked.reference, data={"scope": "Modeline.", "send": "1"})
    assert response.status_code == 409
    assert "Your time to answer has passed" in words(response) and "Modeline." in words(response)
    kept = {"kept_scope": "Modeline.", "reason": "Flood.", "use": "1"}
    post(at_work, too_late, "application_late", asked.reference, data=kept)
    with clock.frozen(too_late):
        review.decide_late_request(LateRequest.objects.get(), by=noor, granted=True, answer="Taken.")
    post(at_work, too_late, "application_late_use", asked.reference)
    post(at_work, too_late, "application_answer", asked.reference, data={"scope": "Modeline.", "send": "1"})
    asked.refresh_from_db()
    assert (asked.status, asked.is_late, asked.scope) == (Status.SUBMITTED, True, "Modeline.")


# T-A43
def test_a_letter_that_came_back_is_told_and_can_be_read(at_work, call, amina):
    application = make_submitted(call, amina)
    assert "did not reach you" not in words(get(at_work, DURING, "application", application.reference))
    OutgoingMail.objects.filter(about=application.reference).update(state=OutgoingMail.State.BOUNCED)
    page = words(get(at_work, DURING, "application", application.reference))
    assert "Our letter did not reach you" in page
    assert "we received the application of Harbour Lights" in page


# T-A44
def test_a_receipt_is_checked_against_the_record(at_work, call, amina, client):
    application = make_submitted(call, amina)
    version = application.versions.get()
    paper = get(at_work, DURING, "application_receipt", application.reference, 1)
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    client.logout()
    code = version.receipt_code
    valid = get(client, DURING, "verify_code", code)
    assert "Valid" in words(valid) and version.sha256 in words(valid) and application.reference in words(valid)
    assert "H. L." in words(valid) and "Harbour" not in words(valid)
    assert "Does not match" in words(get(client, DURING, "verify_code", code, day="2026-02-01"))
    assert "Does not match" in words(get(client, DURING, "verify_code", code, f="0000000000000000"))
    assert "Does not match" not in words(get(client, DURING, "verify_code", code, f=version.sha256[:16]))
    assert get(client, DURING, "verify_code", "R-AAAA-AAAA-A").status_code == 404
    assert get(client, DURING, "verify", code=code.lower()).url == reverse("verify_code", args=[code])


# T-A50
def test_a_draft_that_was_not_sent_can_be_read_and_downloaded_and_not_changed(at_work, call, amina):
    application = make_draft(call, amina)
    page = words(get(at_work, AFTER, "application", application.reference))
    assert "Your draft was not sent" in page and "Sunday 26 April 2026" in page
    assert ANSWERS["scope"] in page
    assert ANSWERS["scope"] in get(at_work, AFTER, "application_text", application.reference).content.decode()
    assert get(at_work, AFTER, "application_step", application.reference, "scope").status_code == 302


# T-A27
def test_a_viewer_reads_and_cannot_save(client, call, amina, boris):
    from accreditation.models import Membership

    application = make_draft(call, amina)
    Membership.objects.create(organization=application.organization, user=boris, role=Membership.Role.VIEWER)
    client.force_login(boris)
    assert get(client, DURING, "application", application.reference).status_code == 200
    data = {"scope": "Changed", "compact": "Changed"}
    response = post(client, DURING, "application_step", application.reference, "scope", data=data)
    assert response.status_code == 403
    assert Application.objects.get().scope == ANSWERS["scope"]


def test_an_autosave_after_the_close_leaves_the_text_on_the_page(at_work, call, amina):
    application = make_draft(call, amina)
    with clock.frozen(CLOSES + MOMENT):
        response = at_work.post(
            reverse("application_step", args=[application.reference, "scope"]),
            {"scope": "More.", "compact": ANSWERS["compact"]},
            headers={"HX-Request": "true"},
        )
    assert response.status_code == 200
    assert "closed on" in words(response) and "Your text is still on this page" in words(response)
    with clock.frozen(DURING):
        assert drafting.save_answers(application, {}, by=amina).scope == ANSWERS["scope"]


def test_the_letter_of_an_accreditation_leads_to_the_registration(call, amina, chen, noor):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    listed = make_circulated([application], by=chen)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
        review.accredit(application, by=noor)
    letter = OutgoingMail.objects.get(template="accredited")
    assert reverse("registration", args=[call.forum.slug]) in letter.body
