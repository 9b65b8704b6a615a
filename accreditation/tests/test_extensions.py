"""More time for one application, and with it how an act with two signatures is proposed, signed, declined, void."""

import csv
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation import calendar, drafting, extensions, recusals, workflow
from accreditation.models import Extension, Status
from imrf_portal import clock, countersigned
from imrf_portal.audit import Event
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import signed_in

from .cast import CLOSES, MOMENT, make_draft, make_officer, make_person

BEFORE = CLOSES - timedelta(hours=1)
UNTIL = CLOSES + timedelta(days=2)
TYPED = {"open_until_0": "2026-03-29", "open_until_1": "17:00", "reason": "The flood cut the line."}


@pytest.fixture
def draft(call, amina):
    return make_draft(call, amina)


@pytest.fixture
def act(draft, chen, noor):
    with clock.frozen(BEFORE):
        return propose(draft, chen)


def propose(application, by, until=UNTIL):
    zone = application.forum.time_zone
    return countersigned.propose("extension", application, by=by, reason="A flood.", open_until=until, zone=zone)


def page_of(act):
    return reverse("admin:countersigned_act", args=[act.pk])


# T-S16
def test_one_application_stays_open_after_two_officers_agreed_and_then_closes_by_itself(call, draft, boris, chen, noor):
    other = make_draft(call, boris, name="Other Body")
    with clock.frozen(BEFORE):
        desk = signed_in(chen)
        found = desk.get(reverse("admin:exceptions"), {"kind": "extension", "reference": draft.reference.lower()})
        preview = desk.post(found["Location"], {**TYPED, "step": "preview"})
        assert "you have more time" in preview.content.decode()
        assert CountersignedAct.objects.count() == OutgoingMail.objects.count() == 0
        desk.post(found["Location"], {**TYPED, "step": "do"})
        act = CountersignedAct.objects.get()
        assert not Extension.objects.exists()
        second = signed_in(noor)
        assert second.get(reverse("admin:countersigned")).context["rows"][0]["act"] == act
        assert (
            "Only this application stays open until Sunday 29 March 2026, 17:00"
            in second.get(page_of(act)).content.decode()
        )
        second.post(page_of(act), {"step": "sign"})
    extension = Extension.objects.get()
    assert (extension.application, extension.open_until, extension.signed_by) == (draft, UNTIL, noor)
    assert OutgoingMail.objects.get(template="application_extended").recipient == draft.applicant
    with clock.frozen(UNTIL - MOMENT):
        mine = signed_in(draft.applicant).get(reverse("my_applications")).content.decode()
        assert "You have more time; send it before" in mine
        assert drafting.editable_targets(draft, by=draft.applicant)
        with pytest.raises(Closed):
            workflow.submit(other, by=boris)
        workflow.submit(draft, by=draft.applicant)
    draft.refresh_from_db()
    assert (draft.status, draft.is_late, draft.late_reason) == (Status.SUBMITTED, True, "The flood cut the line.")
    with clock.frozen(UNTIL):
        assert drafting.editable_targets(draft, by=draft.applicant) == set()
    told = Event.objects.get(verb="application.extend")
    assert (told.actor, told.reason, told.detail["signed_by"]) == (chen, "The flood cut the line.", str(noor))


# T-S16
def test_a_draft_with_more_time_is_not_erased_under_it(call, draft, chen, noor):
    until = call.drafts_end_at() + timedelta(days=3)
    with clock.frozen(BEFORE):
        countersigned.sign(propose(draft, chen, until), by=noor)
    with clock.frozen(until - MOMENT):
        assert calendar.erase_old_drafts() == 0
    with clock.frozen(until):
        assert calendar.erase_old_drafts() == 1


# T-S16
def test_who_has_more_time_is_reminded_by_it_and_not_by_the_close(act, draft, noor):
    with clock.frozen(BEFORE):
        countersigned.sign(act, by=noor)
        assert (calendar.remind_drafts(), calendar.remind_drafts()) == (1, 0)
    with clock.frozen(UNTIL - timedelta(hours=6)):
        assert (calendar.remind_drafts(), calendar.remind_drafts()) == (1, 0)
    for letter in OutgoingMail.objects.filter(template="draft_reminder"):
        assert "Sunday 29 March 2026, 17:00" in letter.body


# T-S17
def test_what_came_late_is_marked_in_the_export_and_counted_apart(act, draft, noor, client):
    with clock.frozen(BEFORE):
        countersigned.sign(act, by=noor)
    with clock.frozen(CLOSES + MOMENT):
        workflow.submit(draft, by=draft.applicant)
        answer = signed_in(noor).get(reverse("admin:accreditation_application_export", args=["csv"]))
    titles, line = csv.reader(answer.getvalue().decode("utf-8-sig").splitlines())
    assert dict(zip(titles, line, strict=True))["Late submission accepted"] == "yes"
    assert Event.objects.get(verb="queue.export").detail["late"] == 1


# T-S07
def test_the_proposer_can_never_be_the_second(act, draft, chen):
    chen.is_superuser = True
    chen.save()
    with clock.frozen(BEFORE):
        desk = signed_in(chen)
        page = desk.get(page_of(act)).content.decode()
        assert "You proposed this. Another officer must sign." in page
        assert 'value="sign"' not in page
        refused = desk.post(page_of(act), {"step": "sign"}, follow=True)
        assert "You proposed this yourself. Another officer must sign." in refused.content.decode()
        with pytest.raises(Refused):
            countersigned.sign(act, by=chen)
        with pytest.raises(Refused, match="two signatures"):
            extensions.extend(draft, act)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountersignedAct.objects.update(state="signed", signed_by=chen, signed_at=BEFORE)
    assert not Extension.objects.exists()


def test_what_was_proposed_and_what_was_settled_stays(act, noor):
    for change in ({"parameters": {"open_until": "2030-01-01T00:00:00Z"}}, {"reason": "Else"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CountersignedAct.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountersignedAct.objects.update(state="signed", signed_by=noor)
    with clock.frozen(BEFORE):
        countersigned.sign(act, by=noor)
    for rows in (CountersignedAct.objects, Extension.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CountersignedAct.objects.update(state="waiting", signed_by=None, signed_at=None)


def test_it_is_done_once(act, noor):
    with clock.frozen(BEFORE):
        countersigned.sign(act, by=noor)
        again = signed_in(noor).post(page_of(act), {"step": "sign"}, follow=True)
    assert "This is settled: Signed and done." in again.content.decode()
    assert (Extension.objects.count(), OutgoingMail.objects.filter(template="application_extended").count()) == (1, 1)


def test_it_is_void_when_the_date_it_rests_on_has_moved_and_the_difference_is_shown(act, draft, noor, call):
    call.closes_at = CLOSES + timedelta(hours=4)
    call.save()
    with clock.frozen(BEFORE):
        page = signed_in(noor).get(page_of(act)).content.decode()
        assert "Friday 27 March 2026, 17:00" in page
        assert "Friday 27 March 2026, 21:00" in page
        assert 'value="sign"' not in page
        refused = signed_in(noor).post(page_of(act), {"step": "sign"}, follow=True)
    assert "so it is void" in refused.content.decode()
    assert (CountersignedAct.objects.get().state, Extension.objects.count()) == ("void", 0)


def test_it_expires_by_the_clock_and_can_then_be_proposed_again(act, draft, chen, noor):
    with clock.frozen(BEFORE), pytest.raises(Refused, match="proposed this already"):
        propose(draft, noor)
    with clock.frozen(act.expires_at):
        assert CountersignedAct.objects.signable_by(noor).count() == 0
        with pytest.raises(Refused, match="Expired"):
            countersigned.sign(act, by=noor)
        propose(draft, chen, act.expires_at + timedelta(days=1))
    assert sorted(CountersignedAct.objects.values_list("state", flat=True)) == ["expired", "waiting"]


def test_declining_asks_for_a_reason_and_the_proposer_reads_it(act, chen, noor):
    with clock.frozen(BEFORE):
        desk = signed_in(noor)
        assert desk.post(page_of(act), {"step": "decline", "reason": " "}).status_code == 422
        desk.post(page_of(act), {"step": "decline", "reason": "Not without a letter."})
        assert "Not without a letter." in signed_in(chen).get(page_of(act)).content.decode()
    assert CountersignedAct.objects.get().state == "declined"


def test_the_proposer_can_take_it_back_and_nobody_else(act, chen, noor):
    with clock.frozen(BEFORE):
        refused = signed_in(noor).post(page_of(act), {"step": "withdraw"}, follow=True)
        assert "Decline it instead" in refused.content.decode()
        signed_in(chen).post(page_of(act), {"step": "withdraw"})
    assert CountersignedAct.objects.get().state == "withdrawn"


def test_a_role_without_the_capability_neither_proposes_nor_signs(act, draft):
    desk_officer = make_officer("desk@secretariat.example", "Registration desk")
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    with clock.frozen(BEFORE):
        address = reverse("admin:countersigned_propose", args=["extension", draft.pk])
        assert signed_in(desk_officer).get(address).status_code == 403
        for officer in (desk_officer, reviewer):
            signed_in(officer).post(page_of(act), {"step": "sign"})
    assert CountersignedAct.objects.get().state == "waiting"


def test_nobody_proposes_where_nobody_else_could_sign(draft):
    only = make_officer("only@secretariat.example", "Coordinator")
    with clock.frozen(BEFORE), pytest.raises(Refused, match="No other officer"):
        propose(draft, only)


def test_bad_input_at_the_proposal(draft, chen, noor):
    with clock.frozen(BEFORE):
        desk = signed_in(chen)
        address = reverse("admin:countersigned_propose", args=["extension", draft.pk])
        for wrong, words in (
            ({"open_until_0": "2026-03-27", "open_until_1": "16:59"}, "Give an instant after that"),
            ({"open_until_0": "2026-11-01", "open_until_1": "01:30"}, "this time comes twice"),
            ({"open_until_0": "2027-03-14", "open_until_1": "02:30"}, "this time does not exist"),
            ({"reason": ""}, "This field is required."),
        ):
            answer = desk.post(address, {**TYPED, **wrong, "step": "preview"}).content.decode()
            assert words in answer
        unknown = desk.get(reverse("admin:exceptions"), {"kind": "extension", "reference": "TST26-9999-X"})
        assert "No application with this reference" in unknown.content.decode()
        assert desk.get(reverse("admin:countersigned_propose", args=["nothing", draft.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_of_signatures_reads_the_same_at_any_length(call, chen, noor, rows):
    with clock.frozen(BEFORE):
        for number in range(rows):
            propose(make_draft(call, make_person(f"p{number}@example.org"), name=f"Body {number}"), chen)
        desk = signed_in(noor)
        desk.get(reverse("admin:countersigned"))
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("admin:countersigned"))
    assert len(queries) == 6


def test_what_its_subject_can_have_no_longer_is_still_taken_back_or_declined(call, act, draft, boris, chen, noor):
    other = make_draft(call, boris, name="Other Body")
    with clock.frozen(BEFORE):
        second = propose(other, chen)
        for application in (draft, other):
            workflow.withdraw(application, by=application.applicant)
        page = signed_in(noor).get(page_of(act)).content.decode()
        assert "Nobody can sign it" in page and 'value="sign"' not in page
        signed_in(noor).post(page_of(act), {"step": "sign"})
        assert CountersignedAct.objects.signable_by(noor).count() == 0
        signed_in(chen).post(page_of(act), {"step": "withdraw"})
        signed_in(noor).post(page_of(second), {"step": "decline", "reason": "It was withdrawn."})
    assert list(CountersignedAct.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "declined"]


def test_who_recuses_herself_takes_back_what_she_proposed(act, draft, chen, noor):
    with clock.frozen(BEFORE):
        recusals.declare(draft, by=chen, has_conflict=True, reason="My brother works there.")
        with pytest.raises(Refused, match="settled"):
            countersigned.sign(act, by=noor)
    assert CountersignedAct.objects.get().state == "withdrawn"
