"""Verbs of the route finder: answer, dispute (“this is not us”), claim (“this is us”)."""

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal.errors import Refused

from . import csonet, eligibility, references
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
    matches = references.find_matches(name, country=country.pk, limit=NEAREST, lists=lists)
    decision = eligibility.decide(
        organization_type=organization_type,
        matches=matches,
        has_profile=profile is not None,
        lists_were_read=bool(lists),
    )
    evidence = {
        "matches": matches,
        "decided_by": matches.index(decision.match) if decision.match else None,
        "reasons": list(decision.reasons),
        "profile_code": profile.code if profile else "",
    }
    return _keep(
        lists, forum=forum, name=name, country=country, type=organization_type, csonet_url=csonet_url.strip(),
        route=decision.route, evidence=evidence, made_by=by,
    )  # fmt: skip


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
