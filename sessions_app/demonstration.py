"""Programmes: real ones as far as they are known (``data/``, each row with its source), and a sample one."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from imrf_portal import clock
from imrf_portal.deadlines import HEADQUARTERS

from .models import ForumSession, Objective, SessionChange

DATA = Path(__file__).parent / "data"
KINDS = {
    "hearing": ForumSession.Kind.HEARING,
    "multi-stakeholder hearing": ForumSession.Kind.HEARING,
    "thematic session": ForumSession.Kind.THEMATIC,
    "policy debate": ForumSession.Kind.POLICY_DEBATE,
    "plenary": ForumSession.Kind.PLENARY,
    "forum": ForumSession.Kind.PLENARY,
}
ZONES = {"New York": HEADQUARTERS, "Geneva": "Europe/Zurich", "Vienna": "Europe/Vienna"}


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_objectives():
    """The 23 objectives of the Compact; again, it changes nothing."""
    for row in rows("gcm_objectives.csv"):
        Objective.objects.update_or_create(
            number=int(row["objective"]),
            defaults={"title": row["short_title"], "round_table": int(row["imrf_round_table"]) or None},
        )


def at(day, text, zone):
    """The instant of a local time “10:00” on a day in a zone; None without a time."""
    if not text:
        return None
    return datetime.combine(day, time.fromisoformat(text), ZoneInfo(zone)).astimezone(UTC)


def imrf(forum, edition):
    """The programme of an IMRF as its rows know it; hours that are not known are not announced."""
    for row in rows("imrf_programme.csv"):
        if row["edition"] != str(edition):
            continue
        day = date.fromisoformat(row["date"])
        item = row["item"]
        number = int(item.split()[-1]) if item.startswith("round table") else None
        session = ForumSession.objects.create(
            forum=forum,
            slug=slugify(f"{item} {row['date']}"),
            kind=ForumSession.Kind.ROUND_TABLE if number else KINDS[item],
            number=number,
            title=f"Round table {number}" if number else item.capitalize(),
            theme=row["content"],
            day_on=day,
            last_day_on=date(2026, 5, 8) if item == "forum" else None,
            starts_at=at(day, row["start_local"], HEADQUARTERS),
            ends_at=at(day, row["end_local"], HEADQUARTERS),
            city="New York",
            room=row["room"],
            status=ForumSession.Status.CONFIRMED,
            is_published=True,
            source=row["source"],
        )
        if number:
            session.objectives.set(Objective.objects.filter(round_table=number))
        if edition == 2022:
            _moved_by_a_week(session)


def _moved_by_a_week(session):
    """The Forum of 2022 was first announced for the week before (10 to 13 May, hearing on 9 May)."""
    SessionChange.objects.create(
        forum_session=session,
        verb="move",
        old_day_on=session.day_on - timedelta(days=7),
        new_day_on=session.day_on,
        reason="The Forum was held one week later than first announced.",
        changed_at=datetime(2022, 2, 15, 17, tzinfo=UTC),
    )


def gcm(forum):
    """The thematic sessions and hearings of 2017 and 2018, with their days to apply by where known."""
    for row in rows("gcm_2017_2018_sessions.csv"):
        zone = ZONES[row["city"]]
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        closes_at = None
        if row["apply_by"]:
            closes_at = at(date.fromisoformat(row["apply_by"]) + timedelta(days=1), "00:00", zone)
        ForumSession.objects.create(
            forum=forum,
            slug=slugify(f"{row['city']} {row['start']}"),
            kind=KINDS[row["kind"]],
            title=row["theme_short"],
            day_on=start,
            last_day_on=end if end != start else None,
            time_zone=zone,
            city=row["city"],
            status=ForumSession.Status.CONFIRMED,
            is_published=True,
            registration_closes_at=closes_at,
            source=row["source"],
        )


def sample(forum):
    """Seven sessions for the sample Forum, open for registration now."""
    first = forum.starts_on
    plan = [
        # slug, kind, number, title, day, from, to, room, seats
        ("hearing", "hearing", None, "Multi-stakeholder hearing", -1, "10:00", "18:00", "Sample Chamber", 120),
        ("round-table-1", "round_table", 1, "Round table 1", 0, "10:00", "13:00", "Sample Room 1", 40),
        ("round-table-2", "round_table", 2, "Round table 2", 0, "15:00", "18:00", "Sample Room 1", 40),
        ("round-table-3", "round_table", 3, "Round table 3", 1, "10:00", "13:00", "Sample Room 1", 40),
        ("round-table-4", "round_table", 4, "Round table 4", 1, "10:00", "13:00", "Sample Room 2", 40),
        ("policy-debate", "policy_debate", None, "Policy debate", 1, "15:00", "18:00", "Sample Chamber", 12),
        ("plenary", "plenary", None, "Plenary", 2, "10:00", "18:00", "Sample Hall", None),
    ]
    for slug, kind, number, title, offset, start, end, room, seats in plan:
        day = first + timedelta(days=offset)
        session = ForumSession.objects.create(
            forum=forum,
            slug=slug,
            kind=kind,
            number=number,
            title=title,
            day_on=day,
            starts_at=at(day, start, forum.time_zone),
            ends_at=at(day, end, forum.time_zone),
            time_zone=forum.time_zone,
            city=forum.city,
            room=room,
            overflow_room="Sample Overflow Room" if kind == "hearing" else "",
            capacity=seats and seats * 4,
            stakeholder_seats=seats,
            webcast_url="https://webtv.example/sample",
            webcast=ForumSession.Webcast.ANNOUNCED,
            languages="Arabic, Chinese, English, French, Russian, Spanish",
            status=ForumSession.Status.CONFIRMED,
            is_published=True,
            registration_opens_at=clock.now() - timedelta(days=3),
            registration_closes_at=at(day - timedelta(days=21), "17:00", forum.time_zone),
        )
        if number:
            session.objectives.set(Objective.objects.filter(round_table=number))
