"""A portal under ``manage.py serve``, started and ended by a test."""

import os
import subprocess
import sys
import urllib.error
import urllib.request

from django.conf import settings

from imrf_portal.tests.services import free_port, wait_until

PROGRAMS = {"web": "gunicorn", "worker": "worker", "beat": "beat"}


def arguments_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            return file.read().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def children_of(pid):
    """The living children by program."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        pids = [int(part) for part in file.read().split()]
    return {name: child for child in pids for name, word in PROGRAMS.items() if word in arguments_of(child)}


class Served:
    """A portal under ``manage.py serve`` with a data folder of its own; ``variables`` of the environment win."""

    def __init__(self, folder, **variables):
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "PYTEST_"))}
        self.environment = inherited | {
            "DJANGO_SETTINGS_MODULE": "imrf_portal.settings",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "PORTAL_ENV_FILE": "",
            "PORT": str(self.port),
        }
        self.environment |= variables
        self.process = None

    def manage(self, *arguments, **options):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, **options,
        )  # fmt: skip

    def start(self):
        self.process = self.manage("serve")
        wait_until(lambda: self.healthy() and len(self.children()) == 3, what="the portal")

    def prepare(self, *commands):
        """Run commands of ``manage.py`` one after the other, to their end."""
        for command in commands:
            running = self.manage(*command)
            output, _nothing = running.communicate(timeout=300)
            if running.returncode:
                raise RuntimeError(output)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def url(self, path="/"):
        return f"http://localhost:{self.port}{path}"

    def children(self):
        return children_of(self.process.pid)

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url(path), timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as response:
            return response.code, response.read().decode()
        except OSError:
            return 0, ""

    def healthy(self):
        return self.get("/healthz") == (200, "ok\n")

    def stop(self):
        if self.is_running():
            self.process.terminate()
        return self.process.communicate(timeout=60)[0]
