"""The matrix of an organization: its people against the sessions, read from the database and from a posted page.

A row that the reader did not touch is never written, and a row that somebody else changed since the page was shown is
not overwritten: each row carries what stood in it (``seen``).
"""

from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property

from sessions_app.models import ForumSession

from .confirmations import SEATED
from .models import Registration
from .models.seats import PRESENT
from .people import people_of
from .workflow import closed_reason, token

MOST_SLOTS = 20
"""As many people of one session as a page may name; those over the limit are refused by name."""


@dataclass
class Slot:
    """One cell: who is chosen, and what is wrong."""

    number: int
    name: str
    value: int | None = None
    problems: list = field(default_factory=list)


@dataclass
class Row:
    """One session of the matrix."""

    session: ForumSession
    slots: list
    star: int | None
    seen: str
    reason: str | None
    standing: list
    waiting: list
    problems: list = field(default_factory=list)

    @property
    def key(self):
        return self.session.pk

    @property
    def has_problems(self):
        return bool(self.problems or any(slot.problems for slot in self.slots))

    @property
    def is_full(self):
        return len(self.standing) >= self.session.seats_per_organization

    @property
    def first_field(self):
        return self.slots[0].name

    @property
    def all_problems(self):
        """Pairs of the control to go to, and the problem."""
        rows = [(self.first_field, problem) for problem in self.problems]
        return rows + [(slot.name, problem) for slot in self.slots for problem in slot.problems]


class Matrix:
    """Rows for every published session of the Forum; a fixed number of statements, however many people or sessions."""

    def __init__(self, accreditation):
        self.accreditation = accreditation
        self.people = list(people_of(accreditation))
        self.sessions = list(ForumSession.objects.public().filter(forum=accreditation.forum_id))
        for session in self.sessions:
            session.forum = accreditation.forum
        self.registrations = list(
            Registration.objects.filter(PRESENT, accreditation=accreditation).order_by("seat", "waiting_since_at")
        )
        self._introduce()
        self.rows = [self._row(session) for session in self.sessions]

    def _introduce(self):
        """Each registration has its person as ``people_of`` reads them; a person has a seat for a letter, or not."""
        people = {person.pk: person for person in self.people}
        sessions = {session.pk: session for session in self.sessions}
        seated = {one.representative_id for one in self.registrations if one.status in SEATED}
        for person in self.people:
            person.is_seated = person.pk in seated
        order = {key: place for place, key in enumerate(sessions)}
        self.registrations.sort(key=lambda one: order.get(one.forum_session_id, len(order)))
        for registration in self.registrations:
            if registration.representative_id in people:
                registration.representative = people[registration.representative_id]
            if registration.forum_session_id in sessions:
                registration.forum_session = sessions[registration.forum_session_id]
        prefetch_related_objects(self.registrations, "forum_session__forum")

    def _row(self, session):
        own = [registration for registration in self.registrations if registration.forum_session_id == session.pk]
        standing = [registration for registration in own if registration.seat]
        count = max([session.seats_per_organization, *(registration.seat for registration in standing)])
        by_seat = {registration.seat: registration for registration in standing}
        slots = [Slot(number, f"s{session.pk}_{number}") for number in range(1, count + 1)]
        for slot in slots:
            if slot.number in by_seat:
                slot.value = by_seat[slot.number].representative_id
        return Row(
            session=session,
            slots=slots,
            star=next((registration.seat for registration in standing if registration.is_priority), None),
            seen=token(standing),
            reason=closed_reason(session),
            standing=standing,
            waiting=[registration for registration in own if not registration.seat],
        )

    def read(self, posted):
        """Take what a page sent into the rows; returns ``(wanted, seen)`` of the rows that its reader changed.

        ``wanted`` is as ``workflow.check`` takes it. What is not one of the organization's people counts as empty.
        """
        known = {person.pk: person for person in self.people}
        wanted, seen = {}, {}
        for row in self.rows:
            before = posted.get(f"seen{row.key}")
            if before is None:
                continue
            self._take(row, posted, known)
            chosen = [(slot.value, slot.number == row.star) for slot in row.slots if slot.value]
            if _matches(chosen, before):
                continue
            wanted[row.session] = [(known[pk], is_priority) for pk, is_priority in chosen]
            seen[row.session] = before
        return wanted, seen

    def _take(self, row, posted, known):
        numbers = [number for number in range(1, MOST_SLOTS + 1) if f"s{row.key}_{number}" in posted]
        for number in numbers[len(row.slots) :]:
            row.slots.append(Slot(number, f"s{row.key}_{number}"))
        for slot in row.slots:
            value = posted.get(slot.name, "")
            slot.value = next((pk for pk in known if str(pk) == value), None)
        star = posted.get(f"p{row.key}", "")
        row.star = next((slot.number for slot in row.slots if str(slot.number) == star), None)

    def show(self, problems):
        """Put each problem at its cell, or at its row."""
        rows = {row.key: row for row in self.rows}
        for problem in problems:
            row = rows[problem.session.pk]
            cells = [slot for slot in row.slots if problem.representative and slot.value == problem.representative.pk]
            (cells[-1] if cells else row).problems.append(problem)

    @cached_property
    def choices(self):
        """``(key, name)`` of the people that can be chosen."""
        return [(person.pk, person.known_as) for person in self.people]

    @property
    def problem_rows(self):
        return [row for row in self.rows if row.has_problems]

    @property
    def waitable(self):
        """Rows whose waiting list somebody of the organization may join."""
        rows = [row for row in self.rows if row.session.status != ForumSession.Status.CANCELLED]
        return [row for row in rows if row.is_full or row.session.registration_window().has_closed()]

    @cached_property
    def most_slots(self):
        return range(1, max((len(row.slots) for row in self.rows), default=2) + 1)

    @property
    def next_close(self):
        """The window of the open row that closes first."""
        windows = [row.session.registration_window() for row in self.rows if not row.reason]
        return min(
            (window for window in windows if window.closes_at), key=lambda window: window.closes_at, default=None
        )

    def grid(self):
        """Who goes where: for each person, the registration in each session or None."""
        held = {(one.representative_id, one.forum_session_id): one for one in self.registrations}
        return [(person, [held.get((person.pk, row.key)) for row in self.rows]) for person in self.people]


def _matches(chosen, before):
    """Whether the page's choice says what stood in the row; without a star, the first one counts as starred."""
    starred = any(is_priority for _pk, is_priority in chosen)
    rows = [(pk, is_priority or (not starred and place == 0)) for place, (pk, is_priority) in enumerate(chosen)]
    return ",".join(sorted(f"{pk}{'*' if is_priority else ''}" for pk, is_priority in rows)) == before
