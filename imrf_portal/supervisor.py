"""Keeps the three processes of the portal running: web, Celery worker, Celery beat.

Standard library only, and run as a program of its own, so that the process that watches stays small. Web starts first;
the others follow when ``/healthz`` answers. A child that dies comes back, at once the first time and later with
growing pauses. SIGINT or SIGTERM ends all of them; a second one ends them now. When the supervisor itself is killed,
the kernel ends its children.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

TICK = 0.25
GRACE = 30
LONGEST_PAUSE = 30
GREETING = "PORTAL_GREETING"
"""The environment variable with the lines printed once the first page can be opened."""
HEALTHY_AFTER = 20
"""Seconds a child must live for its earlier deaths to be forgotten."""

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    def __init__(self, name, command):
        self.name, self.command = name, command
        self.process = None
        self.deaths = 0
        self.start_at = 0.0

    def start(self):
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=die_with_parent)
        self.started_at = time.monotonic()
        say(f"{self.name} started (process {self.process.pid})")

    def watch(self):
        """Starts the child when it is due; notices its death and says when it comes back."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.signal(signal.SIGKILL)
        self.deaths = 0 if now - self.started_at > HEALTHY_AFTER else self.deaths + 1
        pause = 0 if self.deaths <= 1 else min(2 ** (self.deaths - 2), LONGEST_PAUSE)
        say(f"{self.name} ended ({self.ending()}); it comes back in {pause} s")
        self.process, self.start_at = None, now + pause

    def ending(self):
        code = self.process.returncode
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def signal(self, number):
        """Signals the child and whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def alive(self):
        return self.process is not None and self.process.poll() is None


class Supervisor:
    def __init__(self, web, others, *, address):
        self.web, self.others = Child("web", web), [Child(name, command) for name, command in others]
        self.address = address
        self.signals = 0

    def run(self, greeting):
        """Returns the exit code: 0 after a signal, 1 when the web process cannot start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.asked_to_stop)
        self.web.start()
        while not self.signals and not self.answers():
            if not self.web.alive():
                say(f"web could not start ({self.web.ending()})")
                return 1
            time.sleep(TICK)
        if not self.signals:
            say(greeting)
        while not self.signals:
            for child in (self.web, *self.others):
                child.watch()
            time.sleep(TICK)
        self.stop()
        return 0

    def asked_to_stop(self, *_):
        self.signals += 1

    def answers(self):
        """Whether the web process answers anything at all; a bare socket, because ``http.client`` weighs 15 MB."""
        try:
            with socket.create_connection(self.address, timeout=2) as connection:
                connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return connection.recv(12).startswith(b"HTTP/1.")
        except OSError:
            return False

    def stop(self):
        say("Stopping …")
        children = [child for child in (*reversed(self.others), self.web) if child.alive()]
        for child in children:
            child.process.terminate()
        until = time.monotonic() + GRACE
        while any(child.alive() for child in children) and time.monotonic() < until and self.signals < 2:
            time.sleep(0.1)
        for child in children:
            child.signal(signal.SIGKILL)
            child.process.wait()
        say("Stopped.")


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def commands(host, port, python=sys.executable):
    """What is run as web, worker and beat."""
    shm = ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []
    web = [python, "-m", "gunicorn", "imrf_portal.wsgi:application", "--bind", f"{host}:{port}"]
    web += ["--workers", "2", "--threads", "4", "--worker-class", "gthread", "--preload", "--no-control-socket"]
    web += ["--timeout", "60", "--graceful-timeout", "25", "--limit-request-line", "8190", *shm]
    web += ["--log-level", "warning"]
    celery = [python, "-W", "ignore:You're running", "-m", "celery", "--quiet", "-A", "imrf_portal"]
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
    return web, [("worker", worker), ("beat", beat)]


def main():
    parser = argparse.ArgumentParser(prog="imrf_portal.supervisor", description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one dies")
    options = parser.parse_args()
    if options.with_parent:
        die_with_parent()
    web, others = commands(options.host, options.port)
    reachable = "127.0.0.1" if options.host in {"0.0.0.0", "localhost", ""} else options.host
    sys.exit(Supervisor(web, others, address=(reachable, options.port)).run(os.environ.pop(GREETING, "")))


if __name__ == "__main__":
    main()
