"""Two texts side by side: which words differ. Pure functions."""

import re

from .alignment import aligned

WORDS = re.compile(r"\S+\s*|\s+")
"""A word with the blanks behind it."""
MOST_WORDS = 4000
"""Above this many words nothing is marked: the comparison would take too long."""


def _compared(mine, theirs):
    """``(is_equal, part of mine, part of theirs)`` in order; the blanks between words do not differ."""
    ours, others = WORDS.findall(mine), WORDS.findall(theirs)
    if len(ours) + len(others) > MOST_WORDS:
        return [(mine == theirs, mine, theirs)]
    parts = aligned([word.strip() for word in ours], [word.strip() for word in others])
    return [(is_equal, "".join(ours[a:b]), "".join(others[c:d])) for is_equal, a, b, c, d in parts]


def marked(mine, theirs):
    """Both texts as lists of ``(text, is_different)`` that join to the text again."""
    parts = _compared(mine, theirs)
    return (
        [(left, not equal) for equal, left, _right in parts if left],
        [(right, not equal) for equal, _left, right in parts if right],
    )


def new_words(stored, typed):
    """``typed`` as a list of ``(text, is_new)`` against what was stored."""
    return marked(typed, stored)[0]


def joined(mine, theirs):
    """Both texts in one, the words that differ in brackets, for a person to finish."""
    parts = []
    for equal, left, right in _compared(mine, theirs):
        parts += [left] if equal else [f"[{part.strip()}] " for part in (left, right) if part.strip()]
    return "".join(parts).strip()
