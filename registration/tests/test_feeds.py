"""Calendar files, read back by a second library: right hours in each zone, one UID for life, no event doubled."""

from datetime import UTC, datetime, timedelta

import vobject
from django.urls import reverse

from registration import calendars
from sessions_app import workflow
from sessions_app.models import ForumSession

from .making import make_desk, make_session, register

START = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)
HOURS = timedelta(hours=3)
IN_ZONES = {
    "America/New_York": datetime(2026, 3, 9, 14, 0, tzinfo=UTC),
    "Europe/Zurich": datetime(2026, 3, 30, 8, 0, tzinfo=UTC),
    "Asia/Kathmandu": datetime(2026, 7, 1, 4, 15, tzinfo=UTC),
}
"""Ten in the morning on the day after the clocks changed there, and where the offset is not of whole hours."""


def read(client, address):
    """The calendar behind an address: valid, in lines of at most 75 octets that end as RFC 5545 asks."""
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    content = response.content
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    calendar = vobject.readOne(content.decode())
    assert calendar.validate(raiseException=True)
    return calendar


def events(calendar):
    return {event.summary.value.rpartition(": ")[2]: event for event in calendar.vevent_list}


# T-R27
def test_another_reader_finds_the_right_hours_in_every_zone(client, forum):
    for zone, starts_at in IN_ZONES.items():
        make_session(
            forum, zone.rpartition("/")[2].lower(), title=zone, time_zone=zone, starts_at=starts_at,
            ends_at=starts_at + HOURS, day_on=starts_at.date(), theme="Ünïcode, semicolons; and 世界 " * 9,
        )  # fmt: skip
    make_session(forum, "open", title="Hours open")
    ForumSession.objects.filter(slug="open").update(starts_at=None, ends_at=None)
    calendar = read(client, reverse("programme_feed", args=[forum.slug]))
    found = events(calendar)
    for zone, starts_at in IN_ZONES.items():
        event = found[zone]
        assert event.dtstart.value.astimezone(UTC) == starts_at
        assert event.dtend.value.astimezone(UTC) == starts_at + HOURS
        assert (event.dtstart.value.hour, event.dtstart.value.minute) == (10, 0)
    assert found["Hours open"].dtstart.value == START.date()
    assert {zone.tzid.value for zone in calendar.vtimezone_list} == set(IN_ZONES)


# T-R27
# T-R18
def test_a_moved_event_is_the_same_in_the_feeds_of_forum_session_and_person(client, lights, forum, trio, amina):
    desk, session = make_desk(), make_session(forum, "table-1", title="Table 1", starts_at=START)
    register(lights, session, trio[0], by=amina)
    feed = calendars.address_for(lights, person=trio[0])
    addresses = [
        reverse("programme_feed", args=[forum.slug]),
        reverse("session_feed", args=[forum.slug, session.slug]),
        reverse("private_calendar", args=[feed.key]),
    ]
    before = [events(read(client, address))["Table 1"] for address in addresses]
    day = timedelta(days=1)
    workflow.move(
        session, by=desk, reason="Repairs", starts_at=START + day, ends_at=START + day + HOURS,
        day_on=START.date() + day,
    )  # fmt: skip
    after = [read(client, address) for address in addresses]
    assert [len(calendar.vevent_list) for calendar in after] == [1, 1, 1]
    moved = [calendar.vevent for calendar in after]
    assert len({event.uid.value for event in before + moved}) == 1
    assert {(event.sequence.value, event.dtstart.value.astimezone(UTC)) for event in before} == {("0", START)}
    assert {(event.sequence.value, event.dtstart.value.astimezone(UTC)) for event in moved} == {("1", START + day)}
    workflow.cancel(session, by=desk, reason="No quorum")
    cancelled = [read(client, address).vevent for address in addresses]
    assert {(event.status.value, event.sequence.value) for event in cancelled} == {("CANCELLED", "2")}
    calendars.take_back(feed)
    assert client.get(addresses[2]).status_code == 404
