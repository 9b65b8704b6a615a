"""What one side costs on a database that ``run.py`` has filled: prints JSON. ``python -m bench.measure portal|floor``.

CPU seconds are those of this process in Django's test client, without the network and without the parser's process.
"""

import json
import sys
import time
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median

import django
from django.db.backends.utils import CursorWrapper
from django.test import Client

WARM_UP, ROUNDS, JOURNEYS = 3, 20, 8


class Rows:
    """Counts statements and the rows that come back from the database."""

    statements = rows = 0

    @classmethod
    def watch(cls):
        execute = CursorWrapper.execute

        def counted(self, sql, params=None):
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
                cls.statements += 1
            return execute(self, sql, params)

        def fetch(name):
            def fetched(self, *arguments):
                found = getattr(self.cursor, name)(*arguments)
                cls.rows += (found is not None) if name == "fetchone" else len(found)
                return found

            return fetched

        CursorWrapper.execute = counted
        for name in ("fetchone", "fetchmany", "fetchall"):
            setattr(CursorWrapper, name, fetch(name))

    @classmethod
    def of(cls, action):
        before = cls.statements, cls.rows
        action()
        return cls.statements - before[0], cls.rows - before[1]


def memory():
    """Megabytes that this process holds now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def cpu(action, rounds=ROUNDS):
    """Milliseconds of CPU that one run of the action takes, after a few that warm up: the median of the rounds, since
    whatever else the machine does makes some of them longer."""
    for _round in range(WARM_UP):
        action()
    spent = []
    for _round in range(rounds):
        started = time.process_time()
        action()
        spent.append(time.process_time() - started)
    return median(spent) * 1000


def read(client, path):
    response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")
    return response


def exported(client, path):
    """Rows, first byte in seconds, and megabytes that memory grew by while the table went out."""
    before, started = memory(), time.perf_counter()
    content = iter(read(client, path).streaming_content)
    first = next(content)
    first_byte = time.perf_counter() - started
    rows = first.count(b"\n") + sum(part.count(b"\n") for part in content)
    return rows, first_byte, max(memory() - before, 0)


def measured(side):
    """All figures of one side; ``side`` is ``bench.portal_side`` or ``bench.floor_side``."""
    from django.contrib.auth import get_user_model

    Rows.watch()
    anonymous, officer, one = Client(), side.officer(), side.one()
    with getattr(side, "moment", nullcontext)():
        pages = {
            "public": lambda: read(anonymous, side.PUBLIC),
            "list": lambda: read(officer, side.LIST),
            "one": lambda: read(officer, one),
        }
        figures = {name: {"cpu": cpu(action)} for name, action in pages.items()}
        for name, action in pages.items():
            figures[name]["statements"], figures[name]["rows"] = Rows.of(action)
        for name, address in getattr(side, "desk", dict)().items():
            show = partial(read, officer, address)
            figures[name] = {"cpu": cpu(show, rounds=5)}
            figures[name]["statements"], figures[name]["rows"] = Rows.of(show)
        figures["export"] = {}
        figures["export"]["statements"], figures["export"]["rows"] = Rows.of(lambda: exported(officer, side.EXPORT))
        figures["export"]["cpu"] = cpu(lambda: exported(officer, side.EXPORT), rounds=3)
        rows, figures["export"]["first_byte"], figures["export"]["growth"] = exported(officer, side.EXPORT)
        figures["export"]["cpu"] /= rows
        person = get_user_model().objects
        numbers = range(side.FIRST, side.FIRST + 20)
        people = [person.get(email=f"journey{number}@bench.example") for number in numbers]
        applicants = iter([(side.signed_in(one), one) for one in people])
        figures["journey"] = {"cpu": cpu(lambda: side.journey(*next(applicants)), rounds=JOURNEYS)}
        counted = next(applicants)
        figures["journey"]["statements"], figures["journey"]["rows"] = Rows.of(lambda: side.journey(*counted))
        figures["memory"] = memory()
        figures |= side.extra()
    return figures


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measured(import_module(f"bench.{sys.argv[1]}_side"))))
