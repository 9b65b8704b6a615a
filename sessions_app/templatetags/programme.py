"""Tags of the programme: hours of a session at the host's place and at the reader's."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal.templatetags.portal import reader_zone
from imrf_portal.times import city_of, clock_of, long_date, machine_time, offset_of, short_at_zone, time_left
from sessions_app import programme

register = template.Library()


def _hours(session, zone):
    """“10:00–13:00”, with “+1” where it ends on a later day."""
    text = format_html(
        '<time datetime="{}">{}</time>–<time datetime="{}">{}</time>',
        machine_time(session.starts_at, zone),
        clock_of(session.starts_at, zone),
        machine_time(session.ends_at, zone),
        clock_of(session.ends_at, zone),
    )
    return text


def _shift(session, zone):
    """“+1” or “−1” where the reader's day is another than the host's, with the day in words."""
    host = session.starts_at.astimezone(ZoneInfo(session.time_zone)).date()
    there = session.starts_at.astimezone(ZoneInfo(zone)).date()
    days = (there - host) // timedelta(days=1)
    if not days:
        return ""
    return format_html(' <abbr title="{}">{}</abbr>', long_date(there), f"+{days}" if days > 0 else f"−{-days}")


@register.simple_tag
def host_hours(session):
    """The hours at the host's place; words where they are not announced."""
    if session.starts_at is None:
        return session.part_of_day or _("Hours not announced")
    return _hours(session, session.time_zone)


@register.simple_tag(takes_context=True)
def reader_hours(context, session):
    """The hours at the reader's place, “Nairobi 17:00–20:00 +1”; empty where it is the same or not known."""
    zone = reader_zone(context)
    if not zone or session.starts_at is None:
        return ""
    if offset_of(session.starts_at, zone) == offset_of(session.starts_at, session.time_zone):
        return ""
    return format_html("{} {}{}", city_of(zone), _hours(session, zone), _shift(session, zone))


@register.simple_tag
def time_of_day(day):
    """“New York time”, of the place whose hours a day shows."""
    return _("%(place)s time") % {"place": city_of(day.sessions[0].time_zone)}


@register.simple_tag
def webcast_opens(session):
    return short_at_zone(session.starts_at, session.time_zone)


@register.filter
def city(zone):
    """“Nairobi” for ``Africa/Nairobi``."""
    return city_of(zone)


@register.simple_tag
def time_left_of(session):
    """“2 hours left”, while a session is live."""
    return time_left(session.ends_at)


@register.simple_tag
def objectives_line(session):
    """“Objectives 2, 5 and 18 of the Global Compact”; empty for a session that takes none."""
    numbers = [str(objective.number) for objective in session.objectives.all()]
    if not numbers:
        return ""
    return ngettext(
        "Objective %(numbers)s of the Global Compact", "Objectives %(numbers)s of the Global Compact", len(numbers)
    ) % {"numbers": get_text_list(numbers, _("and"))}


@register.filter
def chip(session):
    """``(data-state, words)`` of a session, or None."""
    return programme.state_of(session)
