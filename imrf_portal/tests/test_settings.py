"""What the settings make of the environment, each case in a process of its own."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "PORTAL_ENV": "production",
    "PORTAL_URL": "https://portal.example",
    "PROXY_COUNT": "1",
    "SECRET_KEY": "3kq9-not-secret-but-long-enough-to-pass-0h7WmZxV2nB5tYcLpRdJ",
}


def run(*arguments, **variables):
    own = {"PATH": os.environ["PATH"], "DATA_DIR": os.environ["DATA_DIR"], "PORTAL_ENV_FILE": ""}
    return subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=own | variables, capture_output=True, text=True
    )


def shown(name, **variables):
    """A setting as the process with these variables has it."""
    code = f"import imrf_portal.settings as s; print(repr(s.{name}))"
    finished = run("-c", code, **variables)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_production_refuses_to_start_without_a_secret_key():
    started = run("manage.py", "check", **(PRODUCTION | {"SECRET_KEY": ""}))

    assert started.returncode == 1
    assert "Set SECRET_KEY: a production portal does not start without one." in started.stderr


def test_production_passes_the_deployment_check():
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (checked.returncode, checked.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_an_unknown_kind_of_portal_is_refused():
    assert "PORTAL_ENV is either" in run("manage.py", "check", PORTAL_ENV="staging").stderr


CASES = {
    "SQLite by default": ("DATABASES['default']['ENGINE']", {}, "'django.db.backends.sqlite3'"),
    "PostgreSQL by its address": (
        "DATABASES['default']['ENGINE']",
        {"DATABASE_URL": "postgres://portal@db.example/portal"},
        "'django.db.backends.postgresql'",
    ),
    "Redis as cache": (
        "CACHES['default']['BACKEND']",
        {"CACHE_URL": "redis://redis.example/1"},
        "'imrf_portal.caches.ForgivingRedisCache'",
    ),
    "Redis as broker": ("CELERY_TASK_ACKS_LATE", {"CELERY_BROKER_URL": "redis://redis.example/0"}, "True"),
    "S3 for files": ("STORAGES['default']['BACKEND']", {"S3_BUCKET": "b"}, "'storages.backends.s3.S3Storage'"),
    "the port is in the address": ("PORTAL_URL", {"PORT": "8123"}, "'http://localhost:8123'"),
    "only its own host in production": ("ALLOWED_HOSTS", PRODUCTION, "['portal.example']"),
    "the mail server": ("EMAIL_HOST", {"EMAIL_URL": "smtp+tls://u:p@mail.example:587"}, "'mail.example'"),
}


@pytest.mark.parametrize(("name", "variables", "value"), CASES.values(), ids=CASES)
def test_the_environment_decides(name, variables, value):
    assert shown(name, **variables) == value


def test_every_variable_is_named_in_the_example():
    source = (settings.BASE_DIR / "imrf_portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z0-9_]+)["']""", source))
    named = set(re.findall(r"^#([A-Z0-9_]+)=", (settings.BASE_DIR / ".env.example").read_text("utf-8"), re.M))

    assert len(read) > 15
    assert named == read
