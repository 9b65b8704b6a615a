"""Doing something in several threads at one instant, on a database in which each thread really commits."""

import contextlib
import sqlite3
import threading

import pytest
from django.db import connection, connections

from imrf_portal import country_data
from imrf_portal.geography import Country


def at_once(*actions):
    """Run the actions at the same instant; what each returned, or the exception it raised, in their order."""
    barrier = threading.Barrier(len(actions))
    results = [None] * len(actions)

    def run(place, action):
        barrier.wait(30)
        try:
            results[place] = action()
        except Exception as problem:
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def committed_db(transactional_db, tmp_path):
    """A database without a transaction around the test, with its countries, put back afterwards as it was.

    On SQLite Django's own way back, deleting all rows, is refused by the tables that nobody may delete from.
    """
    way_back = put_back(tmp_path / "kept.sqlite3") if connection.vendor == "sqlite" else contextlib.nullcontext()
    with way_back:
        if not Country.objects.exists():
            country_data.load(Country)
        yield


@contextlib.contextmanager
def put_back(kept):
    """Keep a copy of the SQLite database at the path ``kept``, and restore it at the end."""
    name = str(connection.settings_dict["NAME"])

    def copy(source, target):
        connections.close_all()
        with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
            old.backup(new)

    copy(name, kept)
    yield
    copy(kept, name)
