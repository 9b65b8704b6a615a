"""iCalendar files of sessions: one UID for life, a SEQUENCE that counts changes, the host's zone with its VTIMEZONE."""

from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from .models import ForumSession

A_YEAR = timedelta(days=366)
STATUS = {
    ForumSession.Status.TENTATIVE: "TENTATIVE",
    ForumSession.Status.CONFIRMED: "CONFIRMED",
    ForumSession.Status.MOVED: "CONFIRMED",
    ForumSession.Status.CANCELLED: "CANCELLED",
}


def calendar(title, sessions):
    """The bytes of an iCalendar file of ``sessions`` (with their Forum), named ``title``."""
    from icalendar import Calendar

    feed = Calendar()
    feed.add("prodid", "-//Stakeholder Participation//Programme//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", title)
    feed.add("refresh-interval;value=duration", "PT1H")
    moments = {}
    for session in sessions:
        if session.starts_at:
            moments.setdefault(session.time_zone, []).extend([session.starts_at, session.ends_at])
    for zone, used in sorted(moments.items()):
        feed.add_component(_timezone(ZoneInfo(zone), min(used) - A_YEAR, max(used) + A_YEAR))
    for session in sessions:
        feed.add_component(_event(session))
    return feed.to_ical()


def _timezone(zone, start, end):
    """The VTIMEZONE of a zone from one instant to another: one observance for each change of its clocks.

    A list of all changes since 1970 is correct as well, but readers that do not unfold or know RDATE take the first.
    """
    from icalendar import Timezone

    component = Timezone()
    component.add("tzid", zone.key)
    component.add_component(_observance(start.replace(microsecond=0), zone, before=start.astimezone(zone).utcoffset()))
    day = timedelta(days=1)
    while start < end:
        before, after = (moment.astimezone(zone).utcoffset() for moment in (start, start + day))
        if before != after:
            component.add_component(_observance(_change_between(start, start + day, zone), zone, before=before))
        start += day
    return component


def _change_between(early, late, zone):
    """The instant, to the second, at which the offset of a zone becomes that of ``late``."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _observance(moment, zone, *, before):
    """What holds from an instant on; its start is written on the clock that was right until then (RFC 5545, 3.6.5)."""
    from icalendar import TimezoneDaylight, TimezoneStandard

    local = moment.astimezone(zone)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("dtstart", (moment + before).replace(tzinfo=None))
    observance.add("tzoffsetfrom", before)
    observance.add("tzoffsetto", local.utcoffset())
    observance.add("tzname", local.tzname())
    return observance


def _event(session):
    from icalendar import Event

    event = Event()
    host = urlsplit(settings.PORTAL_URL).hostname
    event.add("uid", f"session-{session.pk}@{host}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("summary", f"{session.forum.short_title}: {session.title}")
    event.add("status", STATUS[session.status])
    if session.starts_at:
        zone = ZoneInfo(session.time_zone)
        event.add("dtstart", session.starts_at.astimezone(zone))
        event.add("dtend", session.ends_at.astimezone(zone))
    else:
        event.add("dtstart", session.day_on)
        event.add("dtend", (session.last_day_on or session.day_on) + timedelta(days=1))
    if place := ", ".join(filter(None, [session.room, session.city])):
        event.add("location", place)
    if session.theme:
        event.add("description", session.theme)
    event.add("url", settings.PORTAL_URL + session.get_absolute_url())
    return event
