"""Checking a paper by its code: each app says what its own codes stand for; nothing about validity is ever stored.

An app calls ``register`` from ``AppConfig.ready`` with the letters its codes begin with; ``verify`` asks the one whose
prefix the code bears.
"""

from dataclasses import dataclass, field

from . import codes

LONGEST = 30
_finders = {}


@dataclass(frozen=True)
class Verdict:
    """What the record says about a paper.

    ``state`` is ``valid``, ``replaced``, ``void``, ``mismatch`` or ``none`` (not ours). ``sentence`` says it in words,
    ``rows`` are (label, text) with initials and dates, never more.
    """

    state: str
    sentence: str = ""
    kind: str = ""
    rows: list = field(default_factory=list)


def register(prefix, find):
    """``find(code, fingerprint, day)`` answers with a ``Verdict``, or None where it does not know the code.

    ``fingerprint`` is what the QR code of the paper carries (text, may be empty); ``day`` a date typed, or None.
    """
    _finders[prefix] = find


def verify(code, *, fingerprint="", day=None):
    """The verdict on a code as typed; of state ``none`` where no app knows it."""
    code = codes.normalise(code)[:LONGEST]
    find = _finders.get(code.partition("-")[0])
    return (find and find(code, fingerprint, day)) or Verdict("none")


def initials(name):
    """“R. O.” of “Representative One”: enough to compare with a paper, too little to learn a name."""
    return " ".join(f"{word[0].upper()}." for word in str(name).split() if word[0].isalnum())[:60] or "–"
