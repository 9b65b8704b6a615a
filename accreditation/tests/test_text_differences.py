"""Two texts side by side."""

import time

import pytest

from accreditation import text_differences, word_differences

MINE = "We run a desk in three towns.\nWe help."
THEIRS = "We run a desk in two harbour towns.\nWe help."


def test_only_the_words_that_differ_are_marked_and_nothing_is_lost():
    left, right = text_differences.marked(MINE, THEIRS)
    assert "".join(text for text, _different in left) == MINE
    assert "".join(text for text, _different in right) == THEIRS
    assert [text.strip() for text, different in left if different] == ["three"]
    assert [text.strip() for text, different in right if different] == ["two harbour"]


def test_a_joined_text_holds_both():
    assert text_differences.joined(MINE, THEIRS) == "We run a desk in [three] [two harbour] towns.\nWe help."


def test_very_long_texts_are_not_compared_word_by_word():
    left, _right = text_differences.marked("a " * 5000, "b " * 5000)
    assert len(left) == 1


@pytest.mark.parametrize(
    ("mine", "theirs"), [("a b " * 1000, "a b a c " * 500), ("a " * 1999 + "b", "b " + "a " * 1999)]
)
def test_texts_of_few_words_in_turn_take_no_time(mine, theirs):
    began = time.process_time()

    ours, others = text_differences.marked(mine, theirs)
    segments = word_differences.word_difference(mine[:2900], theirs[:2900])

    assert time.process_time() - began < 3
    assert "".join(text for text, _different in ours) == mine
    assert "".join(text for text, _different in others) == theirs
    assert "".join(text for kind, text in segments if kind != "old") == theirs[:2900]
    assert any(kind == "same" for kind, _text in segments)
