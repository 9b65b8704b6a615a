"""Which columns of an application each audience may read: the one table behind every page, snapshot and export.

Source: product rules “The list and Member States” and “Who sees what”. A State sees name and country only; homepage
and reason where it asked and the secretariat released them.
"""

from enum import StrEnum

from imrf_portal.access import Audience


class Level(StrEnum):
    """Who may read a column; the values are those of the audience badge."""

    PUBLIC = "public"
    STATES = "states"
    REQUEST = "request"
    SECRETARIAT = "secretariat"


ANSWERS = {
    "name": Level.STATES,
    "country": Level.STATES,
    "homepage": Level.REQUEST,
    "reason": Level.REQUEST,
    "acronym": Level.SECRETARIAT,
    "former_names": Level.SECRETARIAT,
    "type": Level.SECRETARIAT,
    "women_led": Level.SECRETARIAT,
    "scope": Level.SECRETARIAT,
    "compact": Level.SECRETARIAT,
    "head_name": Level.SECRETARIAT,
    "head_title": Level.SECRETARIAT,
    "contact_name": Level.SECRETARIAT,
    "contact_email": Level.SECRETARIAT,
    "contact_phone": Level.SECRETARIAT,
    "languages": Level.SECRETARIAT,
    "declared": Level.SECRETARIAT,
}
"""Every answer an applicant gives, in the order of the form, with who may read it besides the applicant."""

EXPLANATION = Level.SECRETARIAT
"""Who may read, besides the applicant, why something that was asked about is right as it stands."""

INTERNAL = {
    "id",
    "call",
    "forum",
    "organization",
    "applicant",
    "verdict",
    "reference",
    "status",
    "revision",
    "started_at",
    "saved_at",
    "saved_by",
    "submitted_at",
    "is_late",
    "late_reason",
    "within_tolerance",
    "assigned_to",
    "assigned_at",
    "is_recommended",
    "recommended_by",
    "recommended_at",
    "reason_code",
    "reason_text",
    "signed_by",
    "signed_at",
    "decided_by",
    "decided_at",
    "decision_reason",
    "duplicate_of",
    "erased_at",
    "search_words",
}
"""Fields of the record itself; for the secretariat, and only through pages that name them."""


def columns_for(audience, *, on_request=False):
    """The answers that ``audience`` may read, in order; ``on_request`` adds what a State may be given when it asks."""
    match audience:
        case Audience.SECRETARIAT | Audience.APPLICANT:
            levels = set(Level)
        case Audience.MEMBER_STATE:
            levels = {Level.PUBLIC, Level.STATES} | ({Level.REQUEST} if on_request else set())
        case _:
            levels = {Level.PUBLIC}
    return [column for column, level in ANSWERS.items() if level in levels]
