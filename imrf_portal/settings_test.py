"""Settings of the test suite: the embedded portal with a data folder of its own.

``TEST_DATABASE_URL``, ``TEST_CACHE_URL`` and ``TEST_CELERY_BROKER_URL`` put the same suite on PostgreSQL and Redis
(``python -m imrf_portal.tests.services`` starts both and sets them); nothing else of the environment counts.
"""

import atexit
import os
import shutil
import tempfile

if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)

for name in ("SECRET_KEY", "PORTAL_URL", "ALLOWED_HOSTS", "PROXY_COUNT", "S3_BUCKET", "CLAMD_ADDRESS", "EMAIL_URL"):
    os.environ.pop(name, None)
for name in ("HOST", "PORT", "BOUNCE_ADDRESS", "BOUNCE_MAILBOX_URL"):
    os.environ.pop(name, None)
for name in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL"):
    os.environ.pop(name, None)
    if value := os.environ.get(f"TEST_{name}"):
        os.environ[name] = value
os.environ |= {"DATA_DIR": os.environ["TEST_DATA_DIR"], "PORTAL_ENV": "embedded", "PORTAL_ENV_FILE": ""}

from .settings import *  # noqa: E402, F403
from .settings import CACHE_URL, CACHES, DATA_DIR, DATABASES, STORAGES  # noqa: E402

STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if CACHE_URL:
    # A database of its own for each process of the suite: a test empties its cache, not that of its neighbours.
    CACHES["default"]["LOCATION"] += "/" + str(1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because threads that race each other share a database in memory, and so never wait for it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
