"""How the applications are spread: by status, regional group and type, each number with the filter that lists it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from imrf_portal import written
from imrf_portal.counting import tallying

from . import queue
from .models import Application

NONE = "none"
"""The value of a filter for what has no regional group, or no type."""


@dataclass(frozen=True)
class Line:
    """``query`` is what follows the “?” of the queue; ``share`` is in percent."""

    label: str
    count: int
    share: int
    query: str


@dataclass(frozen=True)
class Spread:
    title: str
    name: str
    lines: list


def spreads(user):
    """``(tables, by Forum)`` over all that this officer may see: the three tables, and for the key of each Forum its
    applications by status. One statement, and a row for each Forum, whatever the number of applications."""
    columns = [(name, value) for name in ("status", "group", "type") for value in queue.CHOICES[name]]

    def write():
        return tallying(Application.objects.visible_to(user), [_condition(*column) for column in columns], by="forum")

    tables, by_forum = {}, {}
    for forum, *totals in written.rows_of(user, "spreads", write):
        for (name, value), total in zip(columns, totals, strict=True):
            counted = tables.setdefault(name, {})
            counted[value] = counted.get(value, 0) + total
            if name == "status" and total:
                by_forum.setdefault(forum, {})[value] = total
    whole = sum(tables.get("status", {}).values())
    return [
        Spread(title, name, _lines(name, tables.get(name, {}), whole))
        for name, title in (
            ("status", _("By status")), ("group", _("By regional group")), ("type", _("By type")),
        )
    ], by_forum  # fmt: skip


def _condition(name, value):
    if name == "group":
        return Q(country=None) | Q(country__regional_group="") if value == NONE else Q(country__regional_group=value)
    return Q(**{name: "" if value == NONE else value})


def _lines(name, counted, whole):
    """In the order of the filter, without those that count nothing."""
    return [
        Line(str(label), counted[value], round(100 * counted[value] / whole), f"tab=all&{name}={value}")
        for value, label in queue.CHOICES[name].items()
        if counted.get(value)
    ]
