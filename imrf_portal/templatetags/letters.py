"""Filters for letters."""

from django import template

from imrf_portal import dates, times
from imrf_portal.times import at_zone, clock_of, day_and_clock

register = template.Library()


@register.filter
def at_place(moment, forum):
    """An instant in the words of the Forum's place: “Wednesday 26 January 2022, 17:00 New York (EST)”."""
    return at_zone(moment, forum.time_zone)


@register.filter
def day_or_instant(value, forum):
    """A day, or an instant in the words of the Forum's place; “to be announced” for None."""
    return dates.in_words(value, forum.time_zone)


@register.filter
def at_place_to_the_second(moment, forum):
    """The same with seconds, for receipts."""
    return at_zone(moment, forum.time_zone, seconds=True)


@register.filter
def clock_at(moment, forum):
    """“17:00:40” at the Forum's place."""
    return clock_of(moment, forum.time_zone, seconds=True)


@register.filter
def at_headquarters_in_full(moment):
    """“Wednesday 26 January 2022, 17:00 New York (EST)”, where a letter speaks of no Forum."""
    return at_zone(moment)


@register.filter
def at_headquarters(moment):
    """“Wed 26 Jan 2022, 17:00” in New York, for columns that say so once."""
    return day_and_clock(moment)


@register.filter
def time_left(moment):
    """“6 days left”."""
    return times.time_left(moment)
