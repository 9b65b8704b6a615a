"""Two applications that may be of one organization, field by field as they were sent, with what agrees marked.

What counts as agreeing is what ``matching`` counts: a name however written, the host of a homepage, the end of a
telephone number, the bytes of a file.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from imrf_portal.forum import CallDocument

from . import answer_labels, names
from .matching import homepage_identity, phone_digits
from .models import ApplicationVersion

SHOWN_OF_A_HASH = 12
FIELDS = (
    "name", "former_names", "acronym", "country", "type", "homepage", "contact_email", "contact_phone", "contact_name",
    "head_name",
)  # fmt: skip


class Line(NamedTuple):
    """``agrees`` is None where one of the two says nothing; ``why`` says what agrees where the texts differ."""

    label: str
    one: str
    other: str
    agrees: bool | None
    why: str = ""


def sent_by(application):
    """The version that counts; an empty one where nothing was ever sent."""
    return application.versions.order_by("-number").first() or ApplicationVersion(answers={}, documents={})


def lines(one, other, countries):
    """The lines of two versions (``ApplicationVersion``), answers first, then a line for each kind of document."""
    for field in FIELDS:
        texts = [answer_labels.shown_value(field, side.answers.get(field), countries) for side in (one, other)]
        yield Line(str(answer_labels.label_of(field)), *texts, *_answers_agree(field, one.answers, other.answers))
    for kind in CallDocument.Kind:
        mine, theirs = (side.documents.get(kind) or {} for side in (one, other))
        if mine or theirs:
            yield Line(
                str(kind.label), _file_in_words(mine), _file_in_words(theirs), *_files_agree(mine, other, theirs)
            )


def _answers_agree(field, one, other):
    if field in ("name", "former_names"):
        return _names_agree(field, one, other)
    mine, theirs = (_comparable(field, side.get(field) or "") for side in (one, other))
    if not mine or not theirs:
        return None, ""
    agrees = mine == theirs
    return agrees, _what_agrees(field, mine) if agrees and one[field] != other[field] else ""


def _names_agree(field, one, other):
    """A name agrees with the name of the other, or with one that it bore before; former names among themselves."""
    mine, theirs = ({names.key(name) for name in _names(field, side)} for side in (one, other))
    if not mine or not theirs:
        return None, ""
    if field == "name":
        if mine & theirs:
            return True, "" if one["name"] == other["name"] else _("the same name, however written")
        former = [{names.key(name) for name in _names("former_names", side)} for side in (one, other)]
        if mine & former[1] or theirs & former[0]:
            return True, _("the name of one is a former name of the other")
        return False, ""
    return bool(mine & theirs), ""


def _names(field, answers):
    return [name for name in (answers.get(field) or "").splitlines() if name.strip()]


def _comparable(field, value):
    match field:
        case "homepage":
            return homepage_identity(value)
        case "contact_phone":
            return phone_digits(value)
        case "contact_email":
            return value.rpartition("@")[2].casefold()
        case "acronym" | "contact_name" | "head_name":
            return names.compact(names.fold(value))
    return value


def _what_agrees(field, value):
    match field:
        case "homepage" | "contact_email":
            return _("the same domain: %(domain)s") % {"domain": value}
        case "contact_phone":
            return _("the same last digits: %(digits)s") % {"digits": value}
    return _("the same, written differently")


def _file_in_words(document):
    if not document:
        return ""
    return f"{document.get('name', '')} (SHA-256 {document.get('sha256', '')[:SHOWN_OF_A_HASH]}…)"


def _files_agree(mine, other, theirs):
    """Whether the file is the other's file of this kind, or of another kind."""
    if not mine.get("sha256"):
        return None, ""
    if mine["sha256"] == theirs.get("sha256"):
        return True, _("the same file, byte for byte")
    if any(mine["sha256"] == document.get("sha256") for document in other.documents.values() if document):
        return True, _("the same file, sent as another document")
    return (False, "") if theirs else (None, "")
