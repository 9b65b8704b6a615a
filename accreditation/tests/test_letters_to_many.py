"""A letter to many: composed to a view, read as each reader gets it, frozen, restated, and sent once by a run."""

from datetime import timedelta

import pytest

from accreditation import bulk, workflow
from accreditation.models import Application, BulkRun, LetterText
from imrf_portal import clock, mail
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient, signed_in

from .cast import AFTER, make_officer, make_person, make_submitted

WORDS = {
    "words": "1",
    "step": "words",
    "subject": "{reference}: our office is closed on Friday",
    "body": "Dear {head_name},\n\nWe read the application of {name} on Monday.",
    "language": "en",
    "when": "held",
}


@pytest.fixture
def five(call):
    people = [make_person(f"p{n}@readers.example") for n in range(5)]
    return [make_submitted(call, person, name=f"Specimen {n}") for n, person in enumerate(people)]


def start(client, **chosen):
    chosen = chosen or {"scope": "all", "filters": "tab=all&status=submitted"}
    client.post("/admin/runs/start/", {"verb": "write_letter", **chosen})
    return BulkRun.objects.latest("pk")


def post(client, run, **fields):
    return client.post(f"/admin/runs/{run.pk}/", fields, follow=True)


def letters():
    return OutgoingMail.objects.filter(template="letter_to_many").order_by("pk")


def states(run):
    return list(run.items.order_by("pk").values_list("state", flat=True))


# T-S12
def test_those_who_withdraw_before_sending_are_named_and_taken_off_and_the_rest_get_it_once(desk, five):
    run = start(desk)
    page = post(desk, run, **WORDS)
    assert "Write a letter: 5 of 5" in page.content.decode()
    assert not letters().exists()
    for application in five[:3]:
        workflow.withdraw(application, by=application.applicant)
    late = make_submitted(five[0].call, make_person("late@readers.example"), name="Came later")

    page = desk.get(f"/admin/runs/{run.pk}/")
    words = page.content.decode()
    assert (
        "Write a letter: 2 of 5" in words
        and "3 have changed" in words
        and "You chose 5; 2 of them are still as you chose them." in words
    )
    assert [item.application for item in page.context["changed"]] == five[:3]
    assert "Submitted → Withdrawn" in words
    refused = post(desk, run, step="confirm").content.decode()
    assert "3 of those you chose have changed since. Take them off, or keep them." in refused
    assert not letters().exists()

    post(desk, run, step="drop", item=[item.pk for item in page.context["changed"]])
    page = desk.get(f"/admin/runs/{run.pk}/")
    assert "Write a letter: 2 of 5" in page.content.decode() and page.context["changed"] == []
    post(desk, run, step="confirm")
    post(desk, run, step="confirm")
    assert states(run) == ["dropped"] * 3 + ["done"] * 2
    assert [(row.to, row.state, row.about) for row in letters()] == [
        (application.applicant.email, "held", application.reference) for application in five[3:]
    ]
    assert letters()[0].subject == f"{five[3].reference}: our office is closed on Friday"
    assert "We read the application of Specimen 3 on Monday." in letters()[0].body
    assert not letters().filter(about=late.reference).exists()
    assert Event.objects.filter(verb="application.write").count() == 2
    assert mail.deliver_due() and set(letters().values_list("state", flat=True)) == {"held"}
    outbox = desk.get(f"/admin/imrf_portal/outgoingmail/?tab=all&key=letter_run:{run.pk}")
    assert len(outbox.context["rows"]) == 2


# T-S12
def test_one_who_withdraws_while_the_run_is_under_way_gets_no_letter(desk, five, chen):
    run = start(desk)
    post(desk, run, **WORDS)
    BulkRun.objects.filter(pk=run.pk).update(state=BulkRun.State.RUNNING, confirmed_at=AFTER)
    run.refresh_from_db()
    bulk.carry_on(run, at_most=2)
    workflow.withdraw(five[4], by=five[4].applicant)
    with clock.frozen(AFTER + timedelta(minutes=5)):
        assert bulk.carry_on_left_behind() == 1
        assert bulk.carry_on_left_behind() == 0
    assert states(run) == ["done"] * 4 + ["refused"]
    assert "it is “Withdrawn” now" in run.items.last().message
    assert letters().count() == 4


def test_one_that_changed_can_be_kept_after_another_look(desk, five):
    run = start(desk, pick=[five[0].pk])
    post(desk, run, **WORDS)
    workflow.withdraw(five[0], by=five[0].applicant)
    post(desk, run, step="keep", item=[run.items.get().pk])
    post(desk, run, step="confirm")
    assert letters().get().to == five[0].applicant.email


# T-S11
def test_a_text_that_would_go_wrong_is_refused_and_gaps_are_listed_before_sending(desk, five):
    run = start(desk)
    page = post(desk, run, **WORDS | {"body": "Dear {nobody}", "subject": "Open { brace", "when": "at"})
    words = page.content.decode()
    assert page.status_code == 422
    assert "{nobody} is not known in this letter. You can use:" in words and "A brace is left open." in words
    assert "Choose the hour at which the letters go." in words and "Dear {nobody}" in words

    Application.objects.filter(pk=five[1].pk).update(head_name=" ")
    page = post(desk, run, **WORDS)
    assert [(item.application, names) for item, names in page.context["gaps"]] == [(five[1], ["head_name"])]
    assert "1 letter has a gap" in page.content.decode()
    post(desk, run, step="drop", item=[page.context["gaps"][0][0].pk])
    page = post(desk, run, **WORDS | {"subject": "Another subject"})
    assert page.context["gaps"] == [] and states(run).count("dropped") == 1


def test_the_letter_is_read_as_any_reader_gets_it_and_sent_to_oneself(desk, five, chen):
    run = start(desk)
    assert "Say first what the verb needs." in post(desk, run, step="test").content.decode()
    post(desk, run, **WORDS)
    first = desk.get(f"/admin/runs/{run.pk}/").context["sample"]
    second = desk.get(f"/admin/runs/{run.pk}/?show={first['next']}")
    assert "We read the application of Specimen 1 on Monday." in second.content.decode()
    assert (second.context["sample"]["place"], second.context["sample"]["previous"]) == (2, first["item"].pk)
    assert desk.get(f"/admin/runs/{run.pk}/?show=999999").context["sample"]["place"] == 1
    post(desk, run, step="test", item=[first["next"]])
    test = letters().get()
    assert (test.to, test.subject.startswith(f"[Test] {five[1].reference}")) == (chen.email, True)


def test_letters_can_wait_for_an_hour(desk, five, mailoutbox):
    run = start(desk)
    passed = post(desk, run, **WORDS | {"when": "at", "due_at_0": "2026-03-30", "due_at_1": "09:00"})
    assert "This hour has passed." in passed.content.decode()
    post(desk, run, **WORDS | {"when": "at", "due_at_0": "2026-04-01", "due_at_1": "09:00"})
    assert 'value="1 April 2026"' in desk.get(f"/admin/runs/{run.pk}/").content.decode()
    post(desk, run, step="confirm")
    assert {row.due_at.isoformat() for row in letters()} == {"2026-04-01T13:00:00+00:00"}

    due_at = letters().first().due_at
    assert [row.template for row in letters_told(five[0], due_at - timedelta(seconds=1))].count("letter_to_many") == 0
    assert [row.template for row in letters_told(five[0], due_at)].count("letter_to_many") == 1
    letters().update(attempts=1, due_at=due_at + timedelta(minutes=1))
    assert [row.template for row in letters_told(five[0], due_at)].count("letter_to_many") == 1


def letters_told(application, moment):
    """What the applicant reads at a moment on the page of the application."""
    applicant = PortalClient()
    applicant.force_login(application.applicant)
    with clock.frozen(moment):
        return applicant.get(f"/applications/{application.reference}/").context["letters"]


def test_nobody_else_changes_the_run_and_a_crafted_address_opens_no_letter_to_one(desk, five):
    run = start(desk)
    post(desk, run, **WORDS)
    other = signed_in(make_officer("other@secretariat.example", "Reviewer"))
    refused = post(other, run, step="drop", item=[run.items.first().pk])
    assert "Only the officer who prepared this run" in refused.content.decode()
    assert "dropped" not in states(run)
    address = f"/admin/accreditation/application/{five[0].pk}/do/write_letter/"
    assert desk.post(address, {"step": "do", **WORDS}).status_code == 404
    desk_officer = signed_in(make_officer("desk@secretariat.example", "Registration desk"))
    before = BulkRun.objects.count()
    desk_officer.post("/admin/runs/start/", {"verb": "write_letter", "pick": [five[0].pk]})
    assert BulkRun.objects.count() == before


# T-S11
def test_a_wording_of_the_forum_is_read_as_any_reader_gets_it(desk, five, call):
    wordings = [
        LetterText.objects.create(
            forum=call.forum, letter="accredited", language=language, subject=subject, body="{name}"
        )
        for language, subject in (("en", "Welcome {reference}"), ("fr", "Bienvenue {reference}"))
    ]
    officer = make_officer("configures@secretariat.example", "Administrator")
    client = signed_in(officer)
    address = f"/admin/accreditation/lettertext/{wordings[0].pk}/"
    reader = client.get(f"{address}change/?as={five[1].reference.lower()}")
    assert f"Welcome {five[1].reference}" in reader.content.decode()
    around = reader.context["reader"]
    assert (around["previous"], around["next"]) == (five[0].reference, five[2].reference)
    assert f"/{wordings[1].pk}/change/?as={five[1].reference}#example" in reader.content.decode()
    assert "No application of this Forum has this reference" in client.get(f"{address}change/?as=x").content.decode()
    client.post(f"{address}test/", {"as": five[1].reference})
    assert OutgoingMail.objects.get(to=officer.email).subject == f"[Test] Welcome {five[1].reference}"
