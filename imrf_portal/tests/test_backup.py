"""A backup is proved by restoring it over a portal that has changed since."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from imrf_portal import backup, clock
from imrf_portal.files import PrivateFile, stored_keys
from imrf_portal.users import User

TEXT = b"%PDF-1.7 a charter"


def make_document(text=TEXT, *, name="charter.pdf"):
    key = default_storage.save(f"documents/ab/{PrivateFile().pk.hex}", ContentFile(text))
    return PrivateFile.objects.create(
        key=key,
        name=name,
        content_type="application/pdf",
        size=len(text),
        sha256=backup.hashlib.sha256(text).hexdigest(),
        scan_state=PrivateFile.Scan.NOT_SCANNED,
    )


@pytest.fixture
def empty_store(settings, tmp_path):
    """A folder of files that no other test knows."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "store", "base_url": None},
        }
    }
    return tmp_path / "store"


@pytest.fixture
def portal(transactional_db, empty_store):
    User.objects.create_user("amina@harbour.example", name="Amina")
    return make_document()


@pytest.fixture
def made(portal, tmp_path):
    call_command("backup", str(tmp_path / "backup"), stdout=io.StringIO())
    return tmp_path / "backup"


# T-S37
def test_a_restore_brings_back_rows_and_files(made, portal):
    User.objects.update(name="Somebody else")
    default_storage.delete(portal.key)
    late = make_document(b"%PDF-1.7 came after the backup")
    said = io.StringIO()

    call_command("restore", str(made), "--replace", stdout=said)

    assert [user.name for user in User.objects.all()] == ["Amina"]
    assert list(PrivateFile.objects.values_list("key", flat=True)) == [portal.key]
    assert default_storage.open(portal.key).read() == TEXT
    assert said.getvalue().splitlines()[1:] == [
        "rows without a file: 0",
        "files without a row: 1",
        f"  {late.key}",
        "files with other content: 0",
    ]


def test_a_changed_file_is_replaced_by_the_one_of_the_backup(made, portal):
    default_storage.delete(portal.key)
    default_storage.save(portal.key, ContentFile(b"forged"))

    backup.restore(made, replace=True)

    assert default_storage.open(portal.key).read() == TEXT
    assert backup.disagreements() == {
        "rows without a file": [],
        "files without a row": [],
        "files with other content": [],
    }


@pytest.mark.parametrize("damaged", ["files/{key}", "database.{vendor}"])
def test_a_damaged_backup_restores_nothing(made, portal, damaged):
    (made / damaged.format(key=portal.key, vendor=connection.vendor)).write_bytes(b"damaged")
    User.objects.update(name="Somebody else")

    with pytest.raises(CommandError, match="The backup is damaged, nothing was restored"):
        call_command("restore", str(made), "--replace")

    assert User.objects.get().name == "Somebody else"


def test_an_unfinished_backup_is_refused(made):
    (made / backup.MANIFEST).unlink()

    with pytest.raises(backup.Unusable, match="it is not a backup, or an unfinished one"):
        backup.restore(made, replace=True)


def test_a_portal_with_records_is_not_overwritten_by_mistake(made):
    with pytest.raises(backup.Unusable, match="say --replace"):
        backup.restore(made)


def test_a_backup_is_never_written_over_another(made):
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(made))


def test_a_file_that_is_missing_already_is_listed(portal, tmp_path):
    default_storage.delete(portal.key)

    assert backup.make(tmp_path / "backup")["missing"] == [portal.key]


def test_check_files_lists_what_does_not_agree(portal):
    stranger = default_storage.save("documents/cd/stranger", ContentFile(b"x"))
    lost, forged = make_document(b"lost"), make_document(b"true")
    default_storage.delete(lost.key)
    default_storage.delete(forged.key)
    default_storage.save(forged.key, ContentFile(b"false"))
    said = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("check_files", stdout=said)

    assert (
        said.getvalue().split()
        == (
            f"rows without a file: 1 {lost.key} files without a row: 1 {stranger} "
            f"files with other content: 1 {forged.key}"
        ).split()
    )


def test_an_erased_document_needs_no_file(portal):
    default_storage.delete(portal.key)
    PrivateFile.objects.update(erased_at=clock.now())

    assert backup.disagreements()["rows without a file"] == []
    assert list(stored_keys()) == []
