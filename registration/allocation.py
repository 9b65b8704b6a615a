"""Who gets a place in a room that is too small: a rule, run as often as one likes with the same result.

The order: people selected to speak, then the priority representative of each organization, then the others; within
each of these by the Forum's published rule, the order received or balanced by region and type in turn. Who asked in
the same instant is drawn by the seed. Source: product rules “Sessions and registration”, scenario T-R16.
"""

import hashlib
import json
from collections import defaultdict, deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

from .models import SeatRule


class Tier(IntEnum):
    """The order in which people are seated."""

    SPEAKER = 1
    PRIORITY = 2
    SECOND = 3


class Outcome(StrEnum):
    ROOM = "room"
    OVERFLOW = "overflow"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Request:
    """One person who asks for a place. ``asked_at`` is an aware datetime; ``region`` and ``type`` may be empty."""

    key: int
    organization: int
    tier: Tier
    asked_at: datetime
    region: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """``overflow`` None: as many as come; 0: there is no overflow room."""

    seats: int
    overflow: int | None = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What one person gets; ``number`` counts within the outcome, from one. ``drawn``: the seed decided the order."""

    key: int
    tier: Tier
    outcome: Outcome
    number: int
    drawn: bool = False


@dataclass(frozen=True)
class Result:
    """The lines in the order of the rule, and the fingerprint of what they were made from."""

    lines: tuple
    input_sha256: str

    def of(self, outcome):
        return [line for line in self.lines if line.outcome == outcome]


def allocate(requests, room, *, rule, seed):
    """Seat the requests; the same input gives the same result, in whatever order it comes."""
    ordered = []
    for tier in Tier:
        people = [request for request in requests if request.tier == tier]
        ordered += balanced(people, seed) if rule == SeatRule.SecondSeats.BALANCED else in_order(people, seed)
    ties = _ties(requests)
    counts = dict.fromkeys(Outcome, 0)
    lines = []
    for request in ordered:
        outcome = _outcome(room, counts)
        counts[outcome] += 1
        drawn = (request.tier, request.asked_at) in ties
        lines.append(Line(request.key, request.tier, outcome, counts[outcome], drawn))
    return Result(tuple(lines), fingerprint(requests, room, rule=rule, seed=seed))


def _outcome(room, counts):
    if counts[Outcome.ROOM] < room.seats:
        return Outcome.ROOM
    if room.overflow is None or counts[Outcome.OVERFLOW] < room.overflow:
        return Outcome.OVERFLOW
    return Outcome.WAITING


def _ties(requests):
    seen, ties = set(), set()
    for request in requests:
        instant = (request.tier, request.asked_at)
        (ties if instant in seen else seen).add(instant)
    return ties


def in_order(requests, seed):
    """By the instant received; in the same instant by lot."""
    return sorted(requests, key=lambda request: (request.asked_at, lot(seed, request.key)))


def balanced(requests, seed):
    """In turn one of each region, and within a region one of each type; each in the order received."""
    regions = defaultdict(lambda: defaultdict(list))
    for request in in_order(requests, seed):
        regions[request.region][request.type].append(request)
    return in_turn([in_turn(list(types.values())) for types in regions.values()])


def in_turn(queues):
    """One from each queue, again and again; a queue that is empty is left out."""
    waiting = deque(deque(queue) for queue in queues if queue)
    taken = []
    while waiting:
        queue = waiting.popleft()
        taken.append(queue.popleft())
        if queue:
            waiting.append(queue)
    return taken


def lot(seed, key):
    """What the seed draws for one person: nobody can choose it, everybody can check it."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def fingerprint(requests, room, *, rule, seed):
    """SHA-256 of everything the result depends on."""
    digest = hashlib.sha256(json.dumps({"room": asdict(room), "rule": str(rule), "seed": seed}).encode())
    for one in sorted(requests, key=lambda request: request.key):
        asked_at = one.asked_at.astimezone(UTC).isoformat(timespec="microseconds")
        digest.update(f"\n{one.key}|{one.organization}|{int(one.tier)}|{asked_at}|{one.region}|{one.type}".encode())
    return digest.hexdigest()
