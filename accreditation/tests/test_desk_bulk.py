"""Bulk runs: worked out, confirmed, interrupted and taken up again; and the export of the queue."""

import csv
import io

import pytest
from django.urls import reverse

from accreditation import bulk, review
from accreditation.models import Application, BulkRun, BulkRunItem, Status
from imrf_portal import clock, health
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import signed_in

from .cast import AFTER, make_many, make_officer, make_person, make_submitted

START = "/admin/runs/start/"


@pytest.fixture
def four(call):
    return [make_submitted(call, make_person(f"p{n}@example.org"), name=f"Specimen {n}") for n in range(4)]


WORDS = {"recommend": {"despite": "Checked on paper."}}
"""What is typed to go with a verb."""


def start(client, verb, applications):
    client.post(START, {"verb": verb, "pick": [application.pk for application in applications]})
    run = BulkRun.objects.latest("pk")
    if verb in WORDS:
        client.post(f"/admin/runs/{run.pk}/", {"step": "words", "words": "1", **WORDS[verb]})
        run.refresh_from_db()
    return run


def statuses():
    return list(Application.objects.order_by("pk").values_list("status", flat=True))


# T-S09
def test_the_dry_run_of_120_names_the_9_that_stay_and_why_and_111_change(desk, call, chen):
    many = make_many(call, 120)
    stay = {many[n].pk for n in range(0, 108, 12)}
    for number, key in enumerate(sorted(stay)):
        Application.objects.filter(pk=key).update(status=("returned", "withdrawn", "closed")[number % 3])
    desk.post(START, {"verb": "recommend", "scope": "all", "filters": "tab=all"})
    run = BulkRun.objects.get()
    unchecked = desk.get(f"/admin/runs/{run.pk}/")
    assert (unchecked.context["will"], unchecked.context["skipped"]) == (0, 120)
    assert "Do it first, or write why you recommend it all the same." in unchecked.content.decode()

    desk.post(f"/admin/runs/{run.pk}/", {"step": "words", "words": "1", "despite": "Checked on paper by the office."})
    page = desk.get(f"/admin/runs/{run.pk}/", {"only": "skipped"})
    assert (page.context["will"], page.context["skipped"], page.context["total"]) == (111, 9, 120)
    assert {item.application_id for item in page.context["page_obj"]} == stay
    for label in ("Returned with questions", "Withdrawn", "Closed"):
        assert page.content.decode().count(f"This cannot be done while the status is “{label}”.") == 3
    assert not Application.objects.filter(status=Status.ASSESSED).exists()

    desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    bulk.carry_on_by_key(run.pk)
    kept = desk.get(f"/admin/runs/{run.pk}/")
    assert (kept.context["done"], kept.context["skipped"], kept.context["run"].state) == (111, 9, "done")
    assert (
        set(Application.objects.filter(status=Status.ASSESSED).values_list("pk", flat=True))
        == {application.pk for application in many} - stay
    )
    assert set(Event.objects.filter(verb="application.recommend").values_list("reason", flat=True)) == {
        "Checked on paper by the office."
    }
    assert f"/admin/runs/{run.pk}/" in desk.get("/admin/runs/").content.decode()


# T-S10
def test_a_run_cut_off_half_way_is_finished_without_doing_anything_twice(desk, four):
    run = start(desk, "recommend", four)
    BulkRun.objects.filter(pk=run.pk).update(state=BulkRun.State.RUNNING, confirmed_at=AFTER)
    run.refresh_from_db()
    bulk.carry_on(run, at_most=2)
    assert statuses().count(Status.ASSESSED) == 2
    desk.post(f"/admin/runs/{run.pk}/", {"step": "continue"})
    bulk.carry_on(run)
    assert statuses() == [Status.ASSESSED] * 4
    assert Event.objects.filter(verb="application.recommend").count() == 4


# T-S10
def test_a_sweep_finishes_a_run_that_was_left_behind(desk, four):
    run = start(desk, "recommend", four)
    BulkRun.objects.filter(pk=run.pk).update(state=BulkRun.State.RUNNING, confirmed_at=AFTER)
    assert bulk.carry_on_left_behind() == 0
    page = f"/admin/runs/{run.pk}/"
    assert "The worker does not answer" in desk.get(page).content.decode()
    health.record_beat()
    assert "The worker is at it" in desk.get(page).content.decode()
    with clock.frozen(AFTER + bulk.PATIENCE):
        health.record_beat()
        assert "Cut off" in desk.get(page).content.decode()
        assert bulk.carry_on_left_behind() == 1
        assert bulk.carry_on_left_behind() == 0
    assert statuses() == [Status.ASSESSED] * 4


# T-S10
def test_letters_of_a_run_go_once(desk, four, chen, noor):
    for application in four:
        review.recommend_against(application, by=chen, reason_code="no_proof", reason_text="None was sent.")
        review.approve(application, by=noor)
    run = start(desk, "not_accredit", four)
    desk.post(f"/admin/runs/{run.pk}/", {"step": "words", "words": "1", "reason": "No proof of legal status."})
    run.refresh_from_db()
    assert run.letter_count == 4
    assert OutgoingMail.objects.filter(template="not_accredited").count() == 0
    desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    assert statuses() == [Status.NOT_ACCREDITED] * 4
    assert OutgoingMail.objects.filter(template="not_accredited").count() == 4


def test_what_changed_after_the_preview_is_refused_and_not_overwritten(desk, four, noor):
    run = start(desk, "recommend", four)
    review.recommend(four[0], by=noor)
    desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    four[0].refresh_from_db()
    assert four[0].recommended_by == noor
    assert run.items.get(state=BulkRunItem.State.REFUSED).application == four[0]


# T-S07
def test_the_recommender_cannot_sign_in_bulk(desk, four, chen, noor):
    chen.groups.set(noor.groups.all())
    for application in four:
        review.recommend(application, by=chen)
    run = start(desk, "approve", four)
    desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    assert statuses() == [Status.ASSESSED] * 4


def test_only_who_prepared_a_run_confirms_it(desk, four, noor):
    run = start(desk, "recommend", four)
    signed_in(noor).post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    run.refresh_from_db()
    assert run.state == BulkRun.State.PREVIEW


@pytest.mark.parametrize("verb", ["approve", "accredit", "revoke", "delete", ""])
def test_a_reviewer_prepares_no_run_beyond_the_role(four, verb):
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    signed_in(reviewer).post(START, {"verb": verb, "pick": [four[0].pk]})
    assert not BulkRun.objects.exists()


def test_all_that_the_filters_show_can_be_chosen(desk, four):
    desk.post(START, {"verb": "assign", "scope": "all", "filters": "tab=unassigned&q=Specimen"})
    assert BulkRun.objects.get().items.count() == 4


# T-S22
def test_the_export_is_safe_recorded_and_says_what_was_late(four, noor):
    Application.objects.filter(pk=four[0].pk).update(name="=SUM(A1)", is_late=True)
    Application.objects.filter(pk=four[1].pk).update(name="جمعية Écoles")
    with clock.frozen(AFTER):
        address = reverse("admin:accreditation_application_export", args=["csv"])
        answer = signed_in(noor).get(address, {"tab": "all", "order": "received"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    names = {row[2] for row in rows[1:]}
    assert {"'=SUM(A1)", "جمعية Écoles"} <= names
    late = rows[0].index("Late submission accepted")
    assert sorted(row[late] for row in rows[1:]) == ["no", "no", "no", "yes"]
    event = Event.objects.get(verb="queue.export")
    assert (event.actor, event.detail["rows"], event.detail["late"]) == (noor, 4, 1)


def test_who_may_not_export_gets_nothing_out(four):
    reviewer = make_officer("reviewer@secretariat.example", "Reviewer")
    answer = signed_in(reviewer).get(reverse("admin:accreditation_application_export", args=["xlsx"]))
    assert answer.status_code == 403
