"""Rows inside another statement: counted, or named as the set that a condition looks in.

The ORM takes longer to put a nested queryset together than the database to answer it, because it copies and renames
each one for the statement around it. What does not refer to that statement is written down as it is.
"""

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, IntegerField, Value
from django.db.models.expressions import RawSQL

MANY = 999
"""Counted no further where a number only says how much there is, so that it costs the same however long a queue is."""


def set_of(rows):
    """``rows``, a queryset of one column that stands by itself, for use behind ``__in``."""
    try:
        return RawSQL(*rows.order_by().query.sql_with_params())
    except EmptyResultSet:
        return ()


def count_of(rows, *, to_many=False):
    """The number of ``rows`` as an expression inside another statement; ``to_many``: at most one above ``MANY``."""
    try:
        sql, values = rows.order_by().values("pk")[: MANY + 1 if to_many else None].query.sql_with_params()
    except EmptyResultSet:
        return RawSQL("0", ())
    return RawSQL(f"SELECT COUNT(*) FROM ({sql}) counted", values, output_field=IntegerField())


def in_short(number):
    """A number that was counted ``to_many``, in words."""
    return f"{MANY}+" if number > MANY else str(number)


def counting(querysets, *, to_many=False):
    """``(SQL, values)`` of one statement that counts the rows of each queryset."""
    parts = [count_of(rows, to_many=to_many) for rows in querysets]
    return "SELECT " + ", ".join(f"({part.sql})" for part in parts), [value for part in parts for value in part.params]


def tallying(rows, conditions, *, by=None):
    """``(SQL, values)`` of one statement that counts the ``rows`` which meet each condition (None: all of them).

    One row is found, however few or many are counted; with ``by``, a foreign key, one for each of its values, which
    comes first.
    """
    columns = {f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions)}
    rows = rows.order_by().values(by) if by else rows.order_by().annotate(all=Value(1)).values("all")
    return rows.annotate(**columns).values_list(*filter(None, [by]), *columns).query.sql_with_params()
