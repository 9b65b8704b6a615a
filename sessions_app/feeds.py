"""iCalendar files of sessions: one UID for life, a SEQUENCE that counts changes, the host's zone with its VTIMEZONE."""

from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from .models import ForumSession

STATUS = {
    ForumSession.Status.TENTATIVE: "TENTATIVE",
    ForumSession.Status.CONFIRMED: "CONFIRMED",
    ForumSession.Status.MOVED: "CONFIRMED",
    ForumSession.Status.CANCELLED: "CANCELLED",
}


def calendar(title, sessions):
    """The bytes of an iCalendar file of ``sessions`` (with their Forum), named ``title``."""
    from icalendar import Calendar, Timezone

    feed = Calendar()
    feed.add("prodid", "-//Stakeholder Participation//Programme//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", title)
    feed.add("refresh-interval;value=duration", "PT1H")
    zones = {session.time_zone for session in sessions if session.starts_at}
    for zone in sorted(zones):
        feed.add_component(Timezone.from_tzinfo(ZoneInfo(zone)))
    for session in sessions:
        feed.add_component(_event(session))
    return feed.to_ical()


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
