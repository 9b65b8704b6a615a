"""The public register of a Forum's lists: what it shows, and counts in which no small group can be recognized."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from imrf_portal.geography import Country

from . import outcome
from .models import ListEntry, OrganizationType, StakeholderList, Status
from .names import fold

SMALLEST_GROUP = 5
NAMES_ON_A_PAGE = 100


def register_lists(forum):
    """The newest versions of the lists that States have read, with how many names each shows; the final list first."""
    return (
        outcome.newest_lists(forum)
        .annotate(names=Count("entries", filter=~Q(entries__application__status=Status.WITHDRAWN)))
        .order_by("kind", "number")
    )


def names_on(listed):
    """The entries shown: who withdrew is no longer public."""
    return listed.entries.exclude(application__status=Status.WITHDRAWN)


def with_place_elsewhere(entries, listed):
    """Adds ``elsewhere``: the number of the proposed list of a final name; of a proposed name its final list's key."""
    other = outcome.newest_lists(listed.forum_id)
    if listed.kind == StakeholderList.Kind.FINAL:
        other = other.filter(kind=StakeholderList.Kind.PROPOSED)
    else:
        other = other.filter(kind=StakeholderList.Kind.FINAL)
    found = ListEntry.objects.filter(application=OuterRef("application"), stakeholder_list__in=other)
    return entries.annotate(elsewhere=Subquery(found.values("stakeholder_list__number")[:1]))


@dataclass(frozen=True)
class Group:
    """One line of a count; ``share`` is in per cent of all."""

    label: str
    count: int
    share: int


def merged(counts, *, rest):
    """``counts`` (label to number) with every group under five merged into ``rest``, which itself is never under five.

    Where the merged groups together are still fewer than five, the next smallest group joins them, so that nothing
    can be found by subtraction. Fewer than five in all give no groups.
    """
    counts = {label: count for label, count in counts.items() if count}
    total = sum(counts.values())
    if total < SMALLEST_GROUP:
        return []
    by_size = sorted(counts, key=lambda label: (counts[label], label))
    hidden, sum_hidden = [], 0
    for label in by_size:
        if counts[label] >= SMALLEST_GROUP and (not hidden or sum_hidden >= SMALLEST_GROUP):
            break
        hidden.append(label)
        sum_hidden += counts[label]
    shown = [(label, counts[label]) for label in reversed(by_size) if label not in hidden]
    if hidden:
        shown.append((rest, sum_hidden))
    return [Group(label, count, round(100 * count / total)) for label, count in shown]


def balance(listed):
    """``(by regional group, by type)`` of the names shown on a list."""
    entries = names_on(listed).order_by()
    regions = dict(Country.RegionalGroup.choices)
    types = dict(OrganizationType.choices)
    by_region = entries.values_list(F("country__regional_group")).annotate(Count("pk"))
    by_type = entries.values_list(F("application__type")).annotate(Count("pk"))
    return (
        merged(
            {str(regions.get(value) or _("Not in a regional group")): count for value, count in by_region},
            rest=_("Groups of fewer than five, together"),
        ),
        merged(
            {str(types.get(value) or _("Not given")): count for value, count in by_type},
            rest=_("Types with fewer than five, together"),
        ),
    )


def page_of(listed, *, text, region, number):
    """One page of the names that fit."""
    entries = with_place_elsewhere(names_on(listed), listed).select_related("country")
    if folded := fold(text):
        entries = entries.filter(folded_name__contains=folded)
    if region in Country.RegionalGroup.values:
        entries = entries.filter(country__regional_group=region)
    return Paginator(entries.order_by("position"), NAMES_ON_A_PAGE).get_page(number)
