"""Whether the review of a Forum will be done by its date: what is left, and how many a working day that is."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

from imrf_portal import clock

from .models import Status

LEFT = {"to_assess": [Status.SUBMITTED], "signature": [Status.ASSESSED], "applicant": [Status.RETURNED]}
SATURDAY = 5


@dataclass(frozen=True)
class Part:
    """Some of the applications of a Forum: their number, where they begin on a bar of all, and the filter for them."""

    name: str
    count: int
    begins: int
    query: str


@dataclass(frozen=True)
class Pace:
    """``days`` are the working days that are left, today and the last day with them; ``a_day`` is rounded up."""

    forum: object
    ends_at: object
    total: int
    parts: tuple
    days: int
    a_day: int


def paces(calls, by_forum):
    """A ``Pace`` for each Forum whose review ends in future and is not done, the soonest first.

    ``calls`` with their Forum; ``by_forum`` maps the key of a Forum to its applications by status.
    """
    found = {}
    ending = [call for call in calls if call.review_ends_at and call.review_ends_at > clock.now()]
    for call in sorted(ending, key=lambda call: call.review_ends_at):
        counts = Counter(by_forum.get(call.forum_id))
        if counts[Status.SUBMITTED] and call.forum_id not in found:
            found[call.forum_id] = _pace(call, counts)
    return list(found.values())


def _pace(call, counts):
    left = [status for statuses in LEFT.values() for status in statuses]
    groups = {"settled": [status for status in counts if status not in left], **LEFT}
    parts, begins = [], 0
    for name in ("settled", "signature", "applicant", "to_assess"):
        count = sum(counts[status] for status in groups[name])
        parts.append(Part(name, count, begins, _query(call.forum, groups[name])))
        begins += count
    days = working_days_until(call.review_ends_at, call.forum.time_zone)
    return Pace(call.forum, call.review_ends_at, begins, tuple(parts), days, -(-counts[Status.SUBMITTED] // days))


def working_days_until(moment, zone):
    """Mondays to Fridays from today to the day of the moment, both counted, in the zone; at least 1."""
    day, last = (at.astimezone(ZoneInfo(zone)).date() for at in (clock.now(), moment))
    days = (day + timedelta(days=number) for number in range((last - day).days + 1))
    return max(1, sum(one.weekday() < SATURDAY for one in days))


def _query(forum, statuses):
    query = QueryDict(mutable=True)
    query["tab"] = "all"
    query["forum"] = forum.slug
    query.setlist("status", statuses)
    return query.urlencode()
