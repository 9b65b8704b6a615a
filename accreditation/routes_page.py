"""What the verdict page shows, made of a stored verdict: codes become words in the reader's language."""

from datetime import date, datetime

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from imrf_portal.forum import Call, ForumRoute
from imrf_portal.geography import Country

from . import eligibility, names, organization_types
from .models import OrganizationType

STATUS_WORDS = {
    "general": _("general consultative status"),
    "special": _("special consultative status"),
    "roster": _("consultative status on the Roster"),
    "given up": _("status given up at its own request"),
}
KIND_WORDS = {
    "ecosoc": _("ECOSOC list"),
    "gcm": _("Global Compact list"),
    "nhri": _("list of national human rights institutions"),
    "forum": _("final list of an earlier Forum"),
}
FOUND_WORDS = {
    "current": _("Found by its name of today"),
    "former": _("Found by a former name"),
    "merged": _("Found by the name of a body that merged into it"),
    "spelling": _("Found by another spelling"),
    "acronym": _("Found by its acronym"),
}
CALL_OF_ROUTE = {eligibility.SPECIAL: Call.Kind.SPECIAL_ACCREDITATION}


def page_of(verdict):
    """The context of the verdict page; ``verdict`` comes with its Forum, the Forum's Calls, and its country."""
    forum = verdict.forum
    matches = _shown(verdict)
    decided_by = verdict.evidence.get("decided_by")
    route = eligibility.SPECIAL if verdict.is_disputed else verdict.route
    call = next((c for c in forum.calls.all() if c.kind == CALL_OF_ROUTE.get(route, Call.Kind.REGISTRATION)), None)
    if call is not None:
        call.forum = forum
    window = call.window() if call else None
    return {
        "forum": forum,
        "verdict": verdict,
        "route": route,
        "match": matches[decided_by] if decided_by is not None else None,
        "near": [match for match in matches if match["place"] != decided_by],
        "reasons": _reasons(verdict),
        "ending": ForumRoute.objects.filter(forum=forum, route=route).first(),
        "window": window,
        "refusal": window.refusal() if window else None,
        "documents": list(call.documents_asked.all()) if call and route == eligibility.SPECIAL else [],
        "proof_words": organization_types.proof_words(verdict.type),
        "type_words": dict(OrganizationType.choices).get(verdict.type, ""),
        "change": urlencode({"name": verdict.name, "country": verdict.country_id, "type": verdict.type}),
        "lists": list(verdict.lists.all()),
    }


def _reasons(verdict):
    codes = list(verdict.evidence.get("reasons", ()))
    if verdict.is_disputed:
        codes = ["disputed"]
    return [eligibility.REASONS[code] for code in codes if code in eligibility.REASONS]


def _shown(verdict):
    matches = verdict.evidence.get("matches", [])
    codes = {match["country"] for match in matches} - {""}
    countries = {c.pk: c for c in Country.objects.filter(pk__in=codes)} if codes else {}
    return [_shown_match(place, match, countries) for place, match in enumerate(matches)]


def _shown_match(place, match, countries):
    words = [names.DIFFERENCES[code] for code in match["differences"] if code in names.DIFFERENCES]
    return match | {
        "place": place,
        "country": countries.get(match["country"]),
        "as_of": date.fromisoformat(match["list_as_of"]),
        "imported_at": datetime.fromisoformat(match["list_imported_at"]),
        "kind_words": KIND_WORDS[match["list_kind"]],
        "found_words": FOUND_WORDS[match["matched_kind"]],
        "status_words": STATUS_WORDS.get(match["status"].casefold(), match["status"]),
        "difference_words": words,
        "is_renamed": match["matched_name"] != match["name"],
        "has_ended": eligibility.has_ended(match),
    }
