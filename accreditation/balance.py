"""The balance of a list: how many names of each regional group and type, beside the pool and the Member States."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _

from imrf_portal.geography import Country

from .models import OrganizationType


def member_state_shares():
    """``{regional group: share of the Member States, 0 to 100}``."""
    rows = (
        Country.objects.filter(kind=Country.Kind.MEMBER_STATE)
        .values_list("regional_group")
        .annotate(total=Count("pk"))
        .order_by()
    )
    counted = dict(rows)
    total = sum(counted.values()) or 1
    return {group: round(100 * count / total) for group, count in counted.items()}


def share(part, whole):
    return round(100 * part / whole) if whole else 0


def by_group(listed, pool):
    """Rows of the table: label, names on the list, names eligible in all, both shares, share of Member States.

    ``listed`` and ``pool`` are applications with their ``country``; the pool holds the listed ones too. A country
    without a regional group has a row of its own, so that the columns add up.
    """
    now = Counter(_group(application) for application in listed)
    all_of_them = Counter(_group(application) for application in pool)
    states = member_state_shares()
    labels = {**dict(Country.RegionalGroup.choices), "": _("No regional group")}
    return [
        _row(label, now[group], sum(now.values()), all_of_them[group], sum(all_of_them.values()), states.get(group))
        for group, label in labels.items()
    ]


def by_type(listed, pool):
    now, all_of_them = Counter(a.type for a in listed), Counter(a.type for a in pool)
    return [
        _row(label, now[kind], sum(now.values()), all_of_them[kind], sum(all_of_them.values()), None)
        for kind, label in [*OrganizationType.choices, ("", _("Not answered"))]
        if all_of_them[kind]
    ]


def _group(application):
    return application.country.regional_group if application.country else ""


def _row(label, listed, listed_total, pool, pool_total, reference):
    return {
        "label": label,
        "listed": listed,
        "listed_share": share(listed, listed_total),
        "pool": pool,
        "pool_share": share(pool, pool_total),
        "states_share": reference,
    }
