"""Documents on S3, against a server that speaks its protocol."""

import socket
import urllib.request
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from imrf_portal import files
from imrf_portal.errors import Refused
from imrf_portal.file_views import send
from imrf_portal.files import PrivateFile
from imrf_portal.users import User

from . import file_samples as samples

pytestmark = pytest.mark.django_db
BUCKET = "portal-documents"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, settings):
    access = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=endpoint, **access)
    client.create_bucket(Bucket=BUCKET)
    settings.STORAGES = settings.STORAGES | {"default": s3_storage(endpoint)}
    return client


def s3_storage(endpoint):
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET, "endpoint_url": endpoint, "region_name": "us-east-1", "access_key": "test",
            "secret_key": "test", "default_acl": "private", "querystring_auth": True, "querystring_expire": 60,
            "file_overwrite": False, "signature_version": "s3v4",
        },
    }  # fmt: skip


@pytest.fixture
def amina():
    return User.objects.create_user("amina@harbour.example")


def test_a_document_goes_to_the_bucket_and_comes_back_through_a_link_of_a_minute(bucket, amina):
    content = samples.pdf(2)
    file = files.store(samples.upload(content, "شهادة.pdf"), by=amina, limit=20_000_000)
    response = send(file)
    assert response.status_code == 302
    assert response["Cache-Control"] == "private, no-store"
    query = parse_qs(urlsplit(response.url).query)
    assert query["X-Amz-Expires"] == ["60"]
    with urllib.request.urlopen(response.url) as answer:
        assert answer.read() == content
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%D8%B4")


def test_the_object_itself_has_the_type_found_in_it_and_no_telling_name(bucket, amina):
    file = files.store(samples.upload(samples.picture(), "Amina.jpg", "text/html"), by=amina, limit=20_000_000)
    stored = bucket.head_object(Bucket=BUCKET, Key=file.key)
    assert stored["ContentType"] == "image/jpeg"
    assert "amina" not in file.key.lower()


def test_what_was_left_behind_in_the_bucket_is_swept(bucket, amina, monkeypatch):
    file = files.store(samples.upload(samples.pdf()), by=amina, limit=20_000_000)
    orphan = files.write(samples.upload(samples.pdf()), "application/pdf")
    monkeypatch.setattr(files, "ORPHAN_AGE", -files.ORPHAN_AGE)
    files.erase_orphans()
    assert default_storage.exists(file.key)
    assert not default_storage.exists(orphan)


def test_with_the_store_away_the_upload_is_refused_without_a_row(bucket, amina, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.STORAGES = settings.STORAGES | {"default": s3_storage(f"http://127.0.0.1:{nobody.getsockname()[1]}")}
        with pytest.raises(Refused, match="could not be stored just now"):
            files.store(samples.upload(samples.pdf()), by=amina, limit=20_000_000)
    assert PrivateFile.objects.count() == 0
