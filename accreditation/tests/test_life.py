"""The whole life of an application by its verbs, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accreditation import circulation, drafting, objections, review, workflow
from accreditation.models import Accreditation, Application, ApplicationVersion, ListEntry, Objection, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail

from .cast import (
    AFTER,
    CLOSES,
    DURING,
    MOMENT,
    OPENS,
    make_circulated,
    make_draft,
    make_eligible,
    make_submitted,
)


def test_from_draft_to_accreditation(call, amina, chen, noor, dara):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    listed = make_circulated([application], by=chen)
    with clock.frozen(listed.closes_at):
        assert circulation.close_due() == 1
        application.refresh_from_db()
        assert application.status == Status.CLEARED
        accreditation = review.accredit(application, by=noor)
    assert list(Accreditation.objects.in_force()) == [accreditation]
    assert Event.objects.get(verb="application.clear").happened_at == listed.closes_at
    assert OutgoingMail.objects.filter(template="list_circulated", recipient=dara).count() == 1


INSTANTS = {
    "just before it opens": (OPENS - MOMENT, False),
    "the instant it opens": (OPENS, True),
    "the last instant": (CLOSES - MOMENT, True),
    "the instant it closes": (CLOSES, False),
}


@pytest.mark.parametrize(("instant", "accepted"), INSTANTS.values(), ids=INSTANTS)
def test_submit_is_possible_only_while_the_call_is_open(call, amina, instant, accepted):
    application = make_draft(call, amina)
    with clock.frozen(instant):
        if accepted:
            workflow.submit(application, by=amina)
        else:
            with pytest.raises(Closed):
                workflow.submit(application, by=amina)
    application.refresh_from_db()
    assert (application.status == Status.SUBMITTED) is accepted


# T-A31
def test_sent_twice_it_is_one_version_and_one_letter(call, amina):
    application = make_draft(call, amina)
    with clock.frozen(DURING):
        first = workflow.submit(application, by=amina)
        assert workflow.submit(application, by=amina) == first
    assert ApplicationVersion.objects.count() == 1
    assert OutgoingMail.objects.filter(template="application_received").count() == 1


# T-A39
def test_an_edit_after_sending_leaves_the_last_complete_version_counting(call, amina):
    application = make_submitted(call, amina)
    with clock.frozen(DURING):
        drafting.save_answers(application, {"scope": ""}, by=amina)
        with pytest.raises(workflow.Incomplete) as refusal:
            workflow.submit(application, by=amina)
    assert set(refusal.value.gaps) == {"scope"}
    assert application.versions.get().answers["scope"] == "We advise people at the port."


# T-A40
def test_withdraw_can_be_undone_before_the_deadline_and_not_after(call, amina):
    application = make_submitted(call, amina)
    with clock.frozen(DURING):
        workflow.withdraw(application, by=amina)
        application = workflow.restore(application, by=amina)
        assert application.status == Status.SUBMITTED
        workflow.withdraw(application, by=amina)
    with clock.frozen(CLOSES), pytest.raises(Closed):
        workflow.restore(application, by=amina)
    assert Event.objects.filter(verb="application.restore").count() == 1


# T-S07
def test_nobody_signs_the_own_recommendation_not_even_around_the_verb(call, amina, noor):
    application = make_submitted(call, amina)
    with clock.frozen(AFTER):
        review.recommend(application, by=noor)
        with pytest.raises(Refused):
            review.approve(application, by=noor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(signed_by=noor, signed_at=clock.now())


# T-S08
def test_an_edit_voids_the_signatures(call, amina, chen, noor):
    application = make_submitted(call, amina)
    with clock.frozen(DURING + timedelta(days=1)):
        review.recommend(application, by=chen)
        review.approve(application, by=noor)
        drafting.save_answers(application, {"scope": "Something new."}, by=amina)
    application.refresh_from_db()
    assert (application.status, application.signed_by, application.recommended_by) == (Status.SUBMITTED, None, None)


# T-A42
def test_only_what_was_asked_opens_and_the_attempt_is_recorded(call, amina, chen):
    application = make_submitted(call, amina)
    with clock.frozen(AFTER):
        review.request_information(
            application, by=chen, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=5)
        )
        with pytest.raises(Refused):
            drafting.save_answers(application, {"reason": "Else"}, by=amina)
        assert Event.objects.filter(verb="application.change_refused").count() == 1
        drafting.save_answers(application, {"scope": "At the port of Modeline."}, by=amina)
        workflow.answer(application, by=amina)
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert application.versions.first().answers["scope"] == "At the port of Modeline."


def test_a_standing_objection_refers_the_name(call, amina, boris, chen, noor, dara):
    objected = make_eligible(call, amina, by=chen, signed_by=noor)
    clear = make_eligible(call, boris, by=chen, signed_by=noor, name="Other Body")
    listed = make_circulated([objected, clear], by=chen)
    with clock.frozen(listed.closes_at - MOMENT):
        objections.object_to(ListEntry.objects.get(application=objected), by=dara)
    with clock.frozen(listed.closes_at + timedelta(hours=3)):
        assert circulation.close_due() == 2
        assert circulation.close_due() == 0
    objected.refresh_from_db()
    clear.refresh_from_db()
    assert (objected.status, clear.status) == (Status.OBJECTED, Status.CLEARED)


# T-M09
def test_an_objection_at_the_closing_instant_is_late_and_has_no_effect(call, amina, chen, noor, dara):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    listed = make_circulated([application], by=chen)
    with clock.frozen(listed.closes_at):
        objection = objections.object_to(listed.entries.get(), by=dara)
        circulation.close_due()
    application.refresh_from_db()
    assert (objection.status, application.status) == (Objection.State.LATE, Status.CLEARED)


# T-S25
def test_a_frozen_list_is_changed_by_nobody(call, amina, boris, chen, noor):
    first = make_eligible(call, amina, by=chen, signed_by=noor)
    second = make_eligible(call, boris, by=chen, signed_by=noor, name="Other Body")
    with clock.frozen(AFTER):
        listed = circulation.compile_list(call.forum, [first], by=chen)
        circulation.set_entries(listed, [first, second], by=chen)
        circulation.freeze(listed, by=chen)
        with pytest.raises(Refused):
            circulation.set_entries(listed, [first], by=chen)
    for change in (lambda: listed.entries.all().delete(), lambda: listed.entries.update(name="Else")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert circulation.fingerprint(listed) == circulation._locked(listed).sha256
