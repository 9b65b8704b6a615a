"""What falls due: reminders, closings, erasures; late, twice, and stamped with the instant they fell due."""

from datetime import timedelta

import pytest

from accreditation import calendar, drafting, review, workflow
from accreditation.models import Application, InformationRequest, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail

from .cast import AFTER, CLOSES, DURING, MOMENT, make_draft, make_submitted


def letters(template):
    return OutgoingMail.objects.filter(template=template)


LEADS = {
    "an instant before seven days": (timedelta(days=7) + MOMENT, 0),
    "seven days": (timedelta(days=7), 1),
    "forty-eight hours": (timedelta(hours=48), 1),
    "six hours": (timedelta(hours=6), 1),
    "the close": (timedelta(0), 0),
}


# T-A50
@pytest.mark.parametrize(("lead", "expected"), LEADS.values(), ids=LEADS)
def test_a_draft_is_reminded_at_its_leads(call, amina, lead, expected):
    make_draft(call, amina)
    with clock.frozen(CLOSES - lead):
        assert calendar.remind_drafts() == expected
        assert calendar.remind_drafts() == 0
    assert letters("draft_reminder").count() == expected


# T-A50
def test_each_lead_writes_once_and_a_late_worker_sends_one_letter_not_three(call, amina):
    make_draft(call, amina)
    with clock.frozen(CLOSES - timedelta(hours=5)):
        assert calendar.remind_drafts() == 1
    with clock.frozen(CLOSES - timedelta(hours=4)):
        assert calendar.remind_drafts() == 0


# T-A39
def test_changes_not_sent_are_reminded_and_a_sent_application_is_not(call, amina, boris):
    changed = make_submitted(call, amina)
    make_submitted(call, boris, name="Other Body")
    with clock.frozen(DURING + timedelta(hours=1)):
        drafting.save_answers(changed, {"scope": ""}, by=amina)
    with clock.frozen(CLOSES - timedelta(hours=48)):
        assert calendar.remind_drafts() == 1
    assert letters("draft_reminder").get().recipient == amina


# T-S14
def test_an_extension_renews_the_reminders(call, amina):
    make_draft(call, amina)
    with clock.frozen(CLOSES - timedelta(hours=1)):
        calendar.remind_drafts()
        call.closes_at = CLOSES + timedelta(hours=48)
        call.save(update_fields=["closes_at"])
        calendar.remind_drafts()
    assert letters("draft_reminder").count() == 2


def ask(application, officer, answer_by):
    with clock.frozen(AFTER):
        return review.request_information(application, by=officer, items=[("scope", "Where?")], answer_by=answer_by)


def test_an_unanswered_question_is_repeated_then_closes_the_application_once(call, amina, chen):
    application = make_submitted(call, amina)
    answer_by = AFTER + timedelta(days=5)
    ask(application, chen, answer_by)
    with clock.frozen(answer_by - timedelta(hours=48)):
        assert (calendar.remind_unanswered(), calendar.remind_unanswered()) == (1, 0)
        assert calendar.close_unanswered() == 0
    with clock.frozen(answer_by + timedelta(hours=9)):
        assert (calendar.close_unanswered(), calendar.close_unanswered()) == (1, 0)
    application.refresh_from_db()
    assert application.status == Status.CLOSED
    assert Event.objects.get(verb="application.close_unanswered").happened_at == answer_by
    assert InformationRequest.objects.get().closed_at == answer_by
    assert letters("application_closed").count() == 1


# T-A41
def test_after_the_answer_date_staff_may_let_the_answer_in_with_a_late_mark(call, amina, chen, noor):
    application = make_submitted(call, amina)
    answer_by = AFTER + timedelta(days=5)
    ask(application, chen, answer_by)
    with clock.frozen(answer_by):
        calendar.close_unanswered()
        late = workflow.ask_for_late_submission(application, by=amina, reason="The line was down.")
        review.decide_late_request(late, by=noor, granted=True, answer="Accepted.")
        drafting.save_answers(application, {"scope": "At the port."}, by=amina)
        workflow.answer(application, by=amina)
    application.refresh_from_db()
    assert (application.status, application.is_late) == (Status.SUBMITTED, True)


# T-A50
def test_an_unsent_draft_is_erased_when_its_days_are_over(call, amina):
    application = make_draft(call, amina)
    ends = call.drafts_end_at()
    with clock.frozen(ends - MOMENT):
        assert calendar.erase_old_drafts() == 0
    with clock.frozen(ends + timedelta(days=1)):
        assert (calendar.erase_old_drafts(), calendar.erase_old_drafts()) == (1, 0)
    application.refresh_from_db()
    assert (application.name, application.scope, application.contact_email) == ("", "", "")
    assert "harbour" not in application.search_words
    assert all(document.file.erased_at for document in application.documents.select_related("file"))
    assert Event.objects.get(verb="application.erase_draft").happened_at == ends


# T-A50
def test_what_was_sent_is_never_erased_with_the_drafts(call, amina):
    make_submitted(call, amina)
    with clock.frozen(call.drafts_end_at() + timedelta(days=400)):
        assert calendar.erase_old_drafts() == 0
    assert Application.objects.get().scope == "We advise people at the port."
