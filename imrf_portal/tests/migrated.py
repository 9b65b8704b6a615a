"""Tables that are made once for all processes of a suite: each begins with a copy of the database the settings name."""

import atexit
import os
import shutil
import subprocess
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from .services import wait_until

MADE = "TEST_TABLES_MADE"
PATIENCE = 200
"""Seconds that a busy machine may take for all migrations."""


def begin():
    """Make the tables in a process of its own; what is started from now on knows where to look whether they are."""
    os.environ[MADE] = str(Path(os.environ["TEST_DATA_DIR"]) / "tables-made")
    atexit.register(subprocess.Popen([sys.executable, "-m", __name__]).terminate)


def copied():
    """Give this process its database, where the tables were made for it; whether they were."""
    if MADE not in os.environ:
        return False
    wait_until(Path(os.environ[MADE]).exists, what="the tables", patience=PATIENCE)
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        shutil.copy(database["NAME"], database["TEST"]["NAME"])
    else:
        database["TEST"]["TEMPLATE"] = database["NAME"]
    return True


def main():
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()  # so that all is in the one file, and nobody is connected to what PostgreSQL copies
    Path(os.environ[MADE]).touch()


if __name__ == "__main__":
    main()
