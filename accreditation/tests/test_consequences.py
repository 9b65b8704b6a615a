"""A new version of a list: stored answers are run again, and what differs waits for a person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accreditation import consequences, recognition, reference_import, review, route_verdicts
from accreditation.models import Accreditation, Consequence, ReferenceList, Status, VerdictReview
from accreditation.reference_files import OtherName, Row
from accreditation.tests.cast import AFTER, DURING, make_person, make_submitted
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.geography import Country
from imrf_portal.mail import OutgoingMail

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:accreditation_consequence_changelist")
APPLICANTS = ("Harbour Lights", "Hill School", "Night Choir", "Sea Watch")
OLD_LIST, NEW_LIST = date(2025, 12, 31), date(2026, 3, 20)


def listed(*names):
    return [Row(name=name, status="special", status_year=2020, country="KE") for name in names]


def keep(rows, as_of):
    return reference_import.keep(rows, kind="ecosoc", title="The ECOSOC list", as_of=as_of, by=None)[0]


def ask(call, name, *, by=None):
    return route_verdicts.answer(
        call.forum, name=name, country=Country.objects.get(pk="KE"), organization_type="ngo", by=by
    )


@pytest.fixture
def recognized(call, chen):
    """Open Door was on the list of December and is recognized."""
    keep(listed("Open Door"), OLD_LIST)
    consequences.carry_on()
    with clock.frozen(DURING):
        asked = recognition.ask_for_recognition(ask(call, "Open Door"), by=make_person("odile@open-door.example"))
        return recognition.recognize(asked, by=chen)


@pytest.fixture
def applications(call, recognized):
    """Four applications; the first began at the route finder."""
    made = [
        make_submitted(call, make_person(f"person{n}@applicants.example"), name=name)
        for n, name in enumerate(APPLICANTS)
    ]
    with clock.frozen(DURING):
        made[0].verdict = ask(call, APPLICANTS[0])
    made[0].save(update_fields=["verdict"])
    return made


@pytest.fixture
def new_list(applications):
    """The list of March names the four and no longer Open Door; the worker has run."""
    with clock.frozen(AFTER):
        kept = keep(listed(*APPLICANTS, "Someone Else"), NEW_LIST)
        consequences.carry_on()
    return kept


def line_about(name):
    return Consequence.objects.get(name=name)


def settle(client, name, settlement, reason="I compared the certificates.", step="do"):
    address = reverse("admin:accreditation_consequence_settle", args=[line_about(name).pk])
    with clock.frozen(AFTER):
        return client.post(address, {"settlement": settlement, "reason": reason, "step": step})


# T-S20
def test_a_new_list_queues_what_it_would_change_and_changes_nothing(client, chen, applications, recognized, new_list):
    lines = Consequence.objects.open()
    assert sorted((line.name, line.before_route, line.after_route) for line in lines) == [
        *((name, "special", "ecosoc") for name in APPLICANTS[:3]),
        ("Open Door", "ecosoc", "special"),
        ("Sea Watch", "special", "ecosoc"),
    ]
    assert [application.status for application in applications] == [Status.SUBMITTED] * 4
    recognized.refresh_from_db()
    assert recognized.is_in_force
    assert not OutgoingMail.objects.filter(template="route_changed").exists()
    line = line_about("Harbour Lights")
    assert line.after.renews == line.before == applications[0].verdict
    assert [version.as_of for version in line.before.lists.all()] == [OLD_LIST]
    assert [version.as_of for version in line.after.lists.all()] == [NEW_LIST]

    client.force_login(chen)
    page = client.get(QUEUE, {"state": "open"}).content.decode()
    assert "5 consequences of new lists" in page
    shown = client.get(reverse("admin:accreditation_consequence_change", args=[line_about("Harbour Lights").pk]))
    answers = shown.content.decode()
    assert line_about("Harbour Lights").before.key in answers
    assert line_about("Harbour Lights").after.key in answers


# T-S20
def test_each_line_is_settled_by_a_person_with_a_reason(client, chen, applications, recognized, new_list):
    client.force_login(chen)
    assert settle(client, "Hill School", "keep", reason=" ").status_code == 422
    preview = settle(client, "Night Choir", "tell", step="preview").content.decode()
    assert "One letter goes out" in preview
    assert Consequence.objects.open().count() == 5

    for name, settlement in [
        ("Harbour Lights", "recognize"), ("Hill School", "keep"), ("Night Choir", "tell"), ("Open Door", "revoke")
    ]:  # fmt: skip
        assert settle(client, name, settlement).status_code == 302

    assert Accreditation.objects.in_force().get().organization == applications[0].organization
    applications[0].refresh_from_db()
    assert applications[0].status == Status.SUBMITTED
    recognized.refresh_from_db()
    assert (recognized.revoked_by, recognized.revoked_reason) == (chen, "I compared the certificates.")
    told = dict(
        OutgoingMail.objects.filter(template__in=["route_changed", "recognition_revoked"]).values_list("to", "body")
    )
    assert sorted(told) == ["odile@open-door.example", "person2@applicants.example"]
    assert line_about("Night Choir").after.key in told["person2@applicants.example"]
    assert [line.name for line in Consequence.objects.open()] == ["Sea Watch"]
    left = line_about("Sea Watch")
    with pytest.raises(IntegrityError, match="settled_by_a_person"), transaction.atomic():
        Consequence.objects.filter(pk=left.pk).update(settlement="keep", settled_at=AFTER)
    left.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        left.save(force_insert=True)
    assert Event.objects.filter(verb="consequence.settle", actor=chen, is_internal=True).count() == 4
    again = client.post(
        reverse("admin:accreditation_consequence_settle", args=[line_about("Hill School").pk]),
        {"settlement": "tell", "reason": "Once more", "step": "do"},
    )
    assert "settled already" in again.content.decode()


# T-S20
def test_many_lines_are_settled_in_one_way_after_a_dry_run(client, chen, applications, recognized, new_list):
    client.force_login(chen)
    lines = list(Consequence.objects.order_by("name"))
    assert len(lines) == 5
    with clock.frozen(AFTER):
        asked = client.post(QUEUE, {"action": "settle_selected", "_selected_action": [line.pk for line in lines]})
        assert [line.pk for line in asked.context["lines"]] != []
        many = {"pick": [line.pk for line in lines], "settlement": "tell", "reason": "The list of March names them."}
        address = reverse("admin:accreditation_consequence_settle_many")

        unsaid = client.post(address, {**many, "reason": " ", "step": "do"})
        assert (unsaid.status_code, Consequence.objects.open().count()) == (422, 5)
        tried = client.post(address, {**many, "step": "preview"})
        assert (tried.context["will"], tried.context["refused"], len(tried.context["letters"])) == (4, 1, 4)
        assert (Consequence.objects.open().count(), OutgoingMail.objects.filter(template="route_changed").count()) == (
            5,
            0,
        )

        consequences.settle(line_about("Hill School"), by=chen, settlement="keep", reason="They asked us to.")
        done = client.post(address, {**many, "step": "do"})
    said = {outcome.line.name: outcome.refusal for outcome in done.context["outcomes"]}
    assert said == {
        "Harbour Lights": "", "Night Choir": "", "Sea Watch": "",
        "Hill School": "This line was settled already: Leave everything as it is.",
        "Open Door": "This line cannot be settled in that way.",
    }  # fmt: skip
    assert OutgoingMail.objects.filter(template="route_changed").count() == 3
    assert [line.name for line in Consequence.objects.open()] == ["Open Door"]
    assert set(Consequence.objects.filter(settlement="tell").values_list("reason", flat=True)) == {many["reason"]}
    nothing = client.post(address, {"pick": []}, follow=True)
    assert "Tick at least one line." in nothing.content.decode()


def test_the_worker_goes_on_where_it_was_cut_off_and_twice_is_once(applications, new_list, monkeypatch):
    monkeypatch.setattr(consequences, "BATCH", 2)
    Consequence.objects.all().delete()
    VerdictReview.objects.filter(reference_list=new_list).update(
        stage="accreditation", last_key=0, read_count=0, finished_at=None
    )
    half = VerdictReview.objects.get(reference_list=new_list)
    stale = VerdictReview.objects.get(pk=half.pk)
    for _batch in range(3):
        consequences._read_batch(half)
        half.refresh_from_db()
    assert (half.stage, half.read_count) == ("application", 3)
    assert consequences._read_batch(stale) == 0

    consequences.carry_on()
    consequences.carry_on()

    half.refresh_from_db()
    assert (half.stage, half.read_count) == ("done", 5)
    assert Consequence.objects.count() == 5


def test_a_newer_list_overtakes_an_open_line_and_says_nothing_new_of_a_settled_one(chen, new_list):
    consequences.settle(line_about("Hill School"), by=chen, settlement="keep", reason="Known.")
    keep(listed("Hill School", "Open Door"), NEW_LIST + timedelta(days=2))
    consequences.carry_on()

    states = {line.name: line.settlement for line in Consequence.objects.all()}
    assert states == {
        "Hill School": "keep",
        **dict.fromkeys(("Harbour Lights", "Night Choir", "Sea Watch", "Open Door"), "overtaken"),
    }


def test_an_older_list_and_one_that_only_adds_strangers_queue_nothing(applications, recognized):
    keep(listed(*APPLICANTS), OLD_LIST - timedelta(days=1))
    keep(listed("Open Door", "Stranger"), NEW_LIST)

    assert consequences.carry_on() == 0
    assert not Consequence.objects.exists()


def test_not_us_stays_not_us_and_a_person_who_went_on_is_told(call, amina, chen):
    keep(listed("Open Door"), OLD_LIST)
    with clock.frozen(DURING):
        disputed = ask(call, "Open Door")
        route_verdicts.dispute(disputed)
        near = ask(call, "Open Dor", by=amina)
        claimed = route_verdicts.claim(near, place=0, by=amina)
    keep(listed("Open Door", "Other"), NEW_LIST)
    consequences.carry_on()
    assert not Consequence.objects.exists()

    keep(listed("Other"), NEW_LIST + timedelta(days=1))
    consequences.carry_on()

    line = Consequence.objects.get()
    assert (line.verdict, line.after_route) == (claimed, "special")
    consequences.settle(line, by=chen, settlement="tell", reason="The branch confirmed it.")
    assert "needs to apply" in OutgoingMail.objects.get(template="route_changed").subject


def test_a_request_that_waits_can_be_declined_with_the_words_of_the_line(call, chen, noor, amina):
    keep([Row(name="Open Door", status="special", country="KE", others=(OtherName("former", "Old Door"),))], OLD_LIST)
    with clock.frozen(DURING):
        asked = recognition.ask_for_recognition(ask(call, "Old Door"), by=amina)
    keep(listed("Other"), NEW_LIST)
    consequences.carry_on()

    with pytest.raises(Refused, match="cannot be settled"):
        consequences.settle(Consequence.objects.get(), by=chen, settlement="revoke", reason="No.")
    consequences.settle(Consequence.objects.get(), by=chen, settlement="decline", reason="The status has ended.")

    asked.refresh_from_db()
    assert (asked.is_granted, asked.answer) == (False, "The status has ended.")


def test_an_organization_that_was_recognized_is_not_accredited_a_second_time(call, chen, noor, new_list):
    line = line_about("Sea Watch")
    consequences.settle(line, by=chen, settlement="recognize", reason="It is on the list.")
    with clock.frozen(AFTER):
        review.recommend(line.application, by=chen)
        review.approve(line.application, by=noor)
        type(line.application).objects.filter(pk=line.application_id).update(status=Status.CLEARED)
        with pytest.raises(Refused, match="holds an accreditation to this Forum already"):
            review.accredit(line.application, by=chen)


def test_the_page_of_differences_names_what_changed(client, chen, new_list):
    keep([*listed("Harbour Lights", "Fresh Start"), Row("Sea Watch", "roster", 2021, "KE")], NEW_LIST + timedelta(1))
    newest = ReferenceList.objects.get(as_of=NEW_LIST + timedelta(1))
    client.force_login(chen)
    address = reverse("admin:accreditation_referencelist_difference", args=[newest.pk])

    page = client.get(address).content.decode()
    removed = client.get(address, {"show": "removed"}).content.decode()
    changed = " ".join(client.get(address, {"show": "changed"}).content.decode().split())

    assert "Fresh Start" in page
    assert "Night Choir" in removed
    assert "Fresh Start" not in removed
    assert '<del dir="auto">special</del> <ins dir="auto">roster</ins>' in changed
    first = ReferenceList.objects.get(as_of=OLD_LIST)
    assert "Open Door" in client.get(address, {"from": first.pk, "show": "removed"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_as_many_questions_for_one_line_as_for_three(client, chen, new_list, rows):
    client.force_login(chen)
    client.get(QUEUE)
    keys = Consequence.objects.values_list("pk", flat=True)[rows:]
    Consequence.objects.filter(pk__in=list(keys)).delete()

    with CaptureQueriesContext(connection) as queries:
        client.get(QUEUE)
    assert len(queries) == 9
