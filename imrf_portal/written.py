"""Statements that are written once, and run at every page.

The ORM takes up to thirty times as long to put a statement into SQL as the database to answer it, and what it writes
differs from one request to the next in a moment and a few values. Kept are statements, never what they found.
"""

from copy import copy
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections

from . import clock
from .access import capabilities_of

MOST_KEPT = 500
TWO_MOMENTS = datetime(2001, 2, 3, 4, 5, 6, 7, tzinfo=UTC), datetime(2002, 3, 4, 5, 6, 7, 8, tzinfo=UTC)
TWO_SAMPLES = {
    int: (lambda number: 1_900_000_000 + number, lambda number: 2_000_000_000 + number),
    str: ("first sample {}".format, "second sample {}".format),
    UUID: (lambda number: UUID(int=1_900 + number), lambda number: UUID(int=2_000 + number)),
}
"""Two values of each type that a statement is written with, to see where they stand in it."""
_kept = {}


def rows_of(user, what, write):
    """The rows that a statement finds, as a list of tuples of whole numbers.

    ``write()`` gives ``(SQL, values)``. It is asked again only for another person, other rights or another ``what``,
    which is hashable and holds all else that it depends on (None: asked each time); the moment is put in anew.
    """
    try:
        kept = None if what is None else _keep((what, rights_of(user)), partial(_written, lambda _turn: write()))
        sql, values = kept.filled() if kept else write()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def found(write, *values, what=None):
    """The rows of the queryset ``write(*values)`` in a list, as it would give them itself.

    ``write`` is a function of its own. It is asked again only for another ``what``, which is hashable and holds all
    that it depends on (what it closes over, ``rights_of`` the person it is written for) but the moment and the
    ``values``, numbers, texts and UUIDs, which are put in anew: it may neither look into the database nor decide
    anything by them.
    """
    kept = _keep((write.__code__, what), partial(_written_as_rows, write, values))
    return list(kept.with_values(values) if kept else write(*values))


def rights_of(user):
    """What a statement that is kept for one person depends on: who she is and what she may do."""
    return user.pk, user.audience, user.is_superuser, capabilities_of(user)


def _keep(key, write):
    """What is kept under this key, written now if it never was; None when it cannot be kept.

    Threads may write the same at once; each gets what it needs, and one of them is kept.
    """
    if (kept := _kept.get(key, _kept)) is _kept:
        kept = write()
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = kept
    return kept


class _Statement:
    """SQL with its values. ``places`` says which of them are put in anew: position, number (0: the moment), and how the
    ORM writes it."""

    def __init__(self, sql, values, places):
        self.sql, self.values, self.places = sql, values, places

    def filled(self, given=()):
        given, values = (clock.now(), *given), list(self.values)
        for position, number, as_written in self.places:
            values[position] = as_written(given[number])
        return self.sql, tuple(values)


class _Rows:
    """Stands in for the query of a queryset whose statement is kept: gives its compiler the SQL, filled with values."""

    def __init__(self, query, compiler, statement, given=()):
        self.query, self.compiler, self.statement, self.given = query, compiler, statement, given

    def __getattr__(self, name):
        return getattr(self.query, name)

    def chain(self):
        return self

    def get_compiler(self, using):
        compiler = copy(self.compiler)
        compiler.connection = connections[using]
        compiler.as_sql = partial(self.statement.filled, self.given)
        return compiler


class _QuerySet:
    """A queryset whose statement is kept."""

    def __init__(self, queryset, compiler, statement):
        self.queryset, self.kept = queryset, (queryset.query, compiler, statement)
        queryset._query = _Rows(*self.kept)

    def with_values(self, values):
        rows = self.queryset._clone()
        rows._query = _Rows(*self.kept, values)
        return rows


def _written_as_rows(write, values):
    """The ``_QuerySet`` that ``write`` gives; None when it cannot be kept: see ``_written``."""
    samples = [
        tuple(TWO_SAMPLES[type(value)][turn](number) for number, value in enumerate(values)) for turn in range(2)
    ]
    written = []

    def statement(turn):
        queryset = write(*samples[turn])
        if queryset._prefetch_related_lookups:
            raise ValueError("What is read for the rows afterwards is asked for with prefetch_related_objects.")
        written.append((queryset, queryset.query.get_compiler(queryset.db)))
        return written[-1][1].as_sql()

    try:
        kept = _written(statement, samples)
    except EmptyResultSet:
        return None
    return kept and _QuerySet(*written[0], kept)


def _written(write, samples=((), ())):
    """The ``_Statement`` that ``write(turn)`` gives; None when it cannot be kept.

    It is written twice, at two moments and with two samples of each value: what differs must be these, each value
    must stand in it, and no moment that was put in before.
    """
    (sql, first), (again, second) = (_at(moment, partial(write, turn)) for turn, moment in enumerate(TWO_MOMENTS))
    if sql != again or _stored(clock.now()) in first:
        return None
    known = {}
    for number, pair in enumerate([TWO_MOMENTS, *zip(*samples, strict=True)]):
        for as_written in (_stored, _contained):
            known[tuple(map(as_written, pair))] = number, as_written
    pairs = enumerate(zip(first, second, strict=True))
    places = [(position, *known.get(pair, (None, None))) for position, pair in pairs if pair[0] != pair[1]]
    if {0, *(number for _position, number, _how in places)} != set(range(len(samples[0]) + 1)):
        return None
    return _Statement(sql, first, places)


def _at(moment, write):
    with clock.frozen(moment):
        return write()


def _stored(value):
    """A value as the ORM hands it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _contained(value):
    """A text as the ORM hands it over for ``contains``."""
    return f"%{connection.ops.prep_for_like_query(value)}%"
