import socketserver
import threading
import time

import pytest
from django.core.files.base import ContentFile

from imrf_portal import files, scanner, tasks
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.file_views import send
from imrf_portal.files import PrivateFile
from imrf_portal.scanner import Outcome, scan
from imrf_portal.users import User

from . import file_samples as samples

pytestmark = pytest.mark.django_db


class Clamd(socketserver.ThreadingTCPServer):
    """Speaks INSTREAM as clamd does; finds what ``harmful`` marks; can be slow, too strict, or talk nonsense."""

    daemon_threads = True
    allow_reuse_address = True
    harmful = b"HARMFUL-MARK"
    delay = 0
    largest = 50_000_000
    answer = None


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
            if len(content) > self.server.largest:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        time.sleep(self.server.delay)
        found = b"stream: Test.Mark FOUND" if self.server.harmful in content else b"stream: OK"
        self.wfile.write((self.server.answer or found) + b"\0")


@pytest.fixture
def clamd(settings):
    with Clamd(("127.0.0.1", 0), Conversation) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.fixture
def away(settings):
    """An address where nobody listens."""
    with socketserver.TCPServer(("127.0.0.1", 0), Conversation) as server:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def amina():
    return User.objects.create_user("amina@harbour.example")


def store(by, content=None):
    return files.store(samples.upload(content or samples.pdf()), by=by, limit=20_000_000)


def harmful_pdf():
    return samples.pdf() + b"\n% HARMFUL-MARK\n"


def test_a_clean_file_is_found_clean_whatever_its_size(clamd):
    assert scan(ContentFile(b"x" * 3_000_000)).outcome == Outcome.CLEAN


def test_a_harmful_file_is_found_with_its_name(clamd):
    assert scan(ContentFile(b"x" * 500_000 + b"HARMFUL-MARK")) == scanner.Verdict(Outcome.INFECTED, "Test.Mark")


@pytest.mark.parametrize(
    "answer", [b"stream: OKAY", b"OK", b"stream: OK ERROR", b"UNKNOWN COMMAND", b"\xff", b"stream:  FOUNDER"]
)
def test_any_other_answer_is_no_verdict(clamd, answer):
    clamd.answer = answer
    assert scan(ContentFile(b"x")).outcome == Outcome.ERROR


def test_a_file_too_large_for_the_scanner_is_no_verdict(clamd):
    clamd.largest = 1_000_000
    assert scan(ContentFile(b"x" * 4_000_000)).outcome in {Outcome.ERROR, Outcome.AWAY}


def test_a_slow_scanner_costs_a_person_only_the_patience(clamd):
    clamd.delay = 3
    start = time.monotonic()
    assert scan(ContentFile(b"x"), patience=0.3).outcome == Outcome.AWAY
    assert time.monotonic() - start < 1


# T-A20
def test_a_harmful_upload_is_blocked_and_staff_see_the_finding(clamd, amina):
    with pytest.raises(Refused, match="recognized as harmful software"):
        store(amina, harmful_pdf())
    assert PrivateFile.objects.count() == 0
    assert Event.objects.get(verb="privatefile.blocked").detail["finding"] == "Test.Mark"


# T-A21
def test_with_the_scanner_away_the_upload_is_held_and_cannot_be_opened(away, amina):
    file = store(amina)
    assert file.get_scan_state_display() == "waiting for check"
    assert not file.is_cleared
    with pytest.raises(Refused, match="waiting for the virus check"):
        send(file)
    assert send(file, before_scan=True).status_code == 200


# T-A21
def test_when_the_scanner_is_back_held_files_are_scanned_once(away, amina, request):
    file = store(amina)
    assert tasks.scan_waiting_files() == 0
    request.getfixturevalue("clamd")
    assert tasks.scan_waiting_files() == 1
    assert tasks.scan_waiting_files() == 0
    file.refresh_from_db()
    assert (file.scan_state, file.is_cleared) == (PrivateFile.Scan.CLEAN, True)
    assert file.scanned_at is not None


# T-A20 T-A21
def test_a_held_file_found_harmful_is_erased(away, amina, request, django_capture_on_commit_callbacks):
    file = store(amina, harmful_pdf())
    request.getfixturevalue("clamd")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan_waiting_files()
    file.refresh_from_db()
    assert file.scan_state == PrivateFile.Scan.INFECTED
    assert file.erased_at is not None
    assert not files.default_storage.exists(file.key)
    assert Event.objects.about(file).get().verb == "privatefile.blocked"
    with pytest.raises(Refused):
        send(file, before_scan=True)
