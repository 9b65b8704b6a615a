"""Every letter, filled in with what a person may type: shown as typed, its subject on one line, nothing run."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.conf import settings

from imrf_portal import mail

FOLDER = settings.BASE_DIR / "templates" / "mail"
LETTERS = sorted(path.stem for path in FOLDER.glob("*.txt"))
TYPED = 'Ex & "Co" {{ 7|add:7 }} {% now "Y" %} <b>bold</b>'
BROKEN = f"{TYPED}\nsecond line"


class Thing:
    """Stands for any record a letter speaks of: what a person typed wherever a text is asked for."""

    def __init__(self, text):
        self._text = text

    def __str__(self):
        return self._text

    def __getattr__(self, name):
        if name.startswith("_") or name in {"resolve_expression", "as_sql"}:
            raise AttributeError(name)
        if name.endswith(("_at", "_by", "_until")):
            return datetime(2026, 3, 27, 21, 0, tzinfo=UTC)
        if name.endswith("_on"):
            return date(2026, 3, 27)
        if name == "time_zone":
            return "America/New_York"
        plain = {"get_absolute_url": "/somewhere/", "receipt_code": "O-1234"}
        return plain.get(name) or Thing(self._text)


def filled_in(template, text):
    """The letter with ``text`` in every place of it that is filled in."""
    words = set(re.findall(r"[a-z_]+", (FOLDER / f"{template}.txt").read_text(encoding="utf-8")))
    context = {word: Thing(text) for word in words} | {
        "items": [(Thing(text), Thing(text))],
        "sessions": [Thing(text)],
        "clashes": [Thing(text)],
        "changes": [Thing(text)],
        "about": "TST26-0001-G",
        "portal_url": settings.PORTAL_URL,
    }
    moments = {word: datetime(2026, 3, 27, 21, 0, tzinfo=UTC) for word in words if word.endswith("_at")}
    return mail.compose("key", template, to="reader@readers.example", context=context | moments, language="en")


def asks_for_text(template):
    """Whether the letter shows anything but its own words."""
    return "{{" in (FOLDER / f"{template}.txt").read_text(encoding="utf-8")


def test_there_are_letters():
    assert len(LETTERS) > 40


# T-A48
@pytest.mark.parametrize("template", LETTERS)
def test_what_was_typed_stands_in_the_letter_as_typed(template):
    letter = filled_in(template, TYPED)

    whole = f"{letter.subject}\n{letter.body}"
    assert (TYPED in whole) is asks_for_text(template)
    assert not {"14", "&lt;", "&quot;", "&amp;"} & set(re.findall(r"14|&\w+;", whole))
    assert "<b>" not in letter.body_html
    assert (TYPED in unescape(letter.body_html)) is asks_for_text(template)


# T-A48
@pytest.mark.parametrize("template", LETTERS)
def test_a_line_break_does_not_break_the_subject(template):
    plain, broken = filled_in(template, TYPED), filled_in(template, BROKEN)

    assert "\n" not in broken.subject
    assert ("second line" in broken.subject) is (TYPED in plain.subject)
    assert broken.body.startswith(plain.body.split(TYPED)[0])


@pytest.mark.parametrize("template", LETTERS)
def test_a_letter_ends_where_its_words_end(template):
    letter = filled_in(template, TYPED)

    assert letter.subject
    assert letter.body.strip()
    assert "{%" not in letter.body.replace(TYPED, "")
