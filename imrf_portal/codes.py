"""References and paper codes that can be read out on the telephone.

A reference such as ``IMRF22-0417-K`` ends in a letter computed from what stands before it. One digit or letter read
wrong, or two neighbours of one kind swapped, gives another letter: the mistake is noticed before anyone looks for a
record that is not there. I, L and O are never check letters, because they are taken for 1 and 0.
"""

import secrets
import unicodedata

CHECK_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
"""23 letters: a prime number, so that every single change moves the sum."""
PRIME = len(CHECK_LETTERS)
SHIFT = 5
"""Keeps look-alikes apart: 6 and G, 8 and B, 5 and S, 2 and Z never weigh the same."""
WEIGHT_BASE = 5
"""A primitive root of 23: no two neighbouring places weigh the same, up to 22 places."""
START = 15
VALUES = (
    {digit: int(digit) for digit in "0123456789"}
    | {letter: (place + SHIFT) % PRIME for place, letter in enumerate(CHECK_LETTERS)}
    | {"I": 3, "L": 2, "O": 1}
)
CODE_SYMBOLS = "23456789" + CHECK_LETTERS
"""For random codes: nothing that is taken for something else."""
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－_ "), "-")


def reference_letter(text):
    """The check letter of ``text`` (A-Z, 0-9 and hyphens; the hyphens weigh nothing)."""
    total, weight = START, WEIGHT_BASE
    for symbol in reversed(text.replace("-", "")):
        total += weight * VALUES[symbol]
        weight = weight * WEIGHT_BASE % PRIME
    return CHECK_LETTERS[total % PRIME]


def with_check_letter(text):
    """``IMRF22-0417`` -> ``IMRF22-0417-K``."""
    return f"{text}-{reference_letter(text)}"


def normalise(typed):
    """What a person typed or dictated, in the form in which references are stored: capitals, plain hyphens."""
    folded = unicodedata.normalize("NFKC", str(typed)).strip().translate(DASHES).upper()
    return "-".join(part for part in folded.split("-") if part)


def is_valid(reference):
    """Whether the last letter belongs to what stands before it; typed in any case, with any dash or blanks."""
    text, _, letter = normalise(reference).rpartition("-")
    if not text or len(letter) != 1 or any(symbol not in VALUES for symbol in text.replace("-", "")):
        return False
    return reference_letter(text) == letter


def random_code(prefix, *, groups=2):
    """A code nobody can guess or count on from, for papers that anyone may check: ``R-7KQ4-M2XW-C`` (39 bits)."""
    parts = ("".join(secrets.choice(CODE_SYMBOLS) for _ in range(4)) for _ in range(groups))
    return with_check_letter("-".join([prefix, *parts]))
