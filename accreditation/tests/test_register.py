"""The public register: names and countries of lists, and counts in which nobody is recognized."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accreditation import circulation, objections, register, review, workflow
from imrf_portal import clock
from imrf_portal.forum import Forum

from .cast import AFTER, make_circulated, make_eligible, make_person
from .mission_browser import body, words
from .test_mission_lists import SECRETS


def page(forum, name="register", at=AFTER + timedelta(days=8), **query):
    with clock.frozen(at):
        return Client().get(reverse(name, args=[forum.slug]), query)


def eligible(call, count, *, by, signed_by, **answers):
    return [
        make_eligible(
            call, make_person(f"one@org{n}.example"), by=by, signed_by=signed_by, **{"name": f"Body {n:02}", **answers}
        )
        for n in range(count)
    ]


@pytest.fixture
def open_register(call):
    Forum.objects.filter(pk=call.forum_id).update(register_is_public=True)
    call.forum.refresh_from_db()
    return call.forum


def test_it_is_not_there_where_the_forum_does_not_say_so(call):
    assert page(call.forum).status_code == 404
    assert page(call.forum, "register_csv").status_code == 404


def test_it_says_that_nothing_was_sent_yet(open_register):
    assert "No list has been sent yet" in words(page(open_register))
    assert page(open_register, "register_csv").status_code == 404


# T-M01
def test_it_holds_name_and_country_and_nothing_else(open_register, call, amina, chen, noor, dara):
    listed = make_circulated([make_eligible(call, amina, by=chen, signed_by=noor, **SECRETS)], by=chen)
    with clock.frozen(AFTER):
        objections.object_to(listed.entries.get(), by=dara, basis="Basis sekret.")
    shown = page(open_register)
    assert "Harbour Lights Kenya" in words(shown)
    for answer in (shown, page(open_register, "register_csv")):
        content = body(answer).decode()
        for secret in (*SECRETS.values(), "Basis sekret", "Objection recorded", "TST26-0001"):
            assert secret not in content


def test_the_final_list_and_the_difference_are_shown(open_register, call, chen, noor):
    first, second, third = eligible(call, 3, by=chen, signed_by=noor)
    listed = make_circulated([first, second, third], by=chen)
    with clock.frozen(AFTER):
        workflow.withdraw(third, by=third.applicant)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
        review.accredit(first, by=noor)
        circulation.final_list(call.forum, by=chen)
    final = words(page(open_register))
    assert "1 organization , 1 to 1 shown" in final
    assert "Body 00 Kenya List no. 1" in final
    proposed = words(page(open_register, list="1"))
    assert "Body 00 Kenya On the final list Body 01 Kenya Not on the final list" in proposed
    assert "Body 02" not in proposed
    assert page(open_register, list="9").status_code == 404


def test_changes_are_told_newest_first(open_register, call, chen, noor):
    one, two = eligible(call, 2, by=chen, signed_by=noor)
    lists = [make_circulated([one], by=chen), make_circulated([two], by=chen)]
    for days, listed in enumerate(lists):
        listed.__class__.objects.filter(pk=listed.pk).update(circulated_at=AFTER + timedelta(days=days))
    told = [listed.pk for listed in page(open_register).context["changes"]]
    assert told == [listed.pk for listed in reversed(lists)]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_statements_at_any_length(open_register, call, chen, noor, django_assert_num_queries, count):
    make_circulated(eligible(call, count, by=chen, signed_by=noor), by=chen)
    with django_assert_num_queries(6):
        assert page(open_register).status_code == 200


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30)))
def test_no_group_shown_is_under_five_and_the_sum_is_right(counts):
    groups = register.merged(counts, rest="rest")
    total = sum(counts.values())
    assert sum(group.count for group in groups) == (total if total >= 5 else 0)
    assert all(group.count >= 5 for group in groups)
    assert all(group.label == "rest" or group.count == counts[group.label] for group in groups)


def test_a_single_small_group_takes_the_next_one_with_it():
    groups = register.merged({"a": 3, "b": 6, "c": 20}, rest="rest")
    assert [(group.label, group.count) for group in groups] == [("c", 20), ("rest", 9)]
