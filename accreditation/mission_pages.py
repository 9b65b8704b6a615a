"""What a Mission's pages read: lists shared with it, names with what its State did about them, its own record.

Name and country come from the entries of the list alone. Nothing here reads an application.
"""

from dataclasses import dataclass, field
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from imrf_portal.access import Audience
from imrf_portal.audit import Event
from imrf_portal.geography import Country
from imrf_portal.users import User

from . import objections
from .models import Objection, OrganizationType, StakeholderList, StateRequest

NAMES_ON_A_PAGE = 100
EXPORTS = ("list.export", "list.print", "ledger.export", "list.letter", "list.certificate")
"""Verbs of the events that say that a Mission took something out of the portal."""


def for_readers(view):
    """Those who may read lists as a Mission does; ``visible_to`` decides which. Kept by no cache."""
    return never_cache(login_required(view))


def for_missions(view):
    """Only delegates of a Mission know that this address exists."""

    @wraps(view)
    @for_readers
    def guarded(request, *args, **kwargs):
        if request.user.audience != Audience.MEMBER_STATE:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def zone(user):
    """The words of the bar over every page of this area."""
    if user.audience != Audience.MEMBER_STATE:
        return {"zone": "secretariat", "zone_note": _("This page is what Member States see")}
    return {"zone": "states", "zone_note": _("Permanent Mission of %(state)s") % {"state": user.member_state}}


def shared_lists(user):
    """The lists that this person may read as a Member State does, with what replaced them and what became of them."""
    return with_successors(StakeholderList.objects.visible_to(user).exclude(circulated_at=None))


def with_successors(lists):
    """``lists`` with the newer version and the final list that States can read."""
    siblings = StakeholderList.objects.exclude(circulated_at=None).order_by("-version")
    newer = siblings.filter(
        forum=OuterRef("forum"), number=OuterRef("number"), kind=OuterRef("kind"), version__gt=OuterRef("version")
    )
    final = siblings.filter(forum=OuterRef("forum"), kind=StakeholderList.Kind.FINAL)
    return lists.select_related("forum").annotate(
        newer_pk=Subquery(newer.values("pk")[:1]),
        newer_version=Subquery(newer.values("version")[:1]),
        final_pk=Subquery(final.values("pk")[:1]),
    )


def reader_of(state):
    """Somebody who reads as a delegate of this State does; no account, so that nothing can be done in its name."""
    return User(
        audience=Audience.MEMBER_STATE, member_state=state, mission_role=User.MissionRole.READER, is_active=False
    )


def shared_list(user, pk):
    """One of ``shared_lists``, or 404."""
    return get_object_or_404(shared_lists(user), pk=pk)


def closed_list(user, pk):
    """A proposed list whose period has ended, by the clock; 404 before."""
    listed = shared_list(user, pk)
    if listed.kind != StakeholderList.Kind.PROPOSED or not listed.is_closed or listed.newer_pk:
        raise Http404
    return listed


def with_counts(lists):
    return lists.annotate(names=Count("entries"))


def under_silence(listed):
    """Whether States may act on this list now: the period is open, by the clock, and nothing replaced the list."""
    return listed.kind == StakeholderList.Kind.PROPOSED and not listed.newer_pk and not listed.is_closed


def may_ask(user, listed):
    return (
        objections.refusal_to_ask(user, listed) is None
        and not listed.newer_pk
        and (not listed.is_closed or listed.forum.requests_after_close)
    )


def may_object(user, listed):
    return under_silence(listed) and objections.refusal_to_object(user, listed.forum) is None


@dataclass
class Row:
    """One name with what the reader's State did about it and may read beyond name and country."""

    entry: object
    objection: object = None
    named_by: list = field(default_factory=list)
    requests: dict = field(default_factory=dict)
    shared: dict = field(default_factory=dict)

    @property
    def waits(self):
        return any(request.answered_at is None for request in self.requests.values())

    @property
    def declined(self):
        return any(request.is_released is False for request in self.requests.values())

    @property
    def stands(self):
        return self.objection is not None and self.objection.status in Objection.STANDING

    @property
    def is_touched(self):
        return bool(self.objection or self.named_by or self.requests or self.shared)

    @property
    def category(self):
        return OrganizationType(self.entry.category).label if self.entry.category else ""

    @property
    def left_to_ask(self):
        return {"homepage", "reason"} - self.requests.keys() - self.shared.keys()


def rows_of(user, entries):
    """A ``Row`` for each of these entries, in two statements."""
    rows = {entry.pk: Row(entry) for entry in entries}
    if user.audience != Audience.MEMBER_STATE:
        return list(rows.values())
    state = user.member_state_id
    named = Q(supporters__state=state, supporters__disowned_at=None, status__in=Objection.STANDING)
    for objection in (
        Objection.objects.filter(Q(state=state) | named, entry__in=list(rows))
        .exclude(status=Objection.State.WITHDRAWN)
        .select_related("state")
        .distinct()
    ):
        if objection.state_id == state:
            rows[objection.entry_id].objection = objection
        else:
            rows[objection.entry_id].named_by.append(objection)
    for request in StateRequest.objects.filter(
        Q(state=state) | Q(to_all=True, is_released=True), entry__in=list(rows)
    ).order_by("pk"):
        row = rows[request.entry_id]
        if request.state_id == state:
            row.requests[request.what] = request
        if request.is_released:
            row.shared[request.what] = request
    return list(rows.values())


@dataclass
class NamesPage:
    """One page of a list: its filters, its rows, and how many names there are and fit."""

    form: object
    page: object
    rows: list
    total: int

    @property
    def next_name_sort(self):
        return "name" if self.form.chosen("sort") == "-name" else "-name"


def countries_on(listed):
    """The countries of a list's names, each with ``names``, how many come from it."""
    countries = Country.objects.filter(listentry__stakeholder_list=listed).order_by()
    return list(countries.annotate(names=Count("listentry")))


def names_page(user, listed, countries, form, number):
    """Page ``number`` of the names that fit the filters of ``form``."""
    total = sum(country.names for country in countries)
    paginator = Paginator(form.applied_to(listed.entries.all()), NAMES_ON_A_PAGE)
    if not form.in_use():
        paginator.count = total
    page = paginator.get_page(number)
    by_code = {country.pk: country for country in countries}
    entries = list(page.object_list)
    for entry in entries:
        entry.country = by_code[entry.country_id]
    return NamesPage(form, page, rows_of(user, entries), total)


def taken_versions(user, listed):
    """Events of this Mission's downloads of earlier versions of the list; a first version has none."""
    if listed.version == 1 or user.audience != Audience.MEMBER_STATE:
        return []
    earlier = StakeholderList.objects.filter(
        forum=listed.forum_id, number=listed.number, kind=listed.kind, version__lt=listed.version
    )
    return list(
        Event.objects.filter(
            verb__in=EXPORTS,
            subject_type=StakeholderList._meta.label_lower,
            subject_id__in=[str(pk) for pk in earlier.values_list("pk", flat=True)],
            actor__member_state=user.member_state_id,
        ).order_by("happened_at")
    )
