"""Homepages are asked through the proxy outside, and nothing else is ever connected to."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from accreditation import homepages, workflow
from accreditation.models import HomepageCheck, Status
from imrf_portal import clock, outward
from imrf_portal.outward import Answer

from .cast import DURING, make_draft

PAGES = {
    "http://here.example/": (200, {}),
    "http://moved.example/": (301, {"Location": "http://here.example/"}),
    "http://inside.example/": (302, {"Location": "http://192.168.0.1/admin"}),
    "http://round.example/": (302, {"Location": "http://round.example/"}),
    "http://broken.example/": (302, {"Location": "http://["}),
    "http://metadata.example/": (302, {"Location": "//169.254.169.254/latest"}),
    "http://file.example/": (302, {"Location": "file:///etc/passwd"}),
    "http://gone.example/": (404, {}),
    "http://shy.example/": (403, {}),
    "http://xn--bcher-kva.example/": (200, {}),
}


@pytest.fixture
def outside(settings):
    """A forward proxy that knows a few pages; yields what it was asked for."""
    asked, over = [], threading.Event()

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path == "http://slow.example/":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.05):
                    self.wfile.write(b"a")
                return
            status, headers = PAGES.get(self.path, (502, {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_CONNECT(self):
            asked.append(self.path)
            self.send_error(502)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.HOMEPAGE_PROXY = f"http://127.0.0.1:{server.server_port}"
    yield asked
    over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("homepage", "answer"),
    {
        "http://here.example/": Answer.YES,
        "http://moved.example/": Answer.YES,
        "http://bücher.example/": Answer.YES,
        "http://shy.example/": Answer.TURNED_AWAY,
        "http://gone.example/": Answer.NO,
        "http://round.example/": Answer.NO,
        "http://inside.example/": Answer.NO,
        "http://broken.example/": Answer.NO,
        "http://metadata.example/": Answer.NO,
        "http://file.example/": Answer.NO,
        "https://no-tunnel.example/": Answer.NO,
    }.items(),
)
def test_each_kind_of_answer(call, amina, outside, homepage, answer):
    application = make_draft(call, amina, homepage=homepage)
    with clock.frozen(DURING):
        assert homepages.check_due() == 1
        assert homepages.check_due() == 0

    assert HomepageCheck.objects.get(application=application).answer == answer
    assert [target for target in outside if "192.168" in target or "169.254" in target or "passwd" in target] == []


# T-A13, T-A14
def test_an_unreachable_homepage_is_a_warning_with_its_date_and_no_hurdle(
    client, call, amina, chen, outside, monkeypatch
):
    connected = []
    really = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda own, where: connected.append(where) or really(own, where))
    application = make_draft(call, amina, homepage="http://gone.example/")
    client.force_login(amina)
    check = reverse("application_check", args=[application.reference])
    with clock.frozen(DURING):
        homepages.check_due()
        assert "did not answer us on 10 March 2026" in " ".join(client.get(check).content.decode().split())
        workflow.submit(application, by=amina)

    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    client.force_login(chen)
    with clock.frozen(DURING):
        page = client.get(reverse("admin:accreditation_application_change", args=[application.pk])).content.decode()
    assert "not reachable, 10 March 2026" in " ".join(page.split())
    assert {where[0] for where in connected if isinstance(where, tuple)} <= {"127.0.0.1"}


def test_what_did_not_answer_is_tried_again_a_day_later(call, amina, outside):
    make_draft(call, amina, homepage="http://gone.example/")
    for moment, asked in ((DURING, 1), (DURING + timedelta(hours=23), 1), (DURING + timedelta(hours=24), 2)):
        with clock.frozen(moment):
            homepages.check_due()
        assert len(outside) == asked


def test_without_a_way_out_nothing_is_asked(call, amina, monkeypatch):
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda own, where: called.append(where))
    make_draft(call, amina, homepage="http://gone.example/")
    with clock.frozen(DURING):
        assert homepages.check_due() == 0
    assert called == []


def test_a_page_that_sends_a_byte_now_and_then_does_not_hold_the_worker(call, amina, outside, monkeypatch):
    monkeypatch.setattr(outward, "LONGEST", 0.3)
    make_draft(call, amina, homepage="http://slow.example/")
    with clock.frozen(DURING):
        assert homepages.check_due() == 1
    assert HomepageCheck.objects.get().answer == Answer.NO
