"""Filters for letters."""

from django import template

from imrf_portal.times import at_zone

register = template.Library()


@register.filter
def at_place(moment, forum):
    """An instant in the words of the Forum's place: “Wednesday 26 January 2022, 17:00 New York (EST)”."""
    return at_zone(moment, forum.time_zone)
