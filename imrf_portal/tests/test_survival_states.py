"""A status changed around the verbs is noticed; a deadline falls though no worker is awake."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accreditation import calendar, circulation, workflow
from accreditation.models import Application, Status
from accreditation.tests.cast import DURING, make_circulated, make_draft, make_eligible, make_submitted
from imrf_portal import clock, health
from imrf_portal.audit import Event


def checked():
    said = io.StringIO()
    call_command("check_states", stdout=said)
    return said.getvalue()


@pytest.fixture
def explained(call, amina, boris, eve, chen, noor):
    """Applications whose status came about by verbs: a draft, one withdrawn and restored, one cleared."""
    make_draft(call, amina)
    withdrawn = make_draft(call, eve)
    with clock.frozen(DURING):
        workflow.withdraw(withdrawn, by=eve)
        workflow.restore(withdrawn, by=eve)
    listed = make_circulated([make_eligible(call, boris, by=chen, signed_by=noor)], by=chen)
    with clock.frozen(listed.closes_at):
        circulation.close_due()


def test_what_the_verbs_did_is_explained(explained):
    assert sorted(Application.objects.values_list("status", flat=True)) == [Status.CLEARED, Status.DRAFT, Status.DRAFT]
    assert checked() == "Every status has its event.\n"
    assert calendar.report_states_without_event() == 0


# T-S34
def test_a_status_changed_in_bulk_is_named_recorded_and_logged_once(call, amina, boris, caplog):
    changed = make_submitted(call, amina)
    make_submitted(call, boris)
    Application.objects.filter(pk=changed.pk).update(status=Status.WITHDRAWN)

    with pytest.raises(CommandError, match="1 without an event"):
        checked()
    assert [calendar.report_states_without_event() for _turn in range(2)] == [1, 0]

    event = Event.objects.get(verb="application.status_unexplained")
    assert (event.subject_id, event.before, event.after) == (str(changed.pk), "submitted", "withdrawn")
    assert caplog.messages == [f"No event explains the status “withdrawn” of {changed.reference}"]


# T-S35
def test_a_period_closes_though_no_worker_is_awake_and_is_recorded_later(client, call, amina, chen, noor, dara):
    listed = make_circulated([make_eligible(call, amina, by=chen, signed_by=noor)], by=chen)
    late = listed.closes_at + timedelta(hours=9)
    with clock.frozen(listed.closes_at - timedelta(minutes=1)):
        health.record_beat()
    client.force_login(dara)
    with clock.frozen(late):
        certificate = client.get(reverse("list_certificate", args=[listed.pk]))
        ready = client.get(reverse("readyz"))
    assert certificate.status_code == 200
    assert (ready.status_code, ready.json()["checks"]["beat"]["well"]) == (503, False)

    with clock.frozen(late):
        health.record_beat()
        assert [circulation.close_due() for _turn in range(2)] == [1, 0]
        assert client.get(reverse("readyz")).json()["checks"]["beat"]["well"] is True
    assert Event.objects.get(verb="application.clear").happened_at == listed.closes_at
