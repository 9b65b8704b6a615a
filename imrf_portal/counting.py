"""Counting the rows of several querysets in one statement."""

from django.db.models import F, Func, IntegerField, Subquery

_COUNT = Func(F("pk"), function="COUNT", output_field=IntegerField())


def count_of(rows):
    """The number of ``rows`` as an expression inside another statement."""
    return Subquery(rows.order_by().annotate(found=_COUNT).values("found"))


def counted(querysets, user):
    """``{name: number of rows}`` of several querysets in one statement; it is asked of the row of ``user``."""
    if not querysets:
        return {}
    columns = {f"n{place}": count_of(rows) for place, rows in enumerate(querysets.values())}
    found = user._meta.model.objects.filter(pk=user.pk).values_list(*columns.values())
    return dict(zip(querysets, found[0], strict=True))
