"""Names of organizations: one key for every way of writing the same name, and the difference between two of them.

Pure functions; nothing here knows a model. ``key`` folds what people write differently without meaning another body:
case, accents, punctuation, typographic apostrophes, legal forms, an acronym in parentheses, British and American
spelling, usual short forms. It keeps numbers (``28. Jun`` and ``11197240 Canada Association`` are real names).
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

LONGEST = 500
"""Characters of a name that are read at all."""

APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛ʼʹʻ`´＇′"), None)
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t", "ə": "e"}
    | {"ـ": None, "ى": "ي"}
)
LATIN_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
PARENTHESES = re.compile(r"[(\[（]\s*([^()\[\]（）]*?)\s*[)\]）]")
STATUS_REMARK = re.compile(r"\s*\(in (?:general|special|roster)? ?consultative status\)\s*$", re.IGNORECASE)
DOTTED = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
NOT_WORD = re.compile(r"[^\w]+|_")
DATE_CELLS = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{2}:\d{2}(:\d{2})?)?"
    r"|\d{1,2}[-. ]{1,2}(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?([-. ]{1,2}\d{2,4})?"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-. ]{1,2}(\d{1,2},? )?\d{2,4}"
    r"|[2-6]\d{4}(\.\d+)?",
    re.IGNORECASE,
)

LEGAL_FORMS = {
    "inc", "incorporated", "ltd", "limited", "llc", "llp", "plc", "corp", "corporation", "co", "company",
    "gmbh", "ggmbh", "ag", "ev", "eingetragener", "asbl", "aisbl", "vzw", "ivzw", "onlus", "aps", "odv",
    "srl", "sarl", "spa", "sa", "as", "nv", "bv", "ab", "oy", "ry", "rf", "kft", "zrt", "sro", "doo", "pte",
    "pvt", "ngo", "ong", "npo", "npc", "rs", "ac", "iap",
}  # fmt: skip
SPELLINGS = {
    "organisation": "organization", "organisations": "organizations", "organisational": "organizational",
    "centre": "center", "centres": "centers", "labour": "labor", "programme": "program", "programmes": "programs",
    "defence": "defense", "behaviour": "behavior", "colour": "color", "neighbour": "neighbor", "theatre": "theater",
    "civilisation": "civilization", "globalisation": "globalization", "mobilisation": "mobilization",
}  # fmt: skip
SHORT_FORMS = {
    "assn": "association", "assoc": "association", "ass": "association", "intl": "international",
    "internat": "international", "natl": "national", "nat": "national", "fdn": "foundation", "found": "foundation",
    "fed": "federation", "org": "organization", "univ": "university", "inst": "institute", "soc": "society",
    "dept": "department", "ctr": "center", "dev": "development", "govt": "government",
}  # fmt: skip
ARTICLES = frozenset({"the"})


def clean(text):
    """A name as it may be stored and shown: no invisible characters, single blanks, composed letters."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", str(text)[: LONGEST * 2]))
    return " ".join(text.split())[:LONGEST]


def without_status_remark(name):
    """``Foo (in special consultative status)`` -> ``Foo``."""
    return STATUS_REMARK.sub("", name)


def looks_like_a_date(cell):
    """Whether a cell is what a spreadsheet makes of a name such as “28. Jun” (which is a real organization).

    Also the number that stands for a day there, such as 43891.
    """
    return bool(DATE_CELLS.fullmatch(cell.strip()))


def is_acronym(text):
    letters = [c for c in text if c.isalpha()]
    return 2 <= len(letters) <= 12 and " " not in text.strip() and sum(c.isupper() for c in letters) * 2 >= len(letters)


def without_acronyms(name):
    """The name without acronyms in parentheses; one written in capitals throughout keeps them, as nobody can tell."""
    outside = PARENTHESES.sub(" ", name)
    if outside.isupper():
        return name
    return PARENTHESES.sub(lambda match: " " if is_acronym(match[1]) else match[0], name)


def acronyms(name):
    """The acronyms that a name carries in parentheses or after a dash, folded: ``Foo Bar (FB)`` -> ``{"fb"}``."""
    found = {fold(inner) for inner in PARENTHESES.findall(name) if is_acronym(inner)}
    tail = re.split(r"\s[-–—]\s", name)
    found |= {fold(part) for part in (tail[0], tail[-1]) if len(tail) > 1 and is_acronym(part)}
    return {acronym.replace(" ", "") for acronym in found if acronym}


def fold_letters(text):
    """Case and accents away."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    return unicodedata.normalize("NFKC", LATIN_ACCENTS.sub("", text)).casefold()


def fold(text):
    """Case, accents, apostrophes and punctuation away; words separated by one blank."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(APOSTROPHES)
    text = DOTTED.sub(lambda match: match[0].replace(".", ""), fold_letters(text))
    return " ".join(NOT_WORD.sub(" ", text.replace("&", " and ")).split())


@lru_cache(maxsize=4096)
def key(name):
    """The form in which two spellings of one name are equal. Empty only when the name is empty."""
    name = str(name)[:LONGEST]
    return _key(without_acronyms(STATUS_REMARK.sub("", name))) or _key(name)


@lru_cache(maxsize=4096)
def long_key(name):
    """The key with the acronym in parentheses kept, for those who type all of it in small letters."""
    return _key(STATUS_REMARK.sub("", str(name)[:LONGEST])) or key(name)


def _key(name):
    words = fold(name).split()
    words = [SPELLINGS.get(word, word) for word in (SHORT_FORMS.get(word, word) for word in words)]
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    while len(words) > 1 and (words[-1] in LEGAL_FORMS or tuple(words[-2:]) in {("e", "v"), ("a", "c")}):
        words = words[:-2] if words[-1] in {"v", "c"} and len(words) > 2 else words[:-1]
    return " ".join(words) or " ".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", name)).casefold().split())


def compact(name_key):
    """A key without blanks: “Sea-farers” and “Seafarers” meet here."""
    return name_key.replace(" ", "")


DIFFERENCES = {
    "none": _("Exactly the same"),
    "case": _("Capital and small letters"),
    "accents": _("Accents"),
    "apostrophes": _("Apostrophes"),
    "punctuation": _("Punctuation, hyphens or spaces"),
    "acronym": _("The acronym in parentheses"),
    "spelling": _("British or American spelling"),
    "short_form": _("A short form of a word"),
    "legal_form": _("The legal form, or “the”"),
    "word_order": _("The order of the words"),
    "one_word": _("One word"),
    "two_words": _("Two words"),
    "several_words": _("Several words"),
    "letters": _("One or two letters"),
    "country": _("The country"),
    "same_acronym": _("Only the acronym is the same"),
    "part": _("One name is a part of the other"),
}
"""Reasons as codes (they are stored) with the words in which a person reads them."""


STEPS = (
    ("case", str.casefold),
    ("accents", lambda text: fold_letters(text)),
    ("apostrophes", lambda text: fold_letters(text.translate(APOSTROPHES))),
    ("acronym", lambda text: fold_letters(without_acronyms(text).translate(APOSTROPHES))),
    ("punctuation", lambda text: fold(without_acronyms(text))),
    ("spelling", lambda text: _respelled(text, SPELLINGS)),
    ("short_form", lambda text: _respelled(text, SPELLINGS | SHORT_FORMS)),
    ("legal_form", lambda text: key(text)),
)
"""Name of a difference -> what takes it away; each builds on those before. Blanks are left out of the comparison."""


def _respelled(text, table):
    words = (table.get(word, word) for word in fold(without_acronyms(text)).split())
    return " ".join(table.get(word, word) for word in words)


def differences(typed, listed):
    """Codes of ``DIFFERENCES`` that say in what two names differ, in the order of the table."""
    typed, listed = clean(typed), clean(listed)
    if typed == listed:
        return ["none"]
    codes, distance = [], Indel.distance(compact(typed), compact(listed))
    for code, apply in STEPS:
        if distance and (left := Indel.distance(compact(apply(typed)), compact(apply(listed)))) < distance:
            codes.append(code)
            distance = left
    if distance == 0:
        return (
            codes
            if key(typed) == key(listed) and codes
            else sorted({*codes, "punctuation"}, key=list(DIFFERENCES).index)
        )
    return [*(c for c in codes if c in {"acronym", "legal_form"}), *_different_words(key(typed), key(listed))]


def _different_words(typed, listed):
    left, right = typed.split(), listed.split()
    if sorted(left) == sorted(right):
        return ["word_order"]
    missing, added = set(left) - set(right), set(right) - set(left)
    if not missing or not added:
        return ["part"]
    if len(missing) == len(added) <= 2 and fuzz.ratio(compact(typed), compact(listed)) >= 94:
        return ["letters"]
    return [{1: "one_word", 2: "two_words"}.get(max(len(missing), len(added)), "several_words")]


def marked(typed, listed):
    """Both names as segments ``[text, is_different]``: words that differ, or letters inside of words that are alike.

    Joined, the texts of each side are the name as given. Case, accents, spelling and short forms are not marked.
    """
    left, right = _tokens(typed), _tokens(listed)
    matcher = SequenceMatcher(None, [_same_word(t) for t in left], [_same_word(t) for t in right], autojunk=False)
    sides = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        one, other = "".join(left[a:b]), "".join(right[c:d])
        if tag == "replace" and fuzz.ratio(fold_letters(one), fold_letters(other)) >= 60:
            for side, pieces in zip(sides, _marked_letters(one, other), strict=True):
                side.extend(pieces)
        else:
            sides[0].append([one, tag != "equal"])
            sides[1].append([other, tag != "equal"])
    return tuple(_joined(side) for side in sides)


def _same_word(token):
    word = fold_letters(token)
    word = SHORT_FORMS.get(word, word)
    return "and" if word == "&" else SPELLINGS.get(word, word)


def _tokens(name):
    return re.findall(r"\w+|\s+|[^\w\s]", clean(name))


def _marked_letters(one, other):
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    if len(one.casefold()) != len(one) or len(other.casefold()) != len(other):
        return [[one, True]], [[other, True]]
    pairs = [((one[a:b], tag != "equal"), (other[c:d], tag != "equal")) for tag, a, b, c, d in matcher.get_opcodes()]
    return [list(pair[0]) for pair in pairs], [list(pair[1]) for pair in pairs]


def _joined(segments):
    joined = []
    for text, different in segments:
        if text and joined and joined[-1][1] == different:
            joined[-1][0] += text
        elif text:
            joined.append([text, different])
    return joined
