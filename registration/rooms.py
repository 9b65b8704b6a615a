"""How full a room is. A session without a number of seats for stakeholders takes everybody at once.

A session with one gives places by an allocation run (``allocation``); until then people are registered, not placed.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from .models import Allocation, Registration, Status


@dataclass(frozen=True)
class Room:
    """``seats`` None: without limit. ``free`` and ``free_overflow`` are None where there is no limit."""

    seats: int | None
    has_run: bool
    in_room: int
    in_overflow: int
    offered: int
    has_overflow: bool
    overflow_seats: int | None

    @property
    def gives_places(self):
        """Whether places are numbered now: the room is limited and the run was confirmed."""
        return self.seats is not None and self.has_run

    @property
    def free(self):
        return None if not self.gives_places else max(self.seats - self.in_room, 0)

    @property
    def free_overflow(self):
        if not self.has_overflow:
            return 0
        return None if self.overflow_seats is None else max(self.overflow_seats - self.in_overflow, 0)

    @property
    def offers_possible(self):
        """How many more people may be offered a place now; None: as many as wait."""
        if not self.gives_places or self.free_overflow is None:
            return None
        return max(self.free + self.free_overflow - self.offered, 0)

    def status_of_next(self):
        """What the next person becomes; None when everything is taken."""
        if self.seats is None:
            return Status.CONFIRMED
        if not self.has_run:
            return Status.REGISTERED
        if self.free:
            return Status.CONFIRMED
        return Status.OVERFLOW if self.free_overflow is None or self.free_overflow > 0 else None


def room_of(session):
    """The state of a session's room, in two statements."""
    counts = Registration.objects.filter(forum_session=session).aggregate(
        in_room=Count("pk", filter=Q(status=Status.CONFIRMED)),
        in_overflow=Count("pk", filter=Q(status=Status.OVERFLOW)),
        offered=Count("pk", filter=Q(status=Status.OFFERED)),
    )
    return Room(
        seats=session.stakeholder_seats,
        has_run=Allocation.objects.filter(forum_session=session).exists(),
        has_overflow=bool(session.overflow_room),
        overflow_seats=session.overflow_seats,
        **counts,
    )


def lowest_free_place(session):
    """The lowest number of a place in the room that nobody holds."""
    held = set(Registration.objects.filter(forum_session=session, place__isnull=False).values_list("place", flat=True))
    return next(number for number in range(1, len(held) + 2) if number not in held)
