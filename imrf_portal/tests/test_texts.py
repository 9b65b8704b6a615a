import time

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from imrf_portal import texts
from imrf_portal.errors import Refused
from imrf_portal.form_fields import LongTextField, NameField

AS_TYPED = [
    "{{ 7*7 }}",
    "<b>Harbour</b>",
    "=1+1",
    "@SUM(A1)",
    "O’Brien & Sons",
    "مرفأ",
    "海港",
    "Ngữ pháp",
    "👩🏽‍🌾 co-op",
]


class Answers(forms.Form):
    name = NameField(limit=20)
    scope = LongTextField(limit=10, required=False)


# T-A48
@pytest.mark.parametrize("name", AS_TYPED)
def test_a_name_is_kept_as_typed(name):
    assert texts.clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Harbour\r\nLights", "Harbour Lights"),
        ("  Harbour \t\u00a0 Lights\n", "Harbour Lights"),
        ("Harbour\u2028Lights", "Harbour Lights"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("bell\x07\x1b[31m", "bell[31m"),
        ("e\u0301cole", "école"),
    ],
)
def test_a_name_is_one_line_without_hidden_signs(typed, kept):
    assert texts.clean_name(typed) == kept


def test_a_text_keeps_its_lines_and_its_reading_direction_marks():
    assert texts.clean("\ufeffone\r\ntwo\rthree\x0bfour\n\n\u200fخمسة\x08 ") == "one\ntwo\nthree\nfour\n\n\u200fخمسة"


@pytest.mark.parametrize("typed", ["a\x00b", "caf\ufffd", "half \ud83d", "a" + "\u0301\u0323" * 40, "x" * 200_001])
@pytest.mark.parametrize("clean", [texts.clean, texts.clean_name])
def test_what_is_not_text_is_refused_with_a_sentence(clean, typed):
    with pytest.raises(Refused) as refusal:
        clean(typed)
    assert str(refusal.value).endswith(".")


def test_a_million_accents_are_refused_at_once():
    start = time.perf_counter()
    with pytest.raises(Refused):
        texts.clean("a" + "\u0301\u0323" * 99_000)
    assert time.perf_counter() - start < 2


# T-A15
@pytest.mark.parametrize(
    ("text", "over"),
    [("م" * 12, 2), ("مُ" * 6, 2), ("😀" * 11, 1), ("e\u0301" * 10, 0), ("字" * 10, 0), ("  " + "a" * 10 + "\r\n", 0)],
)
def test_characters_over_the_limit_are_counted_as_the_page_counts_them(text, over):
    assert texts.over_limit(text, 10) == over


# T-A15
def test_the_form_says_how_many_characters_are_over_and_keeps_the_text():
    form = Answers({"name": "Harbour Lights", "scope": "م" * 1234})
    assert form.errors == {"scope": ["This is 1,224 characters over the limit of 10. Shorten it and save again."]}
    assert form["scope"].value() == "م" * 1234


def test_one_character_over_is_said_in_the_singular():
    form = Answers({"name": "n" * 21})
    assert form.errors == {"name": ["This is 1 character over the limit of 20. Shorten it and save again."]}


def test_the_page_gets_the_limit_and_no_cutting_maxlength():
    assert 'data-limit="10"' in str(Answers()["scope"])
    assert "maxlength" not in str(Answers()["name"])


@pytest.mark.parametrize("name", ["\x00", "bad\ufffdbytes"])
def test_the_form_refuses_unreadable_names_at_the_field(name):
    assert set(Answers({"name": name}).errors) == {"name"}


@pytest.mark.parametrize("name", ["\u202e\x07 \n", "\u200b", "\u200d\u200e", "\u3164 \u2800", "\U000e0041"])
def test_a_name_of_invisible_signs_is_no_name(name):
    assert Answers({"name": name}).errors == {"name": ["This field is required."]}


def test_a_name_keeps_the_invisible_signs_that_its_script_needs_and_no_others():
    persian, malayalam = "خانه\u200cها", "അവന്\u200d"

    assert (texts.clean_name(persian), texts.clean_name(malayalam)) == (persian, malayalam)
    assert texts.clean_name("Open\u200b Do\u00ador \u2060") == "Open Door"


@given(st.text(max_size=300))
@example("a\r\x1b\rb")
@example("a \u202a b")
def test_cleaning_twice_changes_nothing_more(text):
    for clean in (texts.clean, texts.clean_name):
        try:
            once = clean(text)
        except Refused:
            continue
        assert clean(once) == once


@given(st.text(max_size=300))
def test_a_clean_name_never_holds_a_line_break_or_an_override(text):
    try:
        name = texts.clean_name(text)
    except Refused:
        return
    assert len(name.splitlines()) <= 1
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b")
