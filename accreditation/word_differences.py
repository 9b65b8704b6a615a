"""The difference between two texts, word by word; and between two versions of an application, answer by answer."""

import re

from .alignment import aligned
from .visibility import ANSWERS

WORDS = re.compile(r"\s+|[^\s]+")
LONGEST = 6000
"""Above so many words the texts are shown whole, one after the other."""


def word_difference(old, new):
    """Segments ``(kind, text)`` with kind ``same``, ``old`` or ``new``; joined without ``old`` they give ``new``."""
    if old == new:
        return [("same", new)] if new else []
    before, after = WORDS.findall(old), WORDS.findall(new)
    if len(before) + len(after) > LONGEST:
        return [("old", old), ("new", new)]
    segments = []
    for is_equal, a, b, c, d in aligned(before, after):
        if is_equal:
            segments.append(("same", "".join(after[c:d])))
            continue
        if removed := "".join(before[a:b]):
            segments.append(("old", removed))
        if added := "".join(after[c:d]):
            segments.append(("new", added))
    return segments


def changed_targets(old, new):
    """The answers and kinds of documents that differ between two versions, in the order of the form."""
    answers = [name for name in ANSWERS if old.answers.get(name) != new.answers.get(name)]
    kinds = dict.fromkeys([*old.documents, *new.documents])
    documents = [
        kind
        for kind in kinds
        if (old.documents.get(kind) or {}).get("sha256") != (new.documents.get(kind) or {}).get("sha256")
        or (old.documents.get(kind) or {}).get("file") != (new.documents.get(kind) or {}).get("file")
    ]
    return answers + documents
