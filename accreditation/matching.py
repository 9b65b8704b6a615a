"""Finding an organization by its name, and two applications that may be one organization.

Pure functions; nothing here knows a model. Candidates are ranked by plain and word-sorted similarity; word-set
similarity only widens the circle, because alone it gives unrelated names a high score.
"""

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from . import names

NEAR = 74
"""From this similarity (0 to 100) a name is shown as near."""
WIDEN = 90
"""Word-set similarity that lets a name in although whole words are missing."""
WIDEN_POOL = 60
SURE = 93
"""From here on a near name is shown even if all that it shares are words that many names have."""
TELLING, SAME_WORDS = 0.55, 66
CEILING = 99
"""A near name never scores 100: that is kept for equal keys."""


@dataclass(frozen=True)
class Listed:
    """One way in which an entry of a list is named; ``entry`` is any hashable that stands for the entry."""

    entry: object
    name: str
    kind: str = "current"
    year: int | None = None


@dataclass(frozen=True)
class Match:
    """A listed name found for a typed one. ``score`` is 100 exactly when the keys are equal (``is_exact``)."""

    listed: Listed
    score: int
    is_exact: bool
    differences: tuple
    typed_marks: list = field(compare=False, repr=False)
    listed_marks: list = field(compare=False, repr=False)


class Index:
    """All names of a list, prepared once; the list must not change afterwards."""

    def __init__(self, listed):
        self.listed = []
        self.keys, self.sorted_keys = [], []
        self.by_compact, self.by_acronym, self.by_word = defaultdict(list), defaultdict(list), defaultdict(list)
        for item in listed:
            self._add(item)
        total = len(self.listed) or 1
        self.weight = {word: math.log(1 + total / len(places)) for word, places in self.by_word.items()}
        self.heaviest = max(self.weight.values(), default=1)

    def _add(self, item):
        place, name_key = len(self.listed), names.key(item.name)
        is_acronym = item.kind == "acronym"
        words = [] if is_acronym else name_key.split()
        self.listed.append(item)
        self.keys.append(" ".join(words))
        self.sorted_keys.append(" ".join(sorted(words)))
        if words:
            for one in {names.compact(name_key), names.compact(names.long_key(item.name))}:
                self.by_compact[one].append(place)
        for acronym in {names.compact(name_key)} if is_acronym else names.acronyms(item.name):
            self.by_acronym[acronym].append(place)
        for word in set(words):
            self.by_word[word].append(place)

    def __len__(self):
        return len(self.listed)

    def sharing_words(self, words):
        """Places of the names that share the weightiest words, the heaviest first, with the shared weight."""
        shared = Counter()
        known = sorted((w for w in words if w in self.weight), key=lambda w: (-self.weight[w], w))
        for word in known[:4]:
            if len(self.by_word[word]) <= max(50, len(self) // 20):
                for place in self.by_word[word]:
                    shared[place] += self.weight[word]
        return shared.most_common(WIDEN_POOL)


def rank(name, index, *, limit=5):
    """The names of ``index`` nearest to ``name``, best first: at most one ``Match`` per entry, at most ``limit``.

    Exact matches (equal keys) come first and score 100; the rest are near names and are never proof.
    """
    typed = names.clean(name)
    name_key = names.key(typed)
    if not name_key:
        return []
    scores = dict.fromkeys(index.by_compact.get(names.compact(name_key), ()), (100, "key"))
    for place, score, way in chain(
        _similar(name_key, index, limit), _widened(name_key, index), _by_acronym(typed, index)
    ):
        if score > scores.get(place, (0, ""))[0]:
            scores[place] = (score, way)
    best = {}
    for place, (score, way) in sorted(scores.items(), key=lambda item: _order(index.listed[item[0]], *item[1])):
        best.setdefault(index.listed[place].entry, (place, score, way))
    return [_match(typed, index.listed[place], score, way) for place, score, way in list(best.values())[:limit]]


KIND_ORDER = {"current": 0, "spelling": 1, "former": 2, "merged": 3, "acronym": 4}


def _order(listed, score, way):
    return (way != "key", -score, KIND_ORDER.get(listed.kind, 9), listed.name)


def _similar(name_key, index, limit):
    """Places and scores by plain and by word-sorted similarity."""
    wanted = limit * 4
    sorted_key = " ".join(sorted(name_key.split()))
    for query, choices, scorer in (
        (name_key, index.keys, fuzz.ratio),
        (sorted_key, index.sorted_keys, fuzz.ratio),
    ):
        found = process.extract(query, choices, scorer=scorer, limit=wanted, score_cutoff=NEAR, processor=None)
        for key, score, place in found:
            if score < SURE and not _is_telling(name_key, key, index):
                continue
            yield place, min(CEILING, int(score)), "similar"


def _is_telling(one, other, index):
    """Whether two keys share words that say something, or differ only in how a word is spelled."""
    left, right = set(one.split()), set(other.split())
    shared = _weight(left & right, index)
    if shared >= TELLING * min(_weight(left, index), _weight(right, index)):
        return True
    rest = [" ".join(word for word in key.split() if word not in left & right) for key in (one, other)]
    return fuzz.ratio(*rest) >= SAME_WORDS


def _widened(name_key, index):
    """Names of which the typed one is a part, or the other way round, if what they share says something."""
    words = set(name_key.split())
    for place, shared in index.sharing_words(words):
        other = index.keys[place]
        if fuzz.token_set_ratio(name_key, other) < WIDEN:
            continue
        shorter = min(_weight(words, index), _weight(set(other.split()), index))
        if shared >= 0.6 * shorter and len(words & set(other.split())) >= 2:
            yield place, min(CEILING, max(NEAR, int(fuzz.token_sort_ratio(name_key, other)))), "part"


def _weight(words, index):
    return sum(index.weight.get(word, index.heaviest) for word in words)


def _by_acronym(typed, index):
    """An acronym alone never proves anything: many bodies share one."""
    alone = {names.compact(names.fold(typed))} if " " not in typed else set()
    for acronym in names.acronyms(typed) | alone:
        for place in index.by_acronym.get(acronym, ()):
            yield place, NEAR, "acronym"


def _match(typed, listed, score, way):
    differences = ["same_acronym"] if way == "acronym" else names.differences(typed, listed.name)
    typed_marks, listed_marks = names.marked(typed, listed.name)
    return Match(listed, score, way == "key", tuple(differences), typed_marks, listed_marks)


@dataclass(frozen=True)
class Likeness:
    """How alike two applications are, 0 to 100, and why: pairs of points and a sentence."""

    score: int
    reasons: tuple

    @property
    def is_worth_a_look(self):
        return self.score >= WORTH_A_LOOK


WORTH_A_LOOK = 50
SHARED_HOSTS = {
    "facebook.com", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com", "wordpress.com",
    "blogspot.com", "wixsite.com", "sites.google.com", "medium.com", "linktr.ee", "github.io", "weebly.com",
    "t.me", "tiktok.com", "wa.me",
}  # fmt: skip
"""Hosts on which a homepage says nothing unless its path is the same too."""


def homepage_identity(address):
    """What makes a homepage somebody's: the host without ``www``, and the path on a shared host; "" for none."""
    address = str(address or "").strip().casefold()
    if not address:
        return ""
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = (parts.netloc.rpartition("@")[2].partition(":")[0]).removeprefix("www.").removeprefix("m.").strip(".")
    if host not in SHARED_HOSTS:
        return host
    path = parts.path.strip("/")
    return f"{host}/{path}" if path else ""


def phone_digits(number):
    """The last eight digits, so that a country code or a leading zero does not matter; "" when fewer than 7."""
    digits = re.sub(r"\D", "", str(number or ""))
    return digits[-8:] if len(digits) >= 7 else ""


def likeness(a, b):
    """How alike two organizations are: ``Likeness`` of two dicts.

    Keys read, all optional: ``name`` and ``acronym`` (str), ``former_names`` (list), ``country`` (code),
    ``homepage``, ``phone``, ``file_hashes`` (list). Symmetric. A reason to look, never a decision.
    """
    points = [*_alike_names(a, b)]
    if homepage_identity(a.get("homepage")) == homepage_identity(b.get("homepage")) != "":
        points.append((40, _("The same homepage")))
    if phone_digits(a.get("phone")) == phone_digits(b.get("phone")) != "":
        points.append((30, _("The same telephone number")))
    if set(a.get("file_hashes") or ()) & set(b.get("file_hashes") or ()):
        points.append((60, _("The same file was sent")))
    if points and a.get("country") and b.get("country"):
        same = a["country"] == b["country"]
        points.append((10, _("The same country")) if same else (-20, _("Another country")))
    return Likeness(max(0, min(100, sum(number for number, _reason in points))), tuple(points))


def _alike_names(a, b):
    ours, theirs = _keys(a), _keys(b)
    if not ours or not theirs:
        return
    if names.key(a.get("name") or "") == names.key(b.get("name") or "") != "":
        yield 80, _("The same name, however written")
    elif {names.compact(k) for k in ours} & {names.compact(k) for k in theirs}:
        yield 70, _("The name of one is a former name of the other")
    else:
        similar = int(max(max(fuzz.ratio(x, y), fuzz.token_sort_ratio(x, y)) for x in ours for y in theirs))
        if similar >= NEAR:
            yield similar * 3 // 4, _("The names look alike")
    if a.get("acronym") and b.get("acronym"):
        ours, theirs = (names.compact(names.fold(side["acronym"])) for side in (a, b))
        if ours == theirs != "":
            yield 10, _("The same acronym")


def _keys(side):
    return {names.key(name) for name in [side.get("name"), *(side.get("former_names") or ())] if name} - {""}
