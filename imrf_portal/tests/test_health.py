"""``/healthz`` and ``/readyz``, and the page people see while the database is away."""

import socket
import threading
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from imrf_portal import clock, health, hints, mail


@pytest.fixture
def beating(db):
    health.record_beat()


def readiness(client):
    response = client.get("/readyz")
    return response.status_code, {name: check["well"] for name, check in response.json()["checks"].items()}


WELL = dict.fromkeys(("database", "beat", "undone", "store", "scanner"), True)


def test_healthz_asks_no_database(client):
    assert client.get("/healthz").content == b"ok\n"


def test_readyz_is_green_when_all_is_well(client, beating):
    assert readiness(client) == (200, WELL)


# T-S35
def test_readyz_is_red_when_the_last_beat_is_too_old(client, beating):
    with clock.frozen(clock.now() + health.BEAT_TOLERANCE + timedelta(seconds=1)):
        health_now = health.readyz(RequestFactory().get("/readyz"))

    assert health_now.status_code == 503
    assert b'"beat": {"well": false, "seen": "last beat 121 s ago"}' in health_now.content


def test_readyz_is_red_before_the_first_beat(client, db):
    assert readiness(client) == (503, WELL | {"beat": False})


def test_a_second_beat_replaces_the_first(beating):
    health.record_beat()

    assert health.Heartbeat.objects.count() == 1


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 503)])
def test_readyz_is_red_when_a_letter_has_waited_too_long(client, beating, minutes, status):
    mail.OutgoingMail.objects.create(
        key="one", to="amina@harbour.example", subject="s", due_at=clock.now() - timedelta(minutes=minutes)
    )

    assert readiness(client) == (status, WELL | {"undone": status == 200})


def test_a_letter_due_tomorrow_is_not_undone(client, beating):
    mail.OutgoingMail.objects.create(
        key="one", to="amina@harbour.example", subject="s", due_at=clock.now() + timedelta(days=1)
    )

    assert readiness(client) == (200, WELL)


def clamd_that_answers(word):
    """A scanner's door on a free port of this machine, open for one question."""
    door = socket.create_server(("127.0.0.1", 0))

    def answer():
        caller, _address = door.accept()
        with caller, door:
            caller.recv(100)
            caller.sendall(word)

    threading.Thread(target=answer, daemon=True).start()
    return f"127.0.0.1:{door.getsockname()[1]}"


@pytest.mark.parametrize(("word", "status"), [(b"PONG\0", 200), (b"who?\0", 503)])
def test_readyz_asks_the_scanner(client, beating, settings, word, status):
    settings.CLAMD_ADDRESS = clamd_that_answers(word)

    assert readiness(client) == (status, WELL | {"scanner": status == 200})


def test_readyz_is_red_when_the_scanner_is_away(client, beating, settings):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{nobody.getsockname()[1]}"

    assert readiness(client) == (503, WELL | {"scanner": False})


@pytest.mark.parametrize("problem", [OperationalError("server closed the connection"), InterfaceError("closed")])
def test_a_page_without_its_database_is_a_static_503(client, monkeypatch, problem):
    def away(*_arguments):
        raise problem

    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", away)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "The portal is away for a moment" in response.content.decode()
    assert "server closed" not in response.content.decode()


def test_any_other_fault_is_a_500_with_the_id_of_the_request(client, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError

    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_request", broken)

    response = client.get("/healthz")

    assert response.status_code == 500
    assert response["X-Request-Id"] in response.content.decode()


class BrokerAway:
    asked = 0

    def apply_async(self, args, *, retry):
        self.asked += 1
        raise OSError


def test_a_broker_that_is_away_is_asked_once_and_then_left_alone(monkeypatch):
    monkeypatch.setattr(hints, "_silent_until", 0.0)
    task = BrokerAway()

    assert [hints.give(task) for _ in range(3)] == [False, False, False]
    assert task.asked == 1
