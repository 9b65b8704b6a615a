"""The virus scanner: a client of clamd's INSTREAM command, over TCP or a socket of the host.

It fails closed: whatever is not a plain “OK” or “FOUND” in time is no verdict, and the file stays unopened.
"""

import logging
import socket
import time
from dataclasses import dataclass
from enum import Enum

from django.conf import settings

logger = logging.getLogger(__name__)

PATIENCE_IN_REQUEST = 2.0
"""Seconds a person waits; then the file is held and scanned by a sweep."""
PATIENCE_IN_SWEEP = 60.0
CHUNK = 128 * 1024


class Outcome(Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    AWAY = "away"
    ERROR = "error"


@dataclass(frozen=True)
class Verdict:
    """What the scanner said. ``finding`` names the harmful software."""

    outcome: Outcome
    finding: str = ""


def is_configured():
    return bool(settings.CLAMD_ADDRESS)


def scan(file, *, patience=PATIENCE_IN_REQUEST):
    """The verdict on ``file`` (a Django File), after ``patience`` seconds at most."""
    deadline = time.monotonic() + patience
    try:
        with connect(deadline) as connection:
            answer = ask(connection, file, deadline)
    except OSError as fault:
        logger.warning("The scanner gave no answer: %s", fault)
        return Verdict(Outcome.AWAY)
    return read_verdict(answer)


def connect(deadline):
    address = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(remaining(deadline))
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=remaining(deadline))


def ask(connection, file, deadline):
    """Send the content in chunks with their lengths, an empty one last; the answer without its closing zero."""
    try:
        connection.sendall(b"zINSTREAM\0")
        file.seek(0)
        for chunk in file.chunks(CHUNK):
            connection.settimeout(remaining(deadline))
            connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
        connection.sendall((0).to_bytes(4, "big"))
    except (BrokenPipeError, ConnectionResetError):
        logger.info("The scanner stopped listening before the end of the file.")
    finally:
        file.seek(0)
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        connection.settimeout(remaining(deadline))
        part = connection.recv(1024)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def read_verdict(answer):
    if answer == "stream: OK":
        return Verdict(Outcome.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(Outcome.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND")[:200])
    logger.warning("The scanner answered %r", answer[:200])
    return Verdict(Outcome.ERROR)


def remaining(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The scanner took too long.")
    return left
