"""The queue and the front page of the desk."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accreditation import queue, reference_import, review, route_verdicts
from accreditation.models import Application
from accreditation.reference_files import Row
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.tests.clients import PortalClient
from imrf_portal.users import User

from .cast import AFTER, make_many, make_officer, make_person, make_submitted

QUEUE = "/admin/accreditation/application/"


@pytest.fixture
def desk(client, chen):
    client.force_login(chen)
    with clock.frozen(AFTER):
        yield client


def names(response):
    return [row["name"] for row in response.context["rows"]]


def make_three(call):
    return [
        make_submitted(call, make_person(f"p{number}@example.org"), name=f"Specimen Body {number}")
        for number in range(3)
    ]


# T-S01
def test_the_queue_shows_work_and_the_default_filter_can_be_taken_off(desk, call, amina, boris):
    waiting = make_submitted(call, amina)
    settled = make_submitted(call, boris, name="Settled Body")
    Application.objects.filter(pk=settled.pk).update(status="withdrawn")
    shown = desk.get(QUEUE)
    assert names(shown) == [waiting.name]
    label, address = shown.context["chips"][0]
    assert (str(label), address) == ("Work to do", "tab=all")
    everything = desk.get(f"{QUEUE}?{address}")
    assert set(names(everything)) == {waiting.name, "Settled Body"}
    rows = {row["name"]: row for row in everything.context["rows"]}
    assert (rows["Settled Body"]["state"], rows["Settled Body"]["waiting"]) == ("ended", "–")
    assert f": {waiting.name}</span></button>" in everything.content.decode()
    assert ": Settled Body</span></button>" not in everything.content.decode()


# T-S01
def test_the_admin_opens_on_work_to_do(desk, call, amina):
    make_submitted(call, amina)
    shown = desk.get("/admin/")
    assert b"Harbour Lights" in shown.content
    figures = {str(figure["label"]): figure["count"] for figure in shown.context["figures"]}
    assert (figures["New"], figures["Mine"]) == (1, 0)


# T-S02
def test_of_two_officers_one_gets_it_and_the_other_sees_by_whom(desk, call, amina, chen, noor):
    application = make_submitted(call, amina)
    take = reverse("admin:accreditation_application_take", args=[application.pk])
    desk.post(take)
    other = PortalClient()
    other.force_login(noor)
    answer = other.post(take, follow=True)
    application.refresh_from_db()
    assert application.assigned_to == chen
    assert "Chen took" in str(next(iter(answer.context["messages"])))
    assert Event.objects.filter(verb="application.assign").count() == 1


def test_filters_of_several_values_stay_in_the_address(desk, call):
    first, second, third = make_three(call)
    Application.objects.filter(pk=second.pk).update(type="youth")
    Application.objects.filter(pk=third.pk).update(type="nhri")
    shown = desk.get(f"{QUEUE}?type=migrant&type=youth&type=nonsense&group=african")
    assert set(names(shown)) == {first.name, second.name}
    assert shown.context["filters"].address() == "tab=work&group=african&type=migrant&type=youth"


@pytest.mark.parametrize(
    "words", ["harbour", "TST26-0001", "amina@harbour", "harbour-lights.example", "Lights Harbour"]
)
def test_search_finds_name_reference_contact_and_address(desk, call, amina, boris, words):
    make_submitted(call, amina)
    make_submitted(call, boris, name="Other Body", homepage="https://other.example", contact_email="b@other.example")
    assert names(desk.get(QUEUE, {"q": words})) == ["Harbour Lights"]


def test_a_recused_filter_value_breaks_nothing(desk, call, amina):
    make_submitted(call, amina)
    assert desk.get(f"{QUEUE}?page=999999&order=x&tab=y&q=%00&status=").status_code == 200


@pytest.mark.parametrize(("asked", "number", "shown"), [("1", 1, 2), ("2", 2, 1), ("7", 2, 1), ("0", 1, 2)])
def test_what_a_search_finds_is_counted_on_each_page(desk, call, monkeypatch, asked, number, shown):
    make_three(call)
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    answer = desk.get(QUEUE, {"q": "body", "tab": "all", "page": asked})
    found = answer.context["page_obj"]
    assert (found.number, found.paginator.count, found.paginator.num_pages) == (number, 3, 2)
    assert len(names(answer)) == shown
    assert desk.get(QUEUE, {"q": "nowhere", "page": asked}).context["page_obj"].paginator.count == 0


@pytest.mark.parametrize("order", queue.ORDERS)
def test_the_table_stands_in_the_order_asked_for(desk, call, chen, order):
    make_three(call)
    filters = queue.QueueFilters(order=order)
    assert names(desk.get(f"{QUEUE}?order={order}")) == list(filters.select(chen).values_list("name", flat=True))


# T-S33
def test_no_application_is_deleted_or_added_in_the_admin(desk, client, call, amina, db):
    application = make_submitted(call, amina)
    client.force_login(User.objects.create_superuser("root@secretariat.example"))
    for address in (f"{QUEUE}{application.pk}/delete/", f"{QUEUE}add/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert Application.objects.filter(pk=application.pk).exists()


def test_the_status_is_never_a_form_field(desk, call, amina):
    application = make_submitted(call, amina)
    address = f"{QUEUE}{application.pk}/change/"
    assert b'name="status"' not in desk.get(address).content
    assert desk.post(address, {"status": "accredited"}).status_code == 405


@pytest.mark.parametrize(("address", "expected"), [(QUEUE, 11), (f"{QUEUE}?q=body&tab=all", 11), ("/admin/", 16)])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    desk, call, chen, django_assert_num_queries, address, expected
):
    make_submitted(call, make_person("one@example.org"), name="Specimen Body")
    desk.get(address)
    with django_assert_num_queries(expected):
        desk.get(address)
    for application in make_three(call):
        review.note(application, by=chen, text="Seen.")
        review.assign(application, by=chen)
    with django_assert_num_queries(expected):
        desk.get(address)


@pytest.mark.parametrize("role", [None, "Registration desk"])
def test_who_may_not_assess_gets_no_buttons_to_assess(client, call, amina, role):
    make_submitted(call, amina)
    client.force_login(make_officer("new@secretariat.example", *([role] if role else [])))
    answer = client.get(QUEUE)
    assert answer.status_code == (200 if role else 403)
    assert b"Assign to me" not in answer.content
    assert client.get("/admin/").status_code == 200


def test_a_late_answer_stands_first_and_is_counted_as_overdue(desk, call, amina, boris, chen):
    make_submitted(call, boris, name="In Time")
    asked = make_submitted(call, amina)
    review.request_information(asked, by=chen, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=2))
    with clock.frozen(AFTER + timedelta(days=3)):
        assert queue.counts(chen)["overdue"] == 1
        assert names(desk.get(QUEUE)) == ["Harbour Lights", "In Time"]


def test_the_front_page_says_how_many_a_day_end_the_review_in_time(desk, call):
    many = make_many(call, 7)
    Application.objects.filter(pk=many[0].pk).update(status="withdrawn")
    assert desk.get("/admin/").context["paces"] == []
    call.review_ends_at = AFTER + timedelta(days=7)  # a Monday again: six working days with today
    call.save(update_fields=["review_ends_at"])

    shown = desk.get("/admin/")

    pace = shown.context["paces"][0]
    assert (pace.total, pace.days, pace.a_day) == (7, 6, 1)
    assert [(part.name, part.count) for part in pace.parts] == [
        ("settled", 1), ("signature", 0), ("applicant", 0), ("to_assess", 6),
    ]  # fmt: skip
    listed = [
        desk.get(f"{QUEUE}?{part.query}").context["page_obj"].paginator.count for part in pace.parts if part.count
    ]
    assert listed == [1, 6]
    with clock.frozen(call.review_ends_at):
        assert desk.get("/admin/").context["paces"] == []


def test_the_queue_is_narrowed_to_a_language_of_the_account_or_of_the_organization(desk, call, amina, boris, eve):
    User.objects.filter(pk=amina.pk).update(language="fr")
    make_submitted(call, amina, name="Bord de mer")
    make_submitted(call, boris, name="Quai", languages="Français, English")
    make_submitted(call, eve, name="Muelle", languages="Spanish")
    shown = desk.get(f"{QUEUE}?language=fr")
    assert set(names(shown)) == {"Bord de mer", "Quai"}
    assert "Language: Français" in [str(label) for label, _address in shown.context["chips"]]
    assert names(desk.get(f"{QUEUE}?language=es")) == ["Muelle"]


def test_a_row_shows_the_nearest_name_on_a_reference_list(desk, call, amina, boris):
    about = {"kind": "ecosoc", "title": "A list", "as_of": date(2026, 1, 31), "by": None}
    reference_import.keep([Row("Harbor Lights")], **about)
    near, far = make_submitted(call, amina), make_submitted(call, boris, name="Unlike Any")
    for application in (near, far):
        asked = {"name": application.name, "country": application.country, "organization_type": "migrant"}
        verdict = route_verdicts.answer(call.forum, **asked)
        Application.objects.filter(pk=application.pk).update(verdict=verdict)
    shown = desk.get(QUEUE)
    matches = {row["name"]: row["match"] for row in shown.context["rows"]}
    assert matches == {"Harbour Lights": ("96", "ECOSOC", "Harbor Lights"), "Unlike Any": None}
