"""A backup that can be proved: the database, every private file, and a manifest with the hash of each.

The database is copied first, in one consistent state; then the files its rows name. A file that came later is not in
the copy, and neither is its row. A file erased meanwhile is listed as missing.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections

from . import clock
from .files import PrivateFile, stored_keys

MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


class Unusable(Exception):
    """The backup or the target is not as it must be; the message says why."""


def make(folder):
    """Write a backup into ``folder``, which must not exist; the manifest."""
    folder = Path(folder)
    if folder.exists():
        raise Unusable(f"{folder} exists already; a backup is never written over another.")
    (folder / "files").mkdir(parents=True, mode=0o700)
    kept = list(PrivateFile.objects.kept().values_list("key", flat=True))
    database = folder / f"database.{connection.vendor}"
    _dump(database)
    manifest = {
        "made_at": clock.now().isoformat(),
        "vendor": connection.vendor,
        "database": _digest(database),
        "files": {},
        "missing": [],
    }
    for key in kept:
        copied = folder / "files" / key
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            with default_storage.open(key) as source, copied.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
        except FileNotFoundError:
            copied.unlink(missing_ok=True)
            manifest["missing"].append(key)
        else:
            manifest["files"][key] = _digest(copied)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def verify(folder):
    """Compare every part of the backup with its hash; the manifest."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise Unusable(f"{folder} holds no readable {MANIFEST}: it is not a backup, or an unfinished one.") from problem
    parts = {f"database.{manifest['vendor']}": manifest["database"]}
    parts |= {f"files/{key}": digest for key, digest in manifest["files"].items()}
    wrong = [
        name for name, digest in parts.items() if not (folder / name).is_file() or _digest(folder / name) != digest
    ]
    if wrong:
        raise Unusable(f"The backup is damaged, nothing was restored: {', '.join(wrong[:10])} ({len(wrong)} in all).")
    return manifest


def restore(folder, *, replace=False):
    """Put database and files back as they were; the manifest. Call it while web, worker and beat are stopped."""
    folder = Path(folder)
    manifest = verify(folder)
    if manifest["vendor"] != connection.vendor:
        raise Unusable(f"The backup is of {manifest['vendor']}, this portal runs on {connection.vendor}.")
    if not replace and _holds_records():
        raise Unusable("This portal holds records already: say --replace to put the backup in their place.")
    _load(folder / f"database.{manifest['vendor']}")
    for key, digest in manifest["files"].items():
        if default_storage.exists(key):
            if stored_digest(key) == digest:
                continue
            default_storage.delete(key)
        with (folder / "files" / key).open("rb") as source:
            default_storage.save(key, File(source, name=key))
    return manifest


def disagreements(*, hashes=True):
    """What rows and files say against each other, as three lists of keys: no file, no row, other content."""
    rows = dict(PrivateFile.objects.kept().values_list("key", "sha256"))
    stored = set(stored_keys())
    return {
        "rows without a file": sorted(rows.keys() - stored),
        "files without a row": sorted(stored - rows.keys()),
        "files with other content": sorted(
            key for key in rows.keys() & stored if hashes and stored_digest(key) != rows[key]
        ),
    }


def stored_digest(key):
    with default_storage.open(key) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _digest(path):
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _is_as_written(path, digest):
    return path.is_file() and _digest(path) == digest


def _holds_records():
    if settings.AUTH_USER_MODEL.lower().replace(".", "_") not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM imrf_portal_user)")
        return bool(cursor.fetchone()[0])


def _dump(path):
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def _load(path):
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as source:
            source.backup(connection.connection)
    else:
        connections.close_all()
        _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction", path)
    connections.close_all()


def _postgres(program, *arguments):
    database = connection.settings_dict
    variables = {"PGDATABASE": "NAME", "PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {name: str(database[key]) for name, key in variables.items() if database[key]}
    target = [f"--dbname={database['NAME']}"] if program == "pg_restore" else []
    try:
        subprocess.run([_binary(program), *target, *arguments], check=True, env=os.environ | told)
    except subprocess.CalledProcessError as problem:
        raise Unusable(f"{program} did not succeed; its own words stand above.") from problem


def _binary(program):
    """The newest of PostgreSQL's clients on this machine: an older one refuses a newer server."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise Unusable(f"{program} is not installed: a backup of PostgreSQL needs its client programs.")
    return found
