"""A hundred rounds of fifty parallel requests for the last seat (bar: one winner each, no other error).

Run from the root of the project: ``python bench/races.py`` (SQLite of its own), or on PostgreSQL and Redis:
``python -m imrf_portal.tests.services python bench/races.py``. Ends with 1 when a round went wrong.
"""

import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

folder = tempfile.TemporaryDirectory(prefix="portal-bench-")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "imrf_portal.settings", "DATA_DIR": folder.name, "PORTAL_ENV_FILE": ""}
for name in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL"):
    os.environ.pop(name, None)
    if address := os.environ.get(f"TEST_{name}"):
        os.environ[name] = address

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from registration import workflow  # noqa: E402
from registration.models import Registration, Representative  # noqa: E402
from registration.models.seats import LIVE  # noqa: E402
from registration.tests.making import DURING, make_organization, make_people, make_session, register  # noqa: E402
from registration.tests.racing import race, refusals, winners  # noqa: E402

ROUNDS, PEOPLE = 100, 50


def main():
    from accreditation.tests.cast import make_forum

    call_command("migrate", verbosity=0)
    table = make_session(make_forum(), "table-1")
    lights, amina = make_organization(table.forum, "Lights")
    (ana,) = make_people(lights, "Ana")
    register(lights, table, ana, by=amina)
    seen = {table: workflow.token(workflow.seats_of(lights, table))}
    people = Representative.objects.bulk_create(
        Representative(accreditation=lights, name=f"Candidate {number}") for number in range(PEOPLE)
    )
    wrong, slowest, began = 0, 0, time.monotonic()
    for _round in range(ROUNDS):
        started = time.monotonic()
        results = race(
            [
                lambda person=person: workflow.save_matrix(
                    lights, {table: [(ana, True), (person, False)]}, by=amina, seen=seen
                )
                for person in people
            ],
            at=DURING + timedelta(seconds=1),
        )
        slowest = max(slowest, time.monotonic() - started)
        seats = Registration.objects.filter(LIVE, forum_session=table).count()
        wrong += (len(winners(results)), len(refusals(results)), seats) != (1, PEOPLE - 1, 2)
        Registration.objects.filter(forum_session=table, representative__in=people).delete()
    print(
        f"{connection.vendor}: {ROUNDS} rounds of {PEOPLE}, {wrong} wrong, "
        f"{time.monotonic() - began:.0f} s, slowest round {slowest:.2f} s"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
