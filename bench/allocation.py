"""A run over 10,000 requests: the rule alone, then preview and confirmation on a database, with a letter to everybody.

Run from the root of the project: ``python bench/allocation.py``; it makes and deletes a SQLite database of its own.
Ends with 1 when preview and confirmation together take more than 10 s on the wall, or when a letter is missing; the
machine should do nothing else.
"""

import os
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

folder = tempfile.TemporaryDirectory(prefix="portal-bench-")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "imrf_portal.settings", "DATA_DIR": folder.name, "PORTAL_ENV_FILE": ""}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from accreditation.models import Accreditation, Organization, OrganizationType  # noqa: E402
from imrf_portal import clock, codes  # noqa: E402
from imrf_portal.access import Audience  # noqa: E402
from imrf_portal.forum import Forum  # noqa: E402
from imrf_portal.geography import Country  # noqa: E402
from imrf_portal.mail import OutgoingMail  # noqa: E402
from imrf_portal.users import User  # noqa: E402
from registration import runs  # noqa: E402
from registration.allocation import Request, Room, Tier, allocate  # noqa: E402
from registration.models import Registration, Representative, SeatRule, Status  # noqa: E402
from sessions_app.models import ForumSession  # noqa: E402

REQUESTS, SEATS, OVERFLOW, BAR = 10_000, 4_000, 2_000, 10
CLOSES = datetime(2026, 4, 20, 21, 0, tzinfo=UTC)


def timed(what, action):
    """Seconds on the wall, and what the action gave. The time of the processor is printed beside them."""
    began, worked = time.monotonic(), time.process_time()
    result = action()
    worked, wall = time.process_time() - worked, time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {wall:.2f} s on the wall, {worked:.2f} s of the processor, at most {memory:.0f} MB so far")
    return wall, result


def requests(chance):
    regions = ["african", "asia_pacific", "eastern_european", "latin_american", "western_european", ""]
    return [
        Request(
            key,
            key // 2,
            Tier.SECOND if key % 2 else Tier.PRIORITY,
            CLOSES - timedelta(seconds=chance.randrange(1_000_000)),
            chance.choice(regions),
            chance.choice(OrganizationType.values),
        )
        for key in range(REQUESTS)
    ]


def a_full_session(chance):
    """5,000 organizations with two people each, in one session."""
    call_command("migrate", verbosity=0)
    forum = Forum.objects.create(slug="bench", title="Bench", short_title="Bench", reference_prefix="BENCH")
    SeatRule.objects.create(forum=forum, second_seats=SeatRule.SecondSeats.BALANCED)
    session = ForumSession.objects.create(
        forum=forum, slug="hall", kind="hearing", title="Hall", day_on=CLOSES.date() + timedelta(days=20),
        registration_closes_at=CLOSES, stakeholder_seats=SEATS, overflow_room="Annex", overflow_seats=OVERFLOW,
        status=ForumSession.Status.CONFIRMED,
    )  # fmt: skip
    countries, types = list(Country.objects.all()), OrganizationType.values
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Sample {number}", country=chance.choice(countries), type=chance.choice(types))
        for number in range(REQUESTS // 2)
    )  # fmt: skip
    accreditations = Accreditation.objects.bulk_create(
        Accreditation(forum=forum, organization=organization, basis="ecosoc") for organization in organizations
    )
    people = Representative.objects.bulk_create(
        Representative(accreditation=accreditation, name=f"Person {seat}", email=f"p{accreditation.pk}@x.example")
        for accreditation in accreditations
        for seat in (1, 2)
    )  # fmt: skip
    Registration.objects.bulk_create(
        Registration(
            accreditation=person.accreditation, forum_session=session, representative=person,
            status=Status.REGISTERED, seat=int(person.name[-1]), is_priority=person.name.endswith("1"),
            code=codes.random_code("S"), registered_at=CLOSES - timedelta(seconds=chance.randrange(1_000_000)),
        )
        for person in people
    )  # fmt: skip
    return session


def main():
    chance = random.Random(73)
    people = requests(chance)
    for rule in SeatRule.SecondSeats.values:
        _seconds, first = timed(
            f"{REQUESTS} requests, {rule}",
            lambda rule=rule: allocate(people, Room(SEATS, OVERFLOW), rule=rule, seed="s"),
        )
        assert allocate(people[::-1], Room(SEATS, OVERFLOW), rule=rule, seed="s") == first
    session = a_full_session(chance)
    officer = User.objects.create_user("desk@bench.example", is_superuser=True, audience=Audience.SECRETARIAT)
    with clock.frozen(CLOSES):
        preview, shown = timed("Preview from the database", lambda: runs.preview(session))
        confirmation, _allocation = timed(
            "Confirmation with a letter to everybody",
            lambda: runs.confirm(session, by=officer, input_sha256=shown.result.input_sha256),
        )
    letters = OutgoingMail.objects.filter(template="allocation_result").count()
    print(f"{letters} letters; preview and confirmation: {preview + confirmation:.2f} s (bar: {BAR} s)")
    return int(preview + confirmation > BAR or letters != REQUESTS)


if __name__ == "__main__":
    sys.exit(main())
