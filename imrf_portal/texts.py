"""Text as people type it: made clean, kept as it is, and measured as they see it.

Nothing is escaped here. ``<b>``, ``{{ }}`` and ``=1+1`` are stored as typed and made harmless where they are shown.
What is removed cannot be seen: control characters, and the signs that turn the reading direction of a name around.
"""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .errors import Refused

MOST_MARKS_IN_A_ROW = 30
"""Unicode's stream-safe limit. Without it, ordering a million accents would take the server minutes."""
LONGEST_TEXT = 200_000

LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb]")
DIRECTION_OVERRIDES = re.compile("[\u202d\u202e]")
DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
BREAKS_AND_FILLERS = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\u2800\u3164\uffa0\U000e0000-\U000e007f]")
"""Signs that no name needs, which show as nothing: with them two names that look the same are two, or one is blank."""
UNSEEN = re.compile(r"[\s\u200c-\u200f\u061c\u034f\ufe00-\ufe0f]*")
"""Between letters they have a meaning; a name of nothing else is none."""
UNREADABLE = re.compile("[\ud800-\udfff\ufffd]")
BLANKS = re.compile(r"\s+")


def clean(text):
    """``text`` with plain line feeds, composed (NFC), without control characters, trimmed; refused if unreadable."""
    text = LINE_BREAKS.sub("\n", readable(text))
    text = DIRECTION_OVERRIDES.sub("", CONTROLS.sub("", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_name(text):
    """``text`` as one line: line breaks and runs of blanks become one space, direction controls and fillers go."""
    text = DIRECTION_CONTROLS.sub("", CONTROLS.sub("", BLANKS.sub(" ", readable(text))))
    text = unicodedata.normalize("NFC", BLANKS.sub(" ", BREAKS_AND_FILLERS.sub("", text))).strip()
    return "" if UNSEEN.fullmatch(text) else text


def readable(text):
    """``text`` itself; refused when part of it did not arrive as text."""
    if "\x00" in text:
        raise Refused(_("This holds a character that is not text (NUL). Delete what you pasted and type it again."))
    if UNREADABLE.search(text):
        raise Refused(
            _("Part of this could not be read and shows as “�”. Type those letters again, or paste them as plain text.")
        )
    if len(text) > LONGEST_TEXT:
        raise Refused(over_limit_sentence(len(text) - LONGEST_TEXT, LONGEST_TEXT))
    if most_marks_in_a_row(text) > MOST_MARKS_IN_A_ROW:
        raise Refused(_("One letter carries too many accents to be text. Delete the accents that do not belong."))
    return text


def most_marks_in_a_row(text):
    """The longest run of combining marks."""
    if text.isascii():
        return 0
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


def length(text):
    """Characters as the counter on the page counts them: code points, ``[...text.normalize("NFC").trim()].length``."""
    return len(clean(text))


def over_limit(text, limit):
    """How many characters ``text`` has beyond ``limit``; 0 when it fits."""
    return max(0, length(text) - limit)


def over_limit_sentence(over, limit):
    return ngettext(
        "This is %(over)s character over the limit of %(limit)s. Shorten it and save again.",
        "This is %(over)s characters over the limit of %(limit)s. Shorten it and save again.",
        over,
    ) % {"over": f"{over:,}", "limit": f"{limit:,}"}
