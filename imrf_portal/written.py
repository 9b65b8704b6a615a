"""Statements that are written once for each person, and run at every page.

The ORM takes thirty times as long to put the numbers of the desk's menu into SQL as the database to count them, and
what it writes for a person differs from one request to the next in the moment alone. Kept are statements, never what
they found; each belongs to one person and to what she may do, so that nobody reads by the rights of another.
"""

from datetime import UTC, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection

from . import clock
from .access import capabilities_of

MOST_KEPT = 500
MOMENT = object()
"""Stands among the values of a kept statement where the moment belongs."""
TWO_MOMENTS = datetime(2001, 2, 3, 4, 5, 6, 7, tzinfo=UTC), datetime(2002, 3, 4, 5, 6, 7, 8, tzinfo=UTC)
_kept = {}


def rows_of(user, what, write):
    """The rows that a statement finds, as a list of tuples of whole numbers.

    ``write()`` gives ``(SQL, values)``. It is asked again only for another person, other rights or another ``what``,
    which is hashable and holds all else that it depends on (None: asked each time); the moment is put in anew.
    """
    key = what, user.pk, user.audience, user.is_superuser, capabilities_of(user)
    try:
        if what is not None and key not in _kept:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = _but_for_the_moment(write)
        sql, values = _kept.get(key) or write()
    except EmptyResultSet:
        return []
    moment = _stored(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment if value is MOMENT else value for value in values])
        return cursor.fetchall()


def _but_for_the_moment(write):
    """What ``write`` gives, with ``MOMENT`` for each moment; None when it cannot be kept.

    It is written at two moments: what differs must be these, and none may stand in it that was put in before.
    """
    (sql, first), (again, second) = (_at(moment, write) for moment in TWO_MOMENTS)
    if sql != again or _stored(clock.now()) in first:
        return None
    moments = tuple(_stored(moment) for moment in TWO_MOMENTS)
    pairs = list(zip(first, second, strict=True))
    if any(one != other and (one, other) != moments for one, other in pairs):
        return None
    return sql, [one if one == other else MOMENT for one, other in pairs]


def _at(moment, write):
    with clock.frozen(moment):
        return write()


def _stored(moment):
    return connection.ops.adapt_datetimefield_value(moment)
