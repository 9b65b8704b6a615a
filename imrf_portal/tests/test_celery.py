"""The schedule of beat, and what a broker or cache that is away costs."""

import time

import pytest
from celery import Celery
from django.conf import settings
from django.test import override_settings

from imrf_portal import caches, hints
from imrf_portal.celery import app

ON_DEMAND = {
    "accreditation.tasks.continue_bulk_run",
    "accreditation.tasks.write_reference_list",
    "imrf_portal.tasks.draw_pages_of",
}
"""Tasks that only a person's act asks for; all others are sweeps and have their turn."""


def test_every_sweep_has_its_turn():
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}

    assert own - ON_DEMAND == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_a_message_nobody_took_is_dropped_before_the_next():
    wrong = [
        name
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if entry["options"]["expires"] > entry["schedule"]
    ]  # fmt: skip

    assert wrong == []


@pytest.fixture
def listened_to(monkeypatch):
    """No silence is left from another test, and none is left behind."""
    monkeypatch.setattr(hints, "_silent_until", 0.0)
    monkeypatch.setattr(caches.ForgivingRedisCache, "silent_until", 0.0)


@pytest.fixture
def brokered(redis_server):
    """A task of an application whose broker is the session's Redis, with the portal's own limits."""
    brokered = Celery("brokered", broker=redis_server.url(), set_as_current=False)
    brokered.conf.broker_transport_options = {
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "retry_on_timeout": False,
        "max_retries": 0,
    }

    @brokered.task(ignore_result=True)
    def nothing():
        pass

    yield nothing
    brokered.close()


def seconds(action):
    started = time.monotonic()
    action()
    return time.monotonic() - started


def test_a_frozen_broker_costs_one_wait_and_no_error(listened_to, brokered, redis_server):
    assert hints.give(brokered) is True
    redis_server.freeze()
    try:
        first = seconds(lambda: hints.give(brokered))
        second = seconds(lambda: hints.give(brokered))
    finally:
        redis_server.thaw()

    assert first < 2.8
    assert second < 0.1


def test_a_dead_broker_costs_no_wait_and_no_error(listened_to, brokered, redis_server):
    redis_server.stop()
    try:
        waited = seconds(lambda: hints.give(brokered))
    finally:
        redis_server.start()

    assert waited < 1
    hints._silent_until = 0.0
    assert hints.give(brokered) is True


@pytest.fixture
def cached(redis_server):
    from django.core.cache import caches as configured

    cache = {
        "BACKEND": "imrf_portal.caches.ForgivingRedisCache",
        "LOCATION": redis_server.url(3),
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
    with override_settings(CACHES={"default": cache}):
        yield configured["default"]


def test_the_cache_keeps_what_it_is_given(listened_to, cached):
    cached.set("name", "Harbour Lights")
    cached.add("count", 1)

    assert (cached.get("name"), cached.incr("count"), cached.get("nothing", "default")) == (
        "Harbour Lights",
        2,
        "default",
    )


def test_a_frozen_cache_is_a_miss(listened_to, cached, redis_server):
    cached.set("name", "Harbour Lights")
    redis_server.freeze()
    try:
        waited = seconds(lambda: [cached.get("name") for _ in range(20)])
        answers = (
            cached.get("name", "default"),
            cached.get_many(["name"]),
            cached.add("other", 1),
            cached.incr("count"),
        )
    finally:
        redis_server.thaw()

    assert waited < 1.5
    assert answers == ("default", {}, True, 1)
