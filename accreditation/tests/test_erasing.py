"""What is private goes on the dates of its Forum; a hold keeps one record, and the report says so."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import bulk, calendar
from accreditation.models import Application, ApplicationVersion
from accreditation.tests.cast import AFTER, make_draft, make_officer, make_submitted
from imrf_portal import clock, erasure, retention
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.files import PrivateFile
from imrf_portal.mail import OutgoingMail
from imrf_portal.retention import Hold, RetentionDate, RetentionReport

pytestmark = pytest.mark.django_db
KEPT_UNTIL = date(2026, 12, 31)
LAST_MOMENT = datetime(2026, 12, 31, 23, 59, tzinfo=ZoneInfo("America/New_York"))
NEXT_DAY = LAST_MOMENT + timedelta(minutes=1)


@pytest.fixture
def dates(call, client):
    """Both dates of the Forum, set by an administrator in the admin."""
    administrator = make_officer("ada@secretariat.example", "Administrator")
    client.force_login(administrator)
    for kind in ("documents", "contacts"):
        with clock.frozen(AFTER):
            answer = client.post(
                reverse("admin:imrf_portal_retentiondate_add"),
                {"forum": call.forum_id, "kind": kind, "due_on": f"{KEPT_UNTIL:%Y-%m-%d}"},
            )
        assert answer.status_code == 302
    return administrator


def lines(report):
    return {item.subject_name: (item.outcome, item.why) for item in report.items.all()}


# T-S40
def test_a_hold_keeps_one_record_alone_and_the_report_says_so(client, call, dates, amina, boris, chen):
    first, second = make_submitted(call, amina), make_submitted(call, boris, name="Other")
    client.force_login(chen)
    hold = reverse("admin:accreditation_application_hold", args=[first.pk])
    assert client.post(hold, {"reason": " ", "step": "do"}).status_code == 422
    assert client.post(hold, {"reason": "A complaint is pending.", "step": "do"}).status_code == 302
    assert Event.objects.about(first).get(verb="retention.hold").is_internal
    with clock.frozen(LAST_MOMENT):
        assert retention.erase_due() == []
    assert PrivateFile.objects.kept().count() == 4

    with clock.frozen(NEXT_DAY):
        reports = retention.erase_due()
        assert retention.erase_due() == []

    assert [lines(report) for report in reports] == [
        {first.reference: ("held", "A complaint is pending."), second.reference: ("erased", "")}
    ] * 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.contact_email, second.contact_email) == ("amina@harbour-lights.example", "")
    assert (second.name, second.country_id) == ("Other", "KE")
    assert second.versions.get().answers["head_name"] == ""
    assert first.versions.get().answers["head_name"] == "Head One"
    assert {document.file.erased_at is None for document in first.documents.all()} == {True}
    assert {document.file.erased_at is None for document in second.documents.all()} == {False}
    page = client.get(reverse("admin:imrf_portal_retentionreport_change", args=[reports[0].pk])).content.decode()
    assert "A complaint is pending." in page
    assert second.reference in page
    assert client.get(reverse("admin:accreditation_application_change", args=[second.pk])).status_code == 200

    assert client.post(hold, {"reason": "Settled.", "step": "do"}).status_code == 302
    with clock.frozen(NEXT_DAY + timedelta(days=1)):
        later = retention.erase_due()
    assert [lines(report) for report in later] == [{first.reference: ("erased", "")}] * 2
    assert RetentionReport.objects.count() == 4
    assert Hold.objects.get().lifted_reason == "Settled."


# T-S40
def test_the_letters_go_with_the_people_they_name(call, dates, amina, boris, chen):
    first, second = make_submitted(call, amina, contact_email="kofi@home.example"), make_submitted(call, boris)
    run = bulk.propose("write_letter", Application.objects.all(), by=chen)
    words = {
        "subject": "For {contact_name}",
        "body": "Dear {contact_name}, read {name}.",
        "language": "en",
        "when": "held",
    }
    bulk.work_out(run, words)
    assert run.sample_letter["body"].startswith(f"Dear {first.contact_name}")
    with clock.frozen(AFTER):
        bulk.confirm(run, by=chen)
    retention.place_hold(second, by=chen, reason="Complaint")
    about = OutgoingMail.objects.filter(about=first.reference)
    assert set(about.values_list("to", flat=True)) == {"kofi@home.example", amina.email}

    with clock.frozen(NEXT_DAY):
        retention.erase_due()

    run.refresh_from_db()
    assert run.sample_letter == {}
    assert about.count() == 2
    kept = "".join("".join(map(str, row)) for row in about.values_list("to", "subject", "body", "body_html"))
    assert (first.contact_name in kept, "kofi" in kept, amina.email in kept) == (False, False, False)
    assert about.get(template="letter_to_many").state == "discarded"
    assert OutgoingMail.objects.get(about=second.reference, template="letter_to_many").body.startswith("Dear")


# T-S40
def test_one_record_that_cannot_be_erased_does_not_stop_the_others(call, dates, amina, boris, settings, tmp_path):
    first, second = make_submitted(call, amina), make_submitted(call, boris, name="Other")
    broken = first.versions.get()
    with transaction.atomic():
        first.contact_email = ""
        first.save(update_fields=["contact_email"])
    RetentionDate.objects.filter(kind="documents").delete()
    kind = retention._kinds["contacts"]
    failing = retention.Kind(kind.name, kind.label, kind.due, _fails_for(first, kind.erase), kind.record)
    retention.register(failing)
    try:
        with clock.frozen(NEXT_DAY):
            (report,) = retention.erase_due()
            retention.erase_due()
    finally:
        retention.register(kind)

    assert lines(report) == {first.reference: ("failed", ""), second.reference: ("erased", "")}
    assert RetentionReport.objects.count() == 1
    assert ApplicationVersion.objects.get(pk=broken.pk).erased_at is None


def _fails_for(application, erase):
    def act(row):
        erase(row)
        if row.pk == application.pk:
            raise OSError("the store is away")

    return act


def test_only_who_decides_holds_and_only_who_configures_sets_dates(client, call, amina, chen):
    application = make_submitted(call, amina)
    client.force_login(make_officer("rita@secretariat.example", "Reviewer"))
    assert client.get(reverse("admin:accreditation_application_hold", args=[application.pk])).status_code == 403
    assert client.get(reverse("admin:imrf_portal_retentiondate_add")).status_code == 403
    with pytest.raises(Refused, match="Your role"):
        retention.place_hold(application, by=amina, reason="Mine")
    retention.place_hold(application, by=chen, reason="Dispute")
    with pytest.raises(Refused, match="stands on this record already"):
        retention.place_hold(application, by=chen, reason="Again")


def test_the_guard_lets_only_an_erasure_through_and_only_once(call, amina):
    version = make_submitted(call, amina).versions.get()
    rows = ApplicationVersion.objects.filter(pk=version.pk)
    for change in ({"answers": {}}, {"answers": {}, "erased_at": AFTER, "sha256": "0" * 64}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    assert rows.update(answers={}, erased_at=AFTER) == 1
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        rows.update(answers={"name": "Forged"})


# T-S40 T-A49 T-A50
def test_a_hold_keeps_an_old_draft_and_the_account_behind_a_record_until_it_is_lifted(client, call, amina, boris, chen):
    draft, sent = make_draft(call, amina), make_submitted(call, boris, name="Other")
    retention.place_hold(draft, by=chen, reason="A complaint is pending.")
    retention.place_hold(sent, by=chen, reason="Another one is.")
    with clock.frozen(AFTER):
        due = erasure.ask(boris).due_at
    late = call.drafts_end_at() + timedelta(days=1)
    with clock.frozen(late):
        assert (calendar.erase_old_drafts(), calendar.erase_old_drafts()) == (0, 0)
    with clock.frozen(due + timedelta(days=1)):
        assert (erasure.erase_due_accounts(), erasure.erase_due_accounts()) == (0, 0)
        client.force_login(boris)
        page = client.get(reverse("account_erase")).content.decode()
    draft.refresh_from_db()
    boris.refresh_from_db()
    assert (draft.scope, boris.is_active) == ("We advise people at the port.", True)
    assert "must be kept unchanged for now" in page and "Another one is." not in page
    for subject, reason in ((draft, "A complaint is pending."), (boris, "Another one is.")):
        told = Event.objects.about(subject).get(verb="retention.held")
        assert (told.reason, told.is_internal) == (reason, True)

    retention.lift_hold(draft, by=chen, reason="Settled.")
    retention.lift_hold(sent, by=chen, reason="Settled.")
    with clock.frozen(late):
        assert calendar.erase_old_drafts() == 1
    with clock.frozen(due + timedelta(days=1)):
        assert erasure.erase_due_accounts() == 1


# T-A50
def test_an_erased_draft_leaves_no_name_in_the_letters_that_were_written_about_it(call, amina):
    with clock.frozen(call.closes_at - timedelta(days=1)):
        draft = make_draft(call, amina, name="Quiet Pier Society")
        assert calendar.remind_drafts() == 1
    letter = OutgoingMail.objects.get(about=draft.reference)
    assert "Quiet Pier" in letter.body + letter.subject or draft.reference in letter.body

    with clock.frozen(call.drafts_end_at()):
        assert calendar.erase_old_drafts() == 1

    letter.refresh_from_db()
    assert (letter.subject, letter.body, letter.body_html) == (draft.reference, "", "")


def test_a_retention_date_leaves_time_to_look_and_is_moved_not_typed_over(call, dates, client):
    kept = RetentionDate.objects.get(kind="documents")
    page = reverse("admin:imrf_portal_retentiondate_change", args=[kept.pk])
    assert reverse("admin:move_date", args=[call.forum_id, f"retention-{kept.pk}.due_on"]) in client.get(page).text
    assert client.post(page, {"due_on": "2020-01-01"}).status_code == 403
    kept.delete()
    soon = {"forum": call.forum_id, "kind": "documents", "due_on": "2026-01-01"}
    with clock.frozen(AFTER):
        refused = client.post(reverse("admin:imrf_portal_retentiondate_add"), soon)
    assert "at least 7 days from now" in refused.text
    assert not RetentionDate.objects.filter(kind="documents").exists()
