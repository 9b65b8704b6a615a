"""Two lists of words side by side, in a time that no text can stretch."""

from collections import Counter
from difflib import SequenceMatcher

from rapidfuzz.distance import LCSseq

MOST_PAIRS = 10_000
"""Pairs of equal words up to which the slower comparison, which keeps runs of words together, is made.

It takes a time that grows with these pairs times the differences: minutes for a text of two words in turn.
"""


def aligned(before, after):
    """``(is_equal, a, b, c, d)`` in order: ``before[a:b]`` stands where ``after[c:d]`` does."""
    if pairs(before, after) <= MOST_PAIRS:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        return [(kind == "equal", a, b, c, d) for kind, a, b, c, d in matcher.get_opcodes()]
    return merged(
        (code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end)
        for code in LCSseq.opcodes(before, after)
    )


def pairs(before, after):
    there = Counter(after)
    return sum(count * there[word] for word, count in Counter(before).items())


def merged(parts):
    """Parts with neighbours of one kind made one."""
    found = []
    for is_equal, a, b, c, d in parts:
        if found and found[-1][0] == is_equal:
            a, c = found[-1][1], found[-1][3]
            found.pop()
        found.append((is_equal, a, b, c, d))
    return found
