"""Redis dead or frozen, PostgreSQL gone: what a person at the page sees, and that all is well again by itself."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.conf import settings as portal_settings
from django.core import mail as outbox
from django.urls import reverse

from accreditation.models import ApplicationVersion
from accreditation.tests.cast import DURING, make_call, make_draft, make_person
from imrf_portal import caches, clock, hints, mail
from imrf_portal.celery import app
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.services import free_port, wait_until


@pytest.fixture
def on_redis(redis_server, settings, monkeypatch):
    """The portal of this process with the session's Redis as its broker and cache."""
    settings.CACHES = {
        "default": {
            "BACKEND": "imrf_portal.caches.ForgivingRedisCache",
            "LOCATION": redis_server.url(5),
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
    }
    monkeypatch.setattr(hints, "_silent_until", 0.0)
    monkeypatch.setattr(caches.ForgivingRedisCache, "silent_until", 0.0)
    limits = {"socket_timeout": 2, "socket_connect_timeout": 2, "retry_on_timeout": False, "max_retries": 0}
    for name, value in {"broker_url": redis_server.url(4), "broker_transport_options": limits}.items():
        monkeypatch.setitem(app.conf.changes, name, value)
    forget_connections()
    yield redis_server
    forget_connections()


def forget_connections():
    """Celery keeps its connections to the broker it knew."""
    app._pool = None
    app.amqp._producer_pool = None


def send(application, applicant):
    """Press “send”; the seconds it took and the answer."""
    client = PortalClient(raise_request_exception=False)
    client.force_login(applicant)
    page = reverse("application_check", args=[application.reference])
    started = time.monotonic()
    with clock.frozen(DURING):
        response = client.post(page, {"declared": "on", "understood": "on"}, follow=True)
    return time.monotonic() - started, response


def stopped(server):
    server.stop()
    return server.start


def frozen(server):
    server.freeze()
    return server.thaw


# T-S13
@pytest.mark.redis
@pytest.mark.parametrize("goes_away", [stopped, frozen])
def test_what_is_sent_while_redis_is_away_is_answered_and_its_letter_goes_once(committed_db, on_redis, goes_away):
    call = make_call()
    people = [make_person(f"one{number}@many.example") for number in range(3)]
    drafts = [make_draft(call, person) for person in people]
    come_back = goes_away(on_redis)
    try:
        sent = [send(draft, person) for draft, person in zip(drafts, people, strict=True)]
    finally:
        come_back()

    for draft, (seconds, response) in zip(drafts, sent, strict=True):
        assert seconds < 3
        assert (response.status_code, draft.reference in response.content.decode()) == (200, True)
    assert ApplicationVersion.objects.count() == 3
    with clock.frozen(DURING):
        assert [mail.deliver_due(), mail.deliver_due()] == [3, 0]
    assert len(outbox.outbox) == 3


class Portal:
    """One web process of the portal, with the settings of the suite, on a database of the session's PostgreSQL."""

    def __init__(self, folder, database_url):
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "PYTEST_"))}
        self.environment = inherited | {
            "DJANGO_SETTINGS_MODULE": "imrf_portal.settings_test",
            "TEST_DATA_DIR": str(folder),
            "TEST_DATABASE_URL": database_url,
        }

    def run(self, *command):
        return subprocess.Popen(
            [sys.executable, *command], cwd=portal_settings.BASE_DIR, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self):
        assert self.run("manage.py", "migrate", "-v0").wait(120) == 0
        bind = f"127.0.0.1:{self.port}"
        self.process = self.run("-m", "gunicorn", "imrf_portal.wsgi", "--bind", bind, "--threads", "4")
        wait_until(lambda: self.get("/")[0] == 200, what="the portal", patience=60)

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as response:
            return response.code, response.headers, response.read().decode()
        except OSError:
            return 0, {}, ""

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def portal(postgres, tmp_path):
    postgres.create("survival")
    served = Portal(tmp_path, postgres.url("survival"))
    served.start()
    yield served
    served.stop()


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_without_its_database_the_portal_says_so_and_is_well_again_without_a_restart(portal, postgres):
    postgres.stop()
    try:
        started = time.monotonic()
        status, headers, page = portal.get("/")
        waited = time.monotonic() - started
        alive, _headers, _page = portal.get("/healthz")
    finally:
        postgres.start()
    assert (status, headers["Retry-After"], alive) == (503, "10", 200)
    assert "The portal is away for a moment" in page
    assert waited < 5

    wait_until(lambda: portal.get("/")[0] == 200, what="the portal", patience=15)
    assert portal.process.poll() is None
