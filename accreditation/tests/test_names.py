import pytest
from hypothesis import given
from hypothesis import strategies as st

from accreditation import names

LATIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèüñçøå ", min_size=1, max_size=60).filter(str.strip)
ANYTHING = st.text(max_size=200)

SAME = {
    "case": ("Muslim Hands", "MUSLIM HANDS"),
    "accents and a full stop": ("Femmes Afrique solidarité", "Femmes afrique solidarite."),
    "typographic apostrophes": ("Citizens’ Disaster Response Centre", "Citizens' Disaster Response Centre"),
    "a legal form": (
        "Citizens’ Disaster Response Centre Foundation, Inc.",
        "Citizens Disaster Response Centre Foundation",
    ),
    "dots in a legal form": ("Kinderhilfe e.V.", "Kinderhilfe"),
    "an acronym in parentheses": ("World Federation of Sailors (WFS)", "World Federation of Sailors"),
    "an article": ("The Sentinel Project", "Sentinel Project"),
    "an ampersand": ("Women & Children First", "Women and Children First"),
    "British spelling": ("Labour Organisation Centre", "Labor Organization Center"),
    "short forms": ("Intl. Seafarers Assn", "International Seafarers Association"),
    "a hyphen": ("Sea-farers Union", "Sea farers Union"),
    "a dot after a number": ("28. Jun", "28 Jun"),
    "a remark of the report": ("Brot für Alle (in special consultative status)", "Brot fur alle"),
    "full-width letters": ("Ｏｐｅｎ Ｈａｎｄｓ", "Open Hands"),
    "an alef with hamza": ("أصدقاء المهاجرين", "اصدقاء المهاجرين"),
}
OTHER = {
    "another number": ("28. Jun", "29. Jun"),
    "a number left out": ("11197240 Canada Association", "Canada Association"),
    "a place in parentheses": ("Caritas (Canada)", "Caritas (Kenya)"),
    "one more word": ("Migrants Rights International", "Migrants Rights International Network"),
    "a place in capitals": ("CARITAS (CANADA)", "Caritas"),
    "another script": ("Открытые двери", "Open Doors"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_spellings_of_one_name_have_one_key(one, other):
    assert names.key(one) == names.key(other)


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER)
def test_other_names_have_other_keys(one, other):
    assert names.key(one) != names.key(other)


def test_a_hyphen_inside_a_word_disappears_in_the_compact_key():
    assert names.compact(names.key("Sea-farers")) == names.compact(names.key("Seafarers"))


@given(ANYTHING)
def test_a_key_is_its_own_key_and_is_empty_only_for_nothing(text):
    key = names.key(text)

    assert names.key(key) == key
    assert (key == "") == (names.clean(text) == "")


@given(LATIN)
def test_case_accents_and_blanks_never_matter(text):
    assert names.key(f"  {text.upper()} ") == names.key(text)


@given(ANYTHING, ANYTHING)
def test_marked_segments_give_back_both_names(one, other):
    typed, listed = names.marked(one, other)

    assert "".join(text for text, _different in typed) == names.clean(one)
    assert "".join(text for text, _different in listed) == names.clean(other)


@given(ANYTHING)
def test_nothing_is_marked_between_a_name_and_itself(text):
    assert [different for side in names.marked(text, text) for _text, different in side if different] == []


@given(ANYTHING, ANYTHING)
def test_every_difference_has_words(one, other):
    assert set(names.differences(one, other)) <= set(names.DIFFERENCES)


def test_marks_show_the_letters_that_differ_inside_a_word():
    typed, listed = names.marked("Notional Sea-farers Relief", "Notional Seafarers Fund")

    assert [text for text, different in listed if different] == ["Fund"]
    assert [text for text, different in typed if different] == ["-", "Relief"]


DIFFERENT = {
    "nothing": ("Open Door", "Open Door", ["none"]),
    "case": ("OPEN DOOR", "Open Door", ["case"]),
    "accents": ("Solidarite", "Solidarité", ["accents"]),
    "apostrophes": ("Women's Hope", "Women’s Hope", ["apostrophes"]),
    "a hyphen and a short form": (
        "Sea-farers Relief Assn",
        "Seafarers Relief Association",
        ["punctuation", "short_form"],
    ),
    "legal form": ("Open Door", "Open Door Inc", ["legal_form"]),
    "acronym": ("Open Door", "Open Door (OD)", ["acronym"]),
    "order": ("Door Open", "Open Door", ["word_order"]),
    "one word": ("Open Window", "Open Door", ["one_word"]),
    "a part": ("Open Door", "Open Door Network", ["part"]),
    "letters": ("Migration Centrum Wien", "Migration Centrun Wien", ["letters"]),
}


@pytest.mark.parametrize(("one", "other", "codes"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_difference_is_named(one, other, codes):
    assert names.differences(one, other) == codes


@pytest.mark.parametrize(
    "cell", ["28-Jun", "28. Jun", "Jun-28", "28/06/2018", "2018-06-28", "28-Jun-18", "2018-06-28 00:00:00"]
)
def test_what_a_spreadsheet_makes_of_a_name_is_recognised(cell):
    assert names.looks_like_a_date(cell)


@pytest.mark.parametrize(
    "cell", ["11197240 Canada Association", "May", "March of Women 2018", "Save the 28 June", "2030"]
)
def test_names_with_numbers_are_not_dates(cell):
    assert not names.looks_like_a_date(cell)
