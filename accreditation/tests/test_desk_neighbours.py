"""Previous and next in the queue an officer came from, by reading a bounded number of rows."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from accreditation import queue
from imrf_portal import counting

from .cast import make_person, make_submitted


@pytest.fixture
def three(call):
    return [
        make_submitted(call, make_person(f"{name}@many.example"), name=name.title()) for name in ("ada", "ben", "cleo")
    ]


def place(application, officer, query="tab=all&order=name"):
    return queue.QueueFilters.read(QueryDict(query), queue.forums(officer)).place_of(application, officer)


def test_an_application_knows_those_before_and_after_it(three, chen):
    ada, ben, cleo = three

    assert [place(one, chen) for one in three] == [
        {"place": 1, "total": 3, "previous": None, "next": ben.pk},
        {"place": 2, "total": 3, "previous": ada.pk, "next": cleo.pk},
        {"place": 3, "total": 3, "previous": ben.pk, "next": None},
    ]


@pytest.mark.parametrize("order", queue.ORDERS)
def test_the_places_are_those_of_the_rows_in_every_order(three, chen, order):
    filters = queue.QueueFilters.read(QueryDict(f"tab=all&order={order}"), queue.forums(chen))
    rows = list(filters.select(chen).values_list("pk", flat=True))

    assert [filters.place_of(one, chen)["place"] for one in three] == [rows.index(one.pk) + 1 for one in three]


def test_one_that_the_filters_leave_out_has_no_place(three, chen):
    nowhere = {"place": None, "total": 0, "previous": None, "next": three[2].pk}
    assert place(three[0], chen, "tab=all&q=cleo") == nowhere
    assert place(three[2], chen, "tab=all&q=cleo") == {"place": 1, "total": 1, "previous": None, "next": None}


def test_a_place_takes_one_statement(three, chen, django_assert_num_queries):
    filters = queue.QueueFilters.read(QueryDict("tab=all"), queue.forums(chen))

    assert chen.role_names
    with django_assert_num_queries(1):
        filters.place_of(three[1], chen)


def test_far_down_only_the_rows_around_the_page_are_read(three, chen, monkeypatch):
    monkeypatch.setattr(queue, "PER_PAGE", 1)
    monkeypatch.setattr(queue, "AROUND", 0)
    ada, ben, _cleo = three

    assert place(ben, chen, "tab=all&order=name&page=2") == {"place": 2, "total": 3, "previous": None, "next": None}
    assert place(ada, chen, "tab=all&order=name&page=2")["place"] is None


def test_of_a_long_queue_menu_and_place_say_only_that_there_are_many(three, chen, client, monkeypatch):
    monkeypatch.setattr(counting, "MANY", 2)
    client.force_login(chen)
    page = client.get(reverse("admin:accreditation_application_change", args=[three[1].pk])).content.decode()

    assert "2 of 2+</li>" in page
    assert 'Queue <span class="wb-count">2+</span>' in page
