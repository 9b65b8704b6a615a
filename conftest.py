"""Fixtures of the whole suite: real services, a real browser, a portal that forgets between tests."""

import gc
import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from imrf_portal.tests import migrated, services

pytest_plugins = ["accreditation.tests.cast", "imrf_portal.tests.races"]
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")  # a machine that is busy with something else proves nothing
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test


NEEDS_SERVICES = {"db", "transactional_db", "live_server", "postgres", "redis_server"}
ANY_DATABASE = {
    "test_headers", "test_planted_secrets", "test_weight", "test_template_tags", "test_mail_templates",
    "test_letter_texts", "test_event_words", "test_files_on_s3", "test_inspection", "test_papers", "test_previews",
    "test_document_preview", "test_spreadsheets", "test_second_factor",
}  # fmt: skip
"""Modules whose subject is what pages, papers and letters say, how files are read, how a second factor is shown. What a
database, a broker or a cache decides (verbs, constraints, triggers, races, sweeps, searches, figures, who sees which
rows) is never among them."""
ONE_LOOK_AT_EVERY_ADDRESS = {"coordinator"}
"""Its answers are asked for on both databases; ``test_crafted_requests`` opens the pages of five other roles there."""

WALKS_WITH_OTHER_EYES = {
    "test_every_page_that_opens_wears_the_banner_and_nothing_leaves_a_mark",
    "test_nothing_is_done_in_the_name_of_the_person",
}
"""Every address once more, for a banner and a refusal; that what was written is undone is asked on both databases."""


def depends_on_services(item):
    """Whether a test may turn out otherwise on PostgreSQL and Redis than on SQLite."""
    if item.module.__name__.rpartition(".")[2] in ANY_DATABASE:
        return False
    role = getattr(item, "callspec", None) and item.callspec.params.get("role")
    if item.module.__name__.endswith("test_access_matrix") and role:
        return role in ONE_LOOK_AT_EVERY_ADDRESS and "post" not in item.originalname
    if item.originalname in WALKS_WITH_OTHER_EYES:
        return False
    return bool(NEEDS_SERVICES & set(item.fixturenames)) or any(item.iter_markers("django_db"))


def pytest_collection_finish(session):
    """What is loaded by now stays for good: looking through it again and again took an eighth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL and Redis, leave out what runs the same without them; without them, what has its workers there.

    ``manage.py serve`` on both is walked by ``test_journey``.
    """
    if os.environ.get("TEST_DATABASE_URL"):
        kept = [item for item in items if depends_on_services(item)]
    else:
        kept = [item for item in items if not item.get_closest_marker("workers")]
    config.hook.pytest_deselected(items=list(set(items) - set(kept)))
    items[:] = sorted(kept, key=begins)


def begins(item):
    """What waits for the clock before what takes long because one process does it, and that before all the rest."""
    return not item.get_closest_marker("waits"), not item.get_closest_marker("xdist_group")


def pytest_xdist_setupnodes(config, specs):
    """While the processes of the suite collect their tests, another makes the tables for them all."""
    migrated.begin()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """Whether this process has a database of its own already, with all tables."""
    return migrated.copied()


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
    """Debian's Chromium, which asks nobody outside of this machine for anything; without its windows where it can."""
    quiet = ("background-networking", "component-update", "sync", "default-apps", "domain-reliability")
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium-headless-shell") or shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *(f"--disable-{name}" for name in quiet)],
    }


@pytest.fixture
def client():
    """Signs Missions and staff in as after a second factor (``force_login(user, second_factor=False)`` does not)."""
    from imrf_portal.tests.clients import PortalClient

    return PortalClient()


def pytest_make_parametrize_id(val, argname):
    """Files are named by their place: bytes that hold the time would name a test otherwise in each process."""
    return argname if isinstance(val, bytes) else None
