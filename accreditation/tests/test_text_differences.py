"""Two texts side by side."""

from accreditation import text_differences

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
