"""Verbs of the route finder: answer, dispute (“this is not us”), claim (“this is us”)."""

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal.errors import Refused

from . import csonet, eligibility, names, references
from .models import RouteVerdict

NEAREST = 5


def answer(forum, *, name, country, organization_type, csonet_url="", by=None):
    """Find the route and keep the verdict with the versions of the lists it was made from.

    ``country`` is a ``Country``; ``by`` a user or None. Refused when the address is not one of a CSOnet profile.
    """
    profile = csonet.read(csonet_url)
    if profile and profile.explanation:
        raise Refused(profile.explanation, field="csonet_url")
    lists = list(references.current_lists())
    decision, evidence = find_route(
        name, country=country.pk, organization_type=organization_type, lists=lists,
        profile_code=profile.code if profile else "",
    )  # fmt: skip
    return _keep(
        lists, forum=forum, name=name, country=country, type=organization_type, csonet_url=csonet_url.strip(),
        route=decision.route, evidence=evidence, made_by=by,
    )  # fmt: skip


def find_route(name, *, country, organization_type, lists, profile_code="", not_them=frozenset()):
    """``(decision, evidence)`` from these versions; keeps nothing.

    ``country`` is an ISO code; ``not_them`` the keys of listed names of which the person said “this is not us”.
    """
    matches = references.find_matches(name, country=country, limit=NEAREST, lists=lists)
    decision = eligibility.decide(
        organization_type=organization_type,
        matches=[match for match in matches if names.key(match["name"]) not in not_them],
        has_profile=bool(profile_code),
        lists_were_read=bool(lists),
    )
    return decision, {
        "matches": matches,
        "decided_by": matches.index(decision.match) if decision.match else None,
        "reasons": list(decision.reasons),
        "profile_code": profile_code,
    }


def renew(verdict, decision, evidence, *, lists, **about):
    """Keep a new answer to the question of ``verdict`` (None: it was never asked), without a person asking."""
    if verdict is not None:
        about = {name: getattr(verdict, name) for name in ("forum", "name", "country", "type", "csonet_url")} | about
    return _keep(lists, renews=verdict, route=decision.route, evidence=evidence, **about)


@transaction.atomic
def _keep(lists, **values):
    verdict = RouteVerdict.objects.create(**values)
    verdict.lists.set(lists)
    return verdict


def dispute(verdict, *, note=""):
    """Keep that the person says “this is not us”: the way to apply is open, and staff compare. Twice is once."""
    if not verdict.is_disputed:
        verdict.is_disputed, verdict.disputed_at = True, clock.now()
    verdict.dispute_note = note or verdict.dispute_note
    verdict.save(update_fields=["is_disputed", "disputed_at", "dispute_note"])
    return verdict


def claim(verdict, *, place, by=None):
    """A new verdict, in which the person says that the near name at ``place`` of the evidence is theirs."""
    matches = verdict.evidence["matches"]
    if not 0 <= place < len(matches):
        raise Refused(_("That name is not on this page."))
    decision = eligibility.claimed(matches[place])
    evidence = verdict.evidence | {"decided_by": place, "reasons": list(decision.reasons), "claimed_from": verdict.key}
    return _keep(
        list(verdict.lists.all()), forum=verdict.forum, name=verdict.name, country=verdict.country, type=verdict.type,
        csonet_url=verdict.csonet_url, route=decision.route, evidence=evidence, made_by=by,
        claimed_entry_id=matches[place]["entry"],
    )  # fmt: skip
