"""The balance of a list: how many names of each region, situation, type and leadership, beside the pool.

Pure functions over applications with their ``country``. Every table but that of situations adds up: a country without
a regional group, an observer State or a territory, is counted under a heading of its own, by name; what was not
answered is a row.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal.geography import Country

from .models import Application, OrganizationType

NO_GROUP = "none"
UNKNOWN = ""
REGIONS = {
    "Africa": gettext_lazy("Africa"),
    "Americas": gettext_lazy("Americas"),
    "Asia": gettext_lazy("Asia"),
    "Europe": gettext_lazy("Europe"),
    "Oceania": gettext_lazy("Oceania"),
}
SITUATIONS = ("is_ldc", "is_lldc", "is_sids")


@dataclass(frozen=True)
class Row:
    """``counts`` has one (number, share in per cent) for each column; ``level`` 1 is a part of the row above."""

    label: str
    counts: list
    states_share: int | None = None
    level: int = 0


@dataclass(frozen=True)
class Table:
    """``columns`` are the headings of the counts; ``totals`` their sums; ``note`` says what does not add up."""

    key: str
    caption: str
    columns: list
    rows: list
    totals: list
    note: str = ""
    with_states: bool = False


def share(part, whole):
    return round(100 * part / whole) if whole else 0


def tables(what_if, pool, *, saved=None):
    """The balance of the names ticked, of the draft as saved (None: there is none), and of all who are eligible."""
    columns = [(_("What if"), list(what_if))]
    if saved is not None:
        columns.append((_("Saved draft"), list(saved)))
    columns.append((_("Pool"), list(pool)))
    return [
        by_group(columns),
        by_region(columns),
        by_situation(columns),
        by_type(columns),
        by_leadership(columns),
    ]


def by_group(columns):
    """By regional group of Member States; countries without one under their own heading, each by its name."""
    counted = [(heading, Counter(map(_group, rows))) for heading, rows in columns]
    countries = [Counter(a.country for a in rows if _group(a) == NO_GROUP) for _heading, rows in columns]
    sizes = [len(rows) for _heading, rows in columns]
    states = member_state_shares()
    rows = [
        _row(label, [counts[group] for _heading, counts in counted], sizes, states_share=states.get(group, 0))
        for group, label in Country.RegionalGroup.choices
    ]
    if any(counts[NO_GROUP] for _heading, counts in counted):
        rows.append(_row(_("Without a regional group"), [counts[NO_GROUP] for _h, counts in counted], sizes))
        named = sorted(set().union(*countries), key=lambda country: (country.kind, country.name))
        rows += [
            _row(f"{country.name} ({country.get_kind_display()})", [c[country] for c in countries], sizes, level=1)
            for country in named
        ]
    rows += _unknown(_("No country given"), counted, sizes)
    return _table("group", _("By regional group"), columns, rows, with_states=True)


def by_region(columns):
    """By region of the M49 standard, which every country has."""
    return _simple("region", _("By M49 region"), columns, _region, REGIONS, unknown=_("In no region"))


def by_type(columns):
    return _simple(
        "type", _("By type"), columns, lambda a: a.type, dict(OrganizationType.choices), unknown=_("Not answered")
    )


def by_leadership(columns):
    """As the organizations say themselves; the question is optional."""
    labels = {Application.WomenLed.YES.value: _("Women-led"), Application.WomenLed.NO.value: _("Not women-led")}
    return _simple(
        "women_led",
        _("Women-led, as they say"),
        columns,
        lambda a: a.women_led,
        labels,
        unknown=_("Not answered"),
        with_empty=True,
    )


def by_situation(columns):
    """Countries in special situations; a country can be in two, so that the rows do not add up, and say so."""
    labels = {
        "is_ldc": _("Least developed countries"),
        "is_lldc": _("Landlocked developing countries"),
        "is_sids": _("Small island developing States"),
    }
    sizes = [len(rows) for _heading, rows in columns]
    rows = [
        _row(label, [sum(1 for a in rows if a.country and getattr(a.country, flag)) for _h, rows in columns], sizes)
        for flag, label in labels.items()
    ]
    rows.append(
        _row(_("None of these"), [sum(1 for a in rows if not _is_special(a)) for _heading, rows in columns], sizes)
    )
    note = _("A country can be in two of these groups.")
    return _table("situation", _("By situation of the country"), columns, rows, note=note)


def furthest_below(pool, draft):
    """``pool`` in the order of need: first the regional groups that the draft keeps furthest below their share."""
    states, counted = member_state_shares(), Counter(map(_group, draft))

    def above(application):
        group = _group(application)
        return share(counted[group], len(draft)) - states[group] if group in states else 0

    return sorted(pool, key=above)


def member_state_shares():
    """``{regional group: share of the Member States, 0 to 100}``."""
    rows = (
        Country.objects.filter(kind=Country.Kind.MEMBER_STATE)
        .values_list("regional_group")
        .annotate(total=Count("pk"))
        .order_by()
    )
    counted = dict(rows)
    total = sum(counted.values())
    return {group: share(count, total) for group, count in counted.items()}


def _group(application):
    if application.country is None:
        return UNKNOWN
    return application.country.regional_group or NO_GROUP


def _region(application):
    return application.country.m49_region if application.country else UNKNOWN


def _is_special(application):
    return application.country is not None and any(getattr(application.country, flag) for flag in SITUATIONS)


def _simple(key, caption, columns, value_of, labels, *, unknown, with_empty=False):
    counted = [(heading, Counter(map(value_of, rows))) for heading, rows in columns]
    sizes = [len(rows) for _heading, rows in columns]
    rows = [
        _row(label, [counts[value] for _heading, counts in counted], sizes)
        for value, label in labels.items()
        if with_empty or any(counts[value] for _heading, counts in counted)
    ]
    rows += _unknown(unknown, counted, sizes, with_empty=with_empty)
    return _table(key, caption, columns, rows)


def _unknown(label, counted, sizes, *, with_empty=False):
    counts = [counts[UNKNOWN] for _heading, counts in counted]
    return [_row(label, counts, sizes)] if with_empty or any(counts) else []


def _row(label, counts, sizes, **more):
    return Row(str(label), [(n, share(n, size)) for n, size in zip(counts, sizes, strict=True)], **more)


def _table(key, caption, columns, rows, **more):
    headings = [heading for heading, _rows in columns]
    return Table(key, caption, headings, rows, [len(rows) for _heading, rows in columns], **more)
