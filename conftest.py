"""Fixtures of the whole suite: real services, a real browser, a portal that forgets between tests."""

import os
import shutil

import pytest

from imrf_portal.tests import services

pytest_plugins = ["accreditation.tests.cast", "imrf_portal.tests.races"]
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test


NEEDS_SERVICES = {"db", "transactional_db", "live_server", "postgres", "redis_server"}


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL and Redis, leave out what would run the same without them: tests that touch no service.

    ``manage.py serve`` on both is walked by ``test_journey``.
    """
    if not os.environ.get("TEST_DATABASE_URL"):
        return
    kept = [item for item in items if NEEDS_SERVICES & set(item.fixturenames) or any(item.iter_markers("django_db"))]
    config.hook.pytest_deselected(items=list(set(items) - set(kept)))
    items[:] = kept


@pytest.fixture(autouse=True)
def _empty_cache():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of this session's own, to stop, start and connect to at will."""
    with services.running(services.Postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server():
    """A Redis of this session's own, to stop, freeze and thaw at will."""
    with services.running(services.Redis) as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, which asks nobody outside of this machine for anything."""
    quiet = ("background-networking", "component-update", "sync", "default-apps", "domain-reliability")
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium") or shutil.which("chromium-browser"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *(f"--disable-{name}" for name in quiet)],
    }


@pytest.fixture
def client():
    """Signs Missions and staff in as after a second factor (``force_login(user, second_factor=False)`` does not)."""
    from imrf_portal.tests.clients import PortalClient

    return PortalClient()
