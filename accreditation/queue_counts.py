"""How the applications are spread: by status, regional group and type, each number with the filter that lists it."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

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
    applications by status. One statement, whatever the number of applications."""
    found = (
        Application.objects.visible_to(user)
        .order_by()
        .values_list("forum", "status", "country__regional_group", "type")
        .annotate(total=Count("pk"))
    )
    by_status, by_group, by_type, by_forum = {}, {}, {}, {}
    for forum, status, group, kind, total in found:
        of_forum = by_forum.setdefault(forum, {})
        tables = ((by_status, status), (by_group, group or NONE), (by_type, kind or NONE), (of_forum, status))
        for counted, key in tables:
            counted[key] = counted.get(key, 0) + total
    whole = sum(by_status.values())
    return [
        Spread(_("By status"), "status", _lines("status", by_status, whole)),
        Spread(_("By regional group"), "group", _lines("group", by_group, whole)),
        Spread(_("By type"), "type", _lines("type", by_type, whole)),
    ], by_forum


def _lines(name, counted, whole):
    """In the order of the filter, without those that count nothing."""
    return [
        Line(str(label), counted[value], round(100 * counted[value] / whole), f"tab=all&{name}={value}")
        for value, label in queue.CHOICES[name].items()
        if counted.get(value)
    ]
