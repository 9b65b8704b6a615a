"""A rule that does not hold for one application: two signatures, honoured by completeness, told and shown."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import checklists, drafting, queue_export, review, waivers, workflow
from accreditation.models import Application, Status, Waiver
from imrf_portal import clock, countersigned
from imrf_portal.audit import Event
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail

from .cast import AFTER, DURING, make_draft, make_file
from .test_extensions import page_of, signed_in

REASON = {"rule": "legal_status", "reason": "The register of the country burnt down."}


@pytest.fixture
def without_proof(call, amina):
    application = make_draft(call, amina)
    with clock.frozen(DURING):
        return drafting.detach(application, "legal_status", by=amina)


@pytest.fixture
def at_noon():
    with clock.frozen(DURING):
        yield


def propose(application, by, rule="legal_status"):
    return countersigned.propose("waiver", application, by=by, reason="The register burnt down.", rule=rule)


def test_a_document_that_cannot_be_had_is_waived_by_two_officers(at_noon, without_proof, amina, chen, noor):
    with pytest.raises(workflow.Incomplete):
        workflow.submit(without_proof, by=amina)
    desk = signed_in(chen)
    found = desk.get(reverse("admin:exceptions"), {"kind": "waiver", "reference": without_proof.reference})
    assert "One letter goes out" in desk.post(found["Location"], {**REASON, "step": "preview"}).content.decode()
    desk.post(found["Location"], {**REASON, "step": "do"})
    act = CountersignedAct.objects.get()
    assert (Waiver.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    page = signed_in(noor).get(page_of(act)).content.decode()
    assert "“Proof of legal status” is not asked of this application." in page
    signed_in(noor).post(page_of(act), {"step": "sign"})
    assert OutgoingMail.objects.get(template="rule_waived").recipient == amina
    tasks = signed_in(amina).get(without_proof.get_absolute_url()).content.decode()
    assert "Not asked of you" in tasks
    workflow.submit(without_proof, by=amina)
    sent = Application.objects.select_related("call__forum", "forum", "country", "assigned_to").get()
    assert sent.status == Status.SUBMITTED
    titles, names, words = zip(*queue_export.columns(Application.objects.all()), strict=True)
    row = dict(zip(titles, *queue_export.lines(Application.objects.all(), names, words), strict=True))
    assert row["Rules waived"] == "Proof of legal status"
    review_page = signed_in(noor).get(reverse("admin:accreditation_application_change", args=[sent.pk]))
    assert "The register of the country burnt down." in review_page.content.decode()
    assert "was not given" not in " ".join(str(thing.words) for thing in checklists.left_to_do(sent, chen).things)
    told = Event.objects.get(verb="application.waive")
    assert (told.actor, told.detail["rule"], told.detail["signed_by"]) == (chen, "legal_status", str(noor))
    assert "We do not ask one thing of you" in signed_in(amina).get(sent.get_absolute_url()).content.decode()


def test_only_that_rule_and_only_that_application(at_noon, call, without_proof, amina, boris, chen, noor):
    other = make_draft(call, boris, name="Other Body")
    drafting.detach(other, "legal_status", by=boris)
    countersigned.sign(propose(without_proof, chen), by=noor)
    drafting.detach(without_proof, "head_letter", by=amina)
    assert set(workflow.gaps(without_proof)) == {"head_letter"}
    assert set(workflow.gaps(other)) == {"legal_status"}


def test_two_rules_can_wait_side_by_side_and_one_twice_cannot(at_noon, without_proof, amina, chen, noor):
    drafting.detach(without_proof, "head_letter", by=amina)
    first = propose(without_proof, chen)
    propose(without_proof, chen, "head_letter")
    with pytest.raises(Refused, match="proposed this already"):
        propose(without_proof, noor)
    countersigned.sign(first, by=noor)
    again = propose(without_proof, chen)
    with pytest.raises(Refused, match="waived already"):
        countersigned.sign(again, by=noor)
    with pytest.raises(Refused, match="two signatures"):
        waivers.waive(without_proof, again)


def test_it_is_void_once_the_document_was_given(at_noon, call, without_proof, amina, chen, noor):
    act = propose(without_proof, chen)
    given = make_file(amina)
    drafting.attach(Application.objects.select_related("call__forum").get(), {"legal_status": given}, by=amina)
    assert "Given by the applicant" in signed_in(noor).get(page_of(act)).content.decode()
    with pytest.raises(Refused, match="void"):
        countersigned.sign(act, by=noor)
    assert (CountersignedAct.objects.get().state, Waiver.objects.count()) == ("void", 0)


def test_what_is_not_in_the_table_cannot_be_waived(at_noon, without_proof, chen, noor):
    act = propose(without_proof, chen, "name")
    with pytest.raises(Refused):
        countersigned.sign(act, by=noor)
    answer = signed_in(chen).post(
        reverse("admin:countersigned_propose", args=["waiver", without_proof.pk]), {"rule": "name", "reason": "x"}
    )
    assert answer.status_code == 422


def test_the_record_of_a_waiver_is_signed_twice_and_never_changed(at_noon, without_proof, chen, noor):
    act = propose(without_proof, chen)
    countersigned.sign(act, by=noor)
    for forged in ({"signed_by": chen}, {"rule": "head_letter"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Waiver.objects.update(**forged)
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.create(
            application=without_proof, rule="head_letter", act=act, reason="x", granted_by=chen, signed_by=chen
        )


# T-S17
def test_a_late_request_of_a_draft_waits_where_officers_look_and_is_decided_there(call, amina, noor):
    call.late_requests = True
    call.save()
    draft = make_draft(call, amina)
    with clock.frozen(AFTER):
        late = workflow.ask_for_late_submission(draft, by=amina, reason="The line was down.")
        desk = signed_in(noor)
        assert (
            reverse("admin:accreditation_late_request", args=[late.pk])
            in desk.get(reverse("admin:exceptions")).content.decode()
        )
        decided = desk.post(
            reverse("admin:accreditation_late_request", args=[late.pk]), {"granted": "yes", "answer": "Go on."}
        )
        assert desk.get(decided["Location"]).status_code == 200
        workflow.submit(draft, by=amina)
    draft.refresh_from_db()
    assert (draft.is_late, draft.late_reason) == (True, "Go on.")
    assert review.latest_version_number(draft) == 1
