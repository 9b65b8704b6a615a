"""Who speaks: the shortlist, the selection, and how balanced they are. Asking to speak is in ``speaking``."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accreditation.models import Accreditation, OrganizationType
from imrf_portal import audit
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused
from imrf_portal.geography import Country

from . import telling
from .models import Registration, Representative, SpeakingRequest
from .speaking import has_place

_S = SpeakingRequest.Status
STEPS = {
    "shortlist": ((_S.SUBMITTED,), _S.SHORTLISTED),
    "select": ((_S.SHORTLISTED,), _S.SELECTED),
    "decline": ((_S.SUBMITTED, _S.SHORTLISTED), _S.DECLINED),
    "reopen": ((_S.SHORTLISTED, _S.SELECTED, _S.DECLINED), _S.SUBMITTED),
}
"""Verb: from which statuses, to which."""


def possible(request):
    """The verbs that have a place now."""
    return [verb for verb, (sources, _target) in STEPS.items() if request.status in sources]


@transaction.atomic
def step(request, verb, *, by):
    """Move a request one step. Shortlisting and selecting need a confirmed place of the person (T-R28)."""
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    sources, target = STEPS[verb]
    request = (
        SpeakingRequest.objects.select_for_update(of=("self",))
        .select_related("representative", "accreditation__organization", "forum_session__forum")
        .get(pk=request.pk)
    )
    needs_place = verb in {"shortlist", "select"}
    if needs_place and not has_place(request.forum_session, request.representative):
        raise Refused(
            _("%(name)s has no confirmed place in “%(session)s” yet. The request stays a draft until then.")
            % {"name": request.representative, "session": request.forum_session}
        )
    if needs_place and not request.accreditation.is_in_force:
        raise Refused(_("The accreditation of %(who)s is not in force.") % {"who": request.accreditation.organization})
    if request.status not in sources:
        raise Refused(
            _("This cannot be done while the status is “%(status)s”.") % {"status": request.get_status_display()}
        )
    before = request.status
    SpeakingRequest.objects.filter(pk=request.pk).update(status=target)
    request.status = target
    audit.record(f"speaking.{verb}", request, by=by, before=before, after=target)
    if verb in {"select", "decline"}:
        _tell(request, f"speaking_{target}")
    return request


def _tell(request, template):
    registration = Registration.objects.filter(
        forum_session=request.forum_session, representative=request.representative
    ).last()
    if registration is None:
        return
    again = audit.Event.objects.about(request).count()
    telling.tell_person(registration, template, key=f"{template}:{request.pk}:{again}", request=request)


@dataclass(frozen=True)
class Balance:
    """Counts of one property: rows of (label, asked, shortlisted, selected)."""

    label: Any
    rows: list


def requests_of(session):
    return (
        SpeakingRequest.objects.filter(forum_session=session)
        .select_related("representative", "accreditation__organization__country", "forum_session")
        .order_by("asked_at", "pk")
    )


def balance(requests):
    """The requests by region, type and gender: those who asked, the shortlist (with those selected), the selected."""
    requests = list(requests)
    groups = dict(Country.RegionalGroup.choices)
    types = dict(OrganizationType.choices)
    genders = dict(Representative.Gender.choices)
    return [
        Balance(_("Region"), _counted(requests, _region, groups, _("Not a Member State"))),
        Balance(_("Type of organization"), _counted(requests, _type, types, _("Not known"))),
        Balance(_("Gender"), _counted(requests, _gender, genders, genders[""])),
    ]


def _region(request):
    country = request.accreditation.organization.country
    return country.regional_group if country else ""


def _type(request):
    return request.accreditation.organization.type


def _gender(request):
    return request.representative.gender


def _counted(requests, of, labels, otherwise):
    asked = Counter(of(one) for one in requests)
    listed = Counter(of(one) for one in requests if one.status in {_S.SHORTLISTED, _S.SELECTED})
    chosen = Counter(of(one) for one in requests if one.status == _S.SELECTED)
    order = [*(key for key in labels if key), ""]
    return [
        (labels.get(key) or otherwise if key else otherwise, asked[key], listed[key], chosen[key])
        for key in order
        if asked[key]
    ]


def _standing(session):
    return requests_of(session).filter(status=_S.SELECTED, accreditation__in=Accreditation.objects.in_force())


LIST_COLUMNS = ("Number", "Name", "Function", "Organization", "Country", "Topic", "Language", "Presents the summary")


def take_list(session, *, by):
    """The speakers' list for taking away, recorded: ``(header, rows)`` of those selected, in the order they asked.

    Whose accreditation is not in force is not on it.
    """
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    rows = []
    for number, one in enumerate(_standing(session), start=1):
        organization = one.accreditation.organization
        country = organization.country.name_en if organization.country else ""
        rows.append(
            (number, one.representative.name, one.representative.function, organization.name, country, one.topic,
             one.language, one.presents_summary)
        )  # fmt: skip
    audit.record("speaking.list", session, by=by, rows=len(rows))
    return LIST_COLUMNS, rows
