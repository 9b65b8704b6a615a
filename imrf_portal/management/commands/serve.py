"""Serves the portal: web, worker and beat under one supervisor, until Ctrl-C."""

import os
import socket
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from imrf_portal.supervisor import GREETING

from .seed_demo import sign_in_help


class Command(BaseCommand):
    help = "Serves the portal on HOST:PORT with its Celery worker and beat, all three kept running until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST") or "localhost")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--prepare", action="store_true", help="run “manage.py prepare” first")
        parser.add_argument("--with-parent", action="store_true", help="stop when the starting process dies")

    def handle(self, *, host, port, prepare, with_parent, **options):
        port = self.free_port(host, port)
        if prepare:
            call_command("prepare", stdout=self.stdout)
        address = "127.0.0.1" if host == "localhost" else host
        command = [sys.executable, "-m", "imrf_portal.supervisor", "--host", address, "--port", str(port)]
        os.environ[GREETING] = greeting()
        sys.stdout.flush()
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, command + ["--with-parent"] * with_parent)

    @staticmethod
    def free_port(host, port):
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise CommandError(f"PORT is “{port}”: it must be a number from 1 to 65535.")
        try:
            family, *_, address = socket.getaddrinfo(
                "127.0.0.1" if host == "localhost" else host, int(port), type=socket.SOCK_STREAM
            )[0]
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            raise CommandError(f"Port {port} on {host} cannot be used ({error.strerror}): choose another with PORT=….")
        return int(port)


def greeting():
    """What is printed once the first page can be opened."""
    lines = ["", f"The portal is ready at {settings.PORTAL_URL}", ""]
    if settings.EMBEDDED:
        lines += [*sign_in_help(), ""]
    return "\n".join([*lines, "Ctrl-C stops it."])
