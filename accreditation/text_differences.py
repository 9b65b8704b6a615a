"""Two texts side by side: which words differ. Pure functions."""

import re
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 4000
"""Above this many words nothing is marked: the comparison would take too long."""


def marked(mine, theirs):
    """Both texts as lists of ``(text, is_different)`` that join to the text again."""
    ours, others = WORDS.findall(mine), WORDS.findall(theirs)
    if len(ours) + len(others) > MOST_WORDS:
        return [(mine, bool(mine != theirs))], [(theirs, bool(mine != theirs))]
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        _add(left, "".join(ours[a:b]), kind != "equal")
        _add(right, "".join(others[c:d]), kind != "equal")
    return left, right


def _add(parts, text, is_different):
    if text:
        parts.append((text, is_different))


def new_words(stored, typed):
    """``typed`` as a list of ``(text, is_new)`` against what was stored."""
    return marked(typed, stored)[0]


def joined(mine, theirs):
    """Both texts in one, the words that differ in brackets, for a person to finish."""
    ours, others = WORDS.findall(mine), WORDS.findall(theirs)
    if len(ours) + len(others) > MOST_WORDS:
        return f"{mine}\n\n{theirs}"
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append("".join(ours[a:b]))
            continue
        parts += [f"[{part.strip()}] " for part in ("".join(ours[a:b]), "".join(others[c:d])) if part.strip()]
    return "".join(parts).strip()
