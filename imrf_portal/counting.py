"""Rows inside another statement: counted, or named as the set that a condition looks in.

The ORM takes longer to put a nested queryset together than the database to answer it, because it copies and renames
each one for the statement around it. What does not refer to that statement is written down as it is.
"""

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL


def set_of(rows):
    """``rows``, a queryset of one column that stands by itself, for use behind ``__in``."""
    try:
        return RawSQL(*rows.order_by().query.sql_with_params())
    except EmptyResultSet:
        return ()


def count_of(rows):
    """The number of ``rows`` as an expression inside another statement."""
    try:
        sql, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return RawSQL("0", ())
    return RawSQL(f"SELECT COUNT(*) FROM ({sql}) counted", values, output_field=IntegerField())


def counting(querysets):
    """``(SQL, values)`` of one statement that counts the rows of each queryset."""
    parts = [count_of(rows) for rows in querysets]
    return "SELECT " + ", ".join(f"({part.sql})" for part in parts), [value for part in parts for value in part.params]
