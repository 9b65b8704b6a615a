"""Deadlines behind the real proxy: what counts is when the header of a request reached it (quality bar D4)."""

import socket
import ssl
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.tests.cast import make_call, make_draft
from imrf_portal import clock

from .clients import PortalClient
from .services import Nginx, running

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.django_db(transaction=True)]
SAVED = 302


@pytest.fixture
def proxy(live_server, settings):
    settings.PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with running(Nginx, live_server.thread.port) as server:
        yield server


@pytest.fixture
def application(amina):
    """A draft of a Call that closes in a moment."""
    now = clock.now()
    call = make_call(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    with clock.frozen(now):
        return make_draft(call, amina)


def close(call, after):
    """Let the Call close ``after`` seconds from now; returns that instant on the clock of ``time.time``."""
    call.closes_at = clock.now() + timedelta(seconds=after)
    call.save(update_fields=["closes_at"])
    return call.closes_at.timestamp()


class Slow:
    """A request to save an answer, sent in two parts: its header, and later its body."""

    def __init__(self, proxy, application, text, *headers):
        client = PortalClient()
        client.force_login(application.applicant)
        token = Client().get(reverse("account_login")).cookies["csrftoken"].value
        self.body = urlencode({"scope": text, "compact": application.compact, "csrfmiddlewaretoken": token}).encode()
        path = reverse("application_step", args=[application.reference, "scope"])
        cookies = f"sessionid={client.session.session_key}; csrftoken={token}"
        self.head = "\r\n".join(
            [
                f"POST {path} HTTP/1.1", "Host: localhost", f"Referer: https://localhost{path}", f"Cookie: {cookies}",
                "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}",
                "Connection: close", *headers, "", "",
            ]
        ).encode()  # fmt: skip
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
        self.line = trusting.wrap_socket(connection, server_hostname="localhost")

    def send(self, part):
        self.line.sendall(part)

    def status(self):
        return int(self.line.recv(4096).split(b" ", 2)[1])


def until(instant):
    time.sleep(max(0, instant - time.time()))


def test_a_header_before_the_close_counts_though_its_body_arrives_after_it(proxy, application):
    request = Slow(proxy, application, "In time.")
    closes_at = close(application.call, 2)
    until(closes_at - 0.25)
    request.send(request.head)
    until(closes_at + 0.5)
    request.send(request.body)

    assert request.status() == SAVED
    application.refresh_from_db()
    assert application.scope == "In time."


def test_a_header_after_the_close_does_not_count_whatever_it_says_of_its_arrival(proxy, application):
    request = Slow(proxy, application, "Late.", f"X-Arrived: {time.time() - 3600:.3f}", "X-Forwarded-For: 192.0.2.1")
    closes_at = close(application.call, 0.5)
    until(closes_at + 0.05)
    request.send(request.head + request.body)

    assert request.status() == 409
    application.refresh_from_db()
    assert application.scope != "Late."
