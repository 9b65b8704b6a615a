"""A row of the queue says which application looks like another, to those who may know of both."""

from datetime import timedelta

import pytest

from accreditation import drafting, likenesses, recusals, review, tasks, workflow
from accreditation.models import Application, Likeness, LikenessNoted
from imrf_portal import clock
from imrf_portal.tests.clients import signed_in

from .cast import AFTER, DURING, make_many, make_submitted

QUEUE = "/admin/accreditation/application/?tab=all"


@pytest.fixture
def pair(call, amina, boris):
    """Two of the same homepage in one country, and the worker has been at it."""
    first = make_submitted(call, amina, name="Harbour Lights", homepage="https://harbour.example")
    second = make_submitted(call, boris, name="Harbour Lights Association", homepage="https://www.harbour.example")
    tasks.note_likenesses()
    return first, second


def matches(officer):
    with clock.frozen(AFTER):
        return {row["reference"]: row["match"] for row in signed_in(officer).get(QUEUE).context["rows"]}


def test_both_rows_of_a_pair_say_duplicate_with_the_score_and_the_other_name(pair, noor):
    first, second = pair
    score = str(Likeness.objects.get().score)

    assert matches(noor) == {
        first.reference: (score, "duplicate?", "Harbour Lights Association"),
        second.reference: (score, "duplicate?", "Harbour Lights"),
    }
    with clock.frozen(AFTER):
        assert f"<b>{score}</b> duplicate?" in signed_in(noor).get(QUEUE).content.decode()


def test_who_is_recused_from_one_reads_nothing_of_it_in_the_row_of_the_other(pair, noor):
    first, second = pair
    recusals.declare(second, by=noor, has_conflict=True, reason="My brother works there.")

    assert matches(noor) == {first.reference: None}


@pytest.mark.parametrize("is_same", [True, False])
def test_a_pair_that_was_decided_is_not_asked_about_again(pair, chen, noor, is_same):
    first, second = pair
    review.decide_duplicate(first, second, by=chen, is_same=is_same, reason="I asked them.")

    assert matches(noor) == {first.reference: None, second.reference: None}


def test_what_was_withdrawn_is_nobodys_duplicate(pair, noor):
    first, second = pair
    Application.objects.filter(pk=second.pk).update(status="withdrawn")

    assert matches(noor) == {first.reference: None, second.reference: None}


def test_a_new_version_is_compared_again_and_none_is_compared_twice(pair, boris, noor):
    first, second = pair
    assert Likeness.objects.get().score == 100
    with clock.frozen(DURING + timedelta(days=1)):
        drafting.save_answers(
            second, {"name": "Night Choir", "homepage": "https://choir.example", "contact_phone": "+41 22 555 0199"},
            by=boris,
        )  # fmt: skip
        workflow.submit(second, by=boris)

    assert tasks.note_likenesses() == 1
    assert tasks.note_likenesses() == 0
    assert LikenessNoted.objects.count() == 3
    assert (Likeness.objects.get().score, matches(noor)[first.reference][2]) == (70, "Night Choir")  # the same file


def test_many_pairs_take_one_statement(call, noor, django_assert_num_queries):
    many = make_many(call, 4)
    assert tasks.note_likenesses() == 4
    keys = [application.pk for application in many]
    with clock.frozen(AFTER), django_assert_num_queries(1):
        assert set(likenesses.nearest(keys, noor)) == set(keys)
    with clock.frozen(AFTER), django_assert_num_queries(1):
        likenesses.nearest(keys[:1], noor)
