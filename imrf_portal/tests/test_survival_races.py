"""Several at once: two workers, two beats, eight clicks. Each effect happens once, on SQLite and on PostgreSQL."""

import os
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accreditation import calendar, circulation, drafting, review, workflow
from accreditation.models import Application, ApplicationVersion, Status
from accreditation.tests.cast import (
    AFTER,
    CLOSES,
    DURING,
    make_call,
    make_circulated,
    make_draft,
    make_eligible,
    make_officer,
    make_person,
    make_submitted,
)
from imrf_portal import clock, mail
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.races import at_once

ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.timeout(15 * ROUNDS)]
CLICKS = 8


def swept_by_two(sweep, moment):
    """Run a sweep in two workers at one instant."""

    def action():
        with clock.frozen(moment):
            return sweep()

    problems = [result for result in at_once(action, action) if isinstance(result, Exception)]
    assert problems == []


def write_letters(count):
    with clock.frozen(DURING):
        OutgoingMail.objects.bulk_create(
            OutgoingMail(key=f"letter {number}", to=f"reader{number}@readers.example", subject=f"Letter {number}")
            for number in range(count)
        )


# T-S36
def test_two_workers_post_each_letter_once():
    write_letters(40)

    swept_by_two(mail.deliver_due, DURING)

    assert sorted(message.to[0] for message in outbox.outbox) == sorted(f"reader{n}@readers.example" for n in range(40))
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(OutgoingMail.State.SENT, 1)}


# T-S35
def test_two_workers_close_a_period_once():
    call, chen, noor = (
        make_call(),
        make_officer("chen@desk.example", "Coordinator"),
        make_officer("noor@desk.example", "Coordinator"),
    )
    applications = [
        make_eligible(call, make_person(f"one{n}@many.example"), by=chen, signed_by=noor, name=f"Body {n}")
        for n in range(6)
    ]
    listed = make_circulated(applications, by=chen)

    swept_by_two(circulation.close_due, listed.closes_at + timedelta(hours=5))

    cleared = Event.objects.filter(verb="application.clear")
    assert sorted(cleared.values_list("subject_id", flat=True)) == sorted(str(one.pk) for one in applications)
    assert set(cleared.values_list("happened_at", flat=True)) == {listed.closes_at}
    assert Event.objects.filter(verb="list.close").count() == 1
    assert set(Application.objects.values_list("status", flat=True)) == {Status.CLEARED}


# T-S36
def test_two_beats_remind_each_draft_once():
    call = make_call()
    for number in range(6):
        make_draft(call, make_person(f"one{number}@many.example"))

    swept_by_two(calendar.remind_drafts, CLOSES - timedelta(hours=5))

    assert OutgoingMail.objects.filter(template="draft_reminder").count() == 6


def test_two_workers_close_an_unanswered_application_once():
    chen = make_officer("chen@desk.example", "Coordinator")
    application = make_submitted(make_call(), make_person("amina@many.example"))
    with clock.frozen(AFTER):
        review.request_information(
            application, by=chen, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=5)
        )

    swept_by_two(calendar.close_unanswered, AFTER + timedelta(days=6))

    assert Event.objects.filter(verb="application.close_unanswered").count() == 1
    assert OutgoingMail.objects.filter(template="application_closed").count() == 1


def press_send(application, applicant):
    """One click on the button that sends, in a browser of its own; the status of the answer."""
    client = PortalClient(raise_request_exception=False)
    client.force_login(applicant)

    def click():
        with clock.frozen(DURING):
            return client.post(
                reverse("application_check", args=[application.reference]), {"declared": "on", "understood": "on"}
            ).status_code

    return click


# T-A31
def test_eight_clicks_at_once_send_one_application():
    call = make_call()
    for number in range(ROUNDS):
        applicant = make_person(f"one{number}@many.example")
        application = make_draft(call, applicant, declared=False)
        answers = at_once(*[press_send(application, applicant) for _click in range(CLICKS)])

        assert set(answers) == {302}
        assert ApplicationVersion.objects.filter(application=application).count() == 1
        assert OutgoingMail.objects.filter(template="application_received", about=application.reference).count() == 1
    references = list(Application.objects.values_list("reference", flat=True))
    assert len(references) == len(set(references)) == ROUNDS


OLD, NEW = "What stood before.", "What was typed while it was sent."


def test_what_is_sent_while_someone_edits_is_never_a_mixture():
    call = make_call()
    for number in range(ROUNDS):
        applicant = make_person(f"one{number}@many.example")
        application = make_draft(call, applicant, scope=OLD, compact=OLD, reason=OLD)

        def edit(application=application, applicant=applicant):
            with clock.frozen(DURING):
                drafting.save_answers(application, dict.fromkeys(["scope", "compact", "reason"], NEW), by=applicant)

        def send(application=application, applicant=applicant):
            with clock.frozen(DURING):
                return workflow.submit(application, by=applicant)

        _edited, version = at_once(edit, send)
        application.refresh_from_db()
        sent = {version.answers[name] for name in ("scope", "compact", "reason")}
        assert len(sent) == 1
        assert application.scope == NEW
        assert (sent == {NEW}) is (version.revision == application.revision)


def test_an_application_withdrawn_while_it_is_sent_is_one_or_the_other():
    call = make_call()
    for number in range(ROUNDS):
        applicant = make_person(f"one{number}@many.example")
        application = make_draft(call, applicant)

        def send(application=application, applicant=applicant):
            with clock.frozen(DURING):
                return workflow.submit(application, by=applicant)

        def take_back(application=application, applicant=applicant):
            with clock.frozen(DURING):
                return workflow.withdraw(application, by=applicant)

        sent, taken_back = at_once(send, take_back)
        application.refresh_from_db()
        versions = application.versions.count()
        assert not isinstance(taken_back, Exception)
        assert application.status == Status.WITHDRAWN
        assert isinstance(sent, Refused) is (versions == 0)


def test_two_who_start_at_once_have_two_references():
    call = make_call()
    for number in range(ROUNDS):
        people = [make_person(f"{who}{number}@many.example") for who in ("first", "second", "third")]

        def begin(person):
            with clock.frozen(DURING):
                return drafting.start(call, by=person)

        started = at_once(*[lambda person=person: begin(person) for person in people])
        assert len({application.reference for application in started}) == 3
