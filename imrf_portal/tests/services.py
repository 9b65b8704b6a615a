"""PostgreSQL, Redis and nginx as the suite starts and stops them itself, also as root.

``python -m imrf_portal.tests.services COMMAND …`` runs the command with the test settings on the first two.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import redis

PATIENCE = 60
PROXY = Path(__file__).resolve().parents[2] / "deploy/nginx/portal.conf"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(answers, *, what, patience=PATIENCE, pause=0.05):
    """Ask again and again, ``pause`` seconds apart, until it ``answers``; an error after ``patience`` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if answers():
            return
        time.sleep(pause)
    raise RuntimeError(f"{what} did not answer within {patience} s")


def postgres_binaries():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL's initdb was not found: run .ci/tools")
    return Path(initdb).parent


def unprivileged_user():
    """PostgreSQL refuses to run as root: then it runs as the first of these."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class Postgres:
    """One throw-away cluster on a free port; ``stop`` and ``start`` make it go away and come back."""

    def __init__(self, folder):
        self.binaries, self.user = postgres_binaries(), unprivileged_user()
        self.folder, self.port = Path(folder), free_port()
        self.process = None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        self._run("initdb", "-D", self.data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")

    @property
    def data(self):
        return self.folder / "data"

    def url(self, name="portal"):
        return f"postgres://portal@127.0.0.1:{self.port}/{name}"

    def _as_user(self):
        return {"user": self.user, "cwd": self.folder, "extra_groups": []} if self.user else {"cwd": self.folder}

    def _run(self, program, *arguments):
        subprocess.run([self.binaries / program, *arguments], check=True, stdout=subprocess.DEVNULL, **self._as_user())

    def start(self):
        options = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
        options |= {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        command = [self.binaries / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **self._as_user())
        wait_until(self.answers, what="PostgreSQL")

    def answers(self):
        try:
            psycopg2.connect(host="127.0.0.1", port=self.port, user="portal", dbname="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def create(self, name):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="portal", dbname="postgres")
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')
        connection.close()

    def stop(self):
        """At once, as when its machine goes away for everybody who is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)


class Redis:
    """One throw-away server on a free port; ``freeze`` and ``thaw`` stop it from answering and let it answer again."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.process = None

    def url(self, database=0):
        return f"redis://127.0.0.1:{self.port}/{database}"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        wait_until(self.answers, what="Redis")

    def answers(self):
        try:
            return redis.Redis(port=self.port, socket_timeout=1).ping()
        except redis.RedisError:
            return False

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.thaw()
        self.process.terminate()
        self.process.wait(PATIENCE)


class Nginx:
    """The proxy of ``deploy/nginx/portal.conf`` before the web server on ``portal_port``, on a free port, with TLS."""

    def __init__(self, folder, portal_port):
        self.folder, self.port = folder, free_port()
        given = PROXY.read_text()
        replaced = {
            r"unix:/run/portal/web\.sock": f"127.0.0.1:{portal_port}",
            r"/etc/ssl/portal": folder,
            r"listen \[::\]:.*;": "",
            r"listen 80 ": f"listen 127.0.0.1:{free_port()} ",
            r"listen 443 ": f"listen 127.0.0.1:{self.port} ",
        }
        for pattern, text in replaced.items():
            given, count = re.subn(pattern, text, given)
            assert count, pattern
        Path(folder, "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{given} }}"
        )
        names = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/fullchain.pem", "-subj", "/CN=localhost"]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names],
            check=True, capture_output=True,
        )  # fmt: skip

    def start(self):
        self.process = subprocess.Popen(["nginx", "-e", f"{self.folder}/error.log", "-c", f"{self.folder}/nginx.conf"])
        wait_until(self.answers, what="nginx")

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


@contextlib.contextmanager
def running(kind, *given):
    """One server of the kind, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="portal-service-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        service = kind(folder, *given)
        service.start()
        try:
            yield service
        finally:
            if service.process.poll() is None:
                service.stop()


def main():
    with running(Postgres) as postgres, running(Redis) as redis_server:
        postgres.create("portal")
        addresses = {
            "TEST_DATABASE_URL": postgres.url(),
            "TEST_CACHE_URL": redis_server.url().removesuffix("/0"),
            "TEST_CELERY_BROKER_URL": redis_server.url(0),
        }
        sys.exit(subprocess.run(sys.argv[1:], env=os.environ | addresses).returncode)


if __name__ == "__main__":
    main()
