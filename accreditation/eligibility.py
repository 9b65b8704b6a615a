"""Which of the four routes is an organization's, from its type and what was found on the lists.

Pure: knows no model. Only an equal name on a list gives a route; a name that looks alike never does, and never
refuses anybody.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

ECOSOC, GCM, NHRI, SPECIAL = "ecosoc", "gcm", "nhri", "special"
ROUTES_IN_ORDER = (ECOSOC, GCM, NHRI)
"""A list of this kind gives the route of the same name; the earlier one wins."""
NHRI_TYPE = "nhri"
ENDED = frozenset({"given up", "withdrawn", "suspended", "expired", "terminated", "revoked"})
"""Words in the status column that say: on the list, but no longer in force."""

REASONS = {
    "listed": _("Your name is on the list."),
    "listed_former": _("Your name is on the list as a former name."),
    "listed_merged": _("Your organization is on the list as one that merged into another."),
    "listed_spelling": _("Your name is on the list in another spelling."),
    "claimed": _("You said that this entry is your organization. A person compares the names."),
    "disputed": _("You said that the entry we found is not your organization. A person compares the names."),
    "type_nhri": _("National human rights institutions have a route of their own."),
    "near": _("Names on the lists look like yours, but none is the same."),
    "other_country": _("The same name is on a list, but for another country."),
    "ended": _("Your name is on the list, but the status is no longer in force."),
    "earlier_forum": _("You were accredited to an earlier Forum. That does not carry over by itself."),
    "nothing_found": _("We found no name like yours on the lists."),
    "no_lists": _("No list has been imported yet, so a person checks."),
    "profile_is_no_status": _("A profile in CSOnet alone is not consultative status."),
}


@dataclass(frozen=True)
class Decision:
    """A route, the reasons (codes of ``REASONS``, the deciding one first), and the match that decided, if any."""

    route: str
    reasons: tuple
    match: dict | None = None


def decide(*, organization_type, matches, has_profile=False, lists_were_read=True):
    """The ``Decision`` for what a person typed.

    ``matches`` are dicts as ``references.find_matches`` gives them, best first. ``has_profile``: a CSOnet profile
    was named, which proves nothing.
    """
    proven = [match for match in matches if is_proof(match)]
    for route in ROUTES_IN_ORDER:
        for match in proven:
            if match["list_kind"] == route:
                return Decision(route, (_listed_as(match),), match)
    if organization_type == NHRI_TYPE:
        return Decision(NHRI, ("type_nhri",))
    reasons = [*_why_special(matches, lists_were_read)]
    if has_profile:
        reasons.append("profile_is_no_status")
    return Decision(SPECIAL, tuple(reasons))


def is_proof(match):
    """Whether a match shows that this organization is on the list, with a status in force, in no other country."""
    return match["is_exact"] and match["same_country"] is not False and not has_ended(match)


def has_ended(match):
    return match["status"].strip().casefold() in ENDED


def _listed_as(match):
    kind = match["matched_kind"]
    return "listed" if kind == "current" else f"listed_{kind}"


def _why_special(matches, lists_were_read):
    exact = [match for match in matches if match["is_exact"]]
    if any(has_ended(match) for match in exact):
        yield "ended"
    if any(match["same_country"] is False for match in exact):
        yield "other_country"
    if any(is_proof(match) and match["list_kind"] == "forum" for match in exact):
        yield "earlier_forum"
    if any(not match["is_exact"] for match in matches):
        yield "near"
    if not matches:
        yield "nothing_found" if lists_were_read else "no_lists"


def claimed(match):
    """The decision when a person says that a near name is theirs: the route of that list, for staff to confirm."""
    route = match["list_kind"] if match["list_kind"] in ROUTES_IN_ORDER else SPECIAL
    return Decision(SPECIAL if has_ended(match) else route, ("claimed",), match)


def disputed(decision):
    """The decision when a person says that what was found is not them: they may apply, flagged for staff."""
    return Decision(SPECIAL, ("disputed", *decision.reasons), decision.match)
