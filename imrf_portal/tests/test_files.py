import errno
import uuid
from datetime import timedelta
from email.message import Message

import pytest
from csp.middleware import CSPMiddleware
from django.core.files.storage import default_storage
from django.core.files.storage.filesystem import FileSystemStorage
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from imrf_portal import clock, files
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.file_views import send
from imrf_portal.files import PrivateFile, clean_file_name
from imrf_portal.inspection import InspectionRefused
from imrf_portal.users import User

from . import file_samples as samples

LIMIT = 20_000_000
pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    return User.objects.create_user("amina@harbour.example")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None, "file_permissions_mode": 0o600},
        }
    }
    return tmp_path


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def store(by, content=None, name="certificate.pdf"):
    return files.store(samples.upload(content or samples.pdf(2), name), by=by, limit=LIMIT)


def test_a_document_is_kept_byte_for_byte_under_a_name_that_says_nothing(amina, folder):
    content = samples.pdf(2)
    file = store(amina, content, "Amina’s certificate.pdf")
    (path,) = kept(folder)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert uuid.UUID(path.name)
    assert (file.name, file.pages, file.size) == ("Amina’s certificate.pdf", 2, len(content))
    assert file.get_scan_state_display() == "not scanned"
    assert file.is_cleared


def test_a_refused_document_leaves_nothing_behind(amina, folder):
    with pytest.raises(Refused):
        store(amina, b"MZ\x90")
    assert (kept(folder), PrivateFile.objects.count()) == ([], 0)


# T-A20
def test_the_test_virus_is_blocked_without_a_scanner_and_staff_can_see_that(amina, folder):
    with pytest.raises(InspectionRefused, match="blocked because it is recognized as harmful"):
        store(amina, samples.eicar())
    event = Event.objects.get(verb="privatefile.blocked")
    assert (event.actor, event.is_internal, event.detail["name"]) == (amina, True, "certificate.pdf")
    assert kept(folder) == []


# T-A22
def test_when_the_row_cannot_be_written_no_object_stays(amina, folder):
    nobody = User(email="unsaved@harbour.example")
    with pytest.raises(ValueError, match="unsaved related object"):
        files.store(samples.upload(samples.pdf()), by=nobody, limit=LIMIT)
    assert (kept(folder), PrivateFile.objects.count()) == ([], 0)


class FullDisk(FileSystemStorage):
    """A disk that takes half of a file."""

    def _save(self, name, content):
        super()._save(name, content)
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_a_refusal_without_row_or_rest(amina, folder, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{__name__}.FullDisk", "OPTIONS": {"location": folder}}
    }
    with pytest.raises(Refused, match="could not be stored just now"):
        store(amina)
    assert (kept(folder), PrivateFile.objects.count()) == ([], 0)


# T-A22
def test_what_an_interrupted_upload_left_is_swept_once_it_is_old(amina, folder):
    file = store(amina)
    orphan = files.write(samples.upload(samples.pdf()), "application/pdf")
    assert files.erase_orphans() == 0
    with clock.frozen(clock.now() + timedelta(hours=3)):
        assert files.erase_orphans() == 1
    assert default_storage.exists(file.key)
    assert not default_storage.exists(orphan)


def test_an_erased_document_is_gone_but_its_row_says_when(amina, folder, django_capture_on_commit_callbacks):
    file = store(amina)
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(file, by=amina, reason="replaced")
        files.erase(file, by=amina, reason="twice")
    assert kept(folder) == []
    assert Event.objects.filter(verb="privatefile.erase").count() == 1
    with pytest.raises(Refused, match="was erased on"):
        send(file)


@pytest.mark.parametrize(
    "change", [{"size": 0}, {"scan_state": "infected"}, {"scan_state": "clean"}, {"scanned_at": clock.now()}]
)
def test_the_database_refuses_what_must_never_be_true(amina, change):
    file = store(amina)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivateFile.objects.filter(pk=file.pk).update(**change)


def test_a_document_is_sent_as_a_download_that_nothing_runs(amina):
    content = samples.pdf()
    file = store(amina, content, "Überblick مرفأ.pdf")
    response = CSPMiddleware(lambda request: send(file))(RequestFactory().get("/"))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    disposition = Message()
    disposition["Content-Disposition"] = response["Content-Disposition"]
    assert disposition.get_content_disposition() == "attachment"
    assert disposition.get_filename() == "Überblick مرفأ.pdf"


def test_only_a_picture_may_be_shown_in_the_page(amina):
    picture = store(amina, samples.picture(), "seal.jpg")
    document = store(amina)
    assert send(picture, as_attachment=False)["Content-Disposition"].startswith("inline")
    assert send(document, as_attachment=False)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\amina\\letter.pdf", "letter.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ('a"b<c>:d|e?f*.pdf', "a_b_c__d_e_f_.pdf"),
        ("line\r\nbreak\x00\x1b.pdf", "line break_.pdf"),
        ("bad\ufffd\udc80.pdf", "bad__.pdf"),
        ("شهادة.pdf", "شهادة.pdf"),
        ("证书 {{ 7*7 }}.pdf", "证书 {{ 7_7 }}.pdf"),
        ("", "document"),
        ("...", "document"),
        ("/", "document"),
        ("n" * 400 + ".pdf", "n" * 146 + ".pdf"),
    ],
)
def test_a_file_name_is_cleaned_for_showing_and_saving(sent, shown):
    assert clean_file_name(sent) == shown


@given(st.text(max_size=400))
def test_a_clean_file_name_has_no_folder_no_hidden_sign_and_fits(sent):
    name = clean_file_name(sent)
    assert 0 < len(name) <= files.LONGEST_NAME
    assert not set(name) & set('/\\\x00\r\n\u202e\u2066"<>')
    assert name.encode("utf-8")
