"""Is the portal well: ``/healthz`` asks this process alone, ``/readyz`` everything it leans on.

An app that keeps rows to be worked on says so in its ``AppConfig.ready``::

    health.watch("letters", mail.oldest_due, tolerance=timedelta(minutes=5))

where the function gives the instant since which its oldest undone row is due, or ``None`` when nothing waits.
"""

import logging
import time
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import connection, models
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import clock, scanner

logger = logging.getLogger(__name__)
BEAT_TOLERANCE = timedelta(seconds=120)
SCANNER_PATIENCE = 3

_watched = {}


class Heartbeat(models.Model):
    """When the worker last did what beat asked of it: one row."""

    name = models.CharField(max_length=20, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.beaten_at:%Y-%m-%d %H:%M:%S}"


def record_beat():
    Heartbeat.objects.update_or_create(name="beat", defaults={"beaten_at": clock.now()})


def watch(name, oldest_due, *, tolerance=timedelta(minutes=5)):
    """Let ``/readyz`` turn red when the oldest undone row of ``name`` has been due for longer than ``tolerance``."""
    _watched[name] = (oldest_due, tolerance)


class Unwell(Exception):
    """One thing the portal leans on is not as it should be; the message says what is seen."""


@require_safe
def healthz(request):
    """This process answers. No database, no session."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request):
    """What the portal leans on, one line each; 503 when one is red. Says nothing that a stranger may not know."""
    lines = {name: _look(check) for name, check in CHECKS.items()}
    well = all(line["well"] for line in lines.values())
    return JsonResponse({"well": well, "checks": lines}, status=200 if well else 503)


def _look(check):
    try:
        return {"well": True, "seen": check()}
    except Unwell as problem:
        return {"well": False, "seen": str(problem)}
    except Exception as problem:
        # Whatever goes wrong while looking is an answer too; details belong in the log, not on a public page.
        logger.warning("Health check failed", exc_info=True)
        return {"well": False, "seen": type(problem).__name__}


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def worker_is_away():
    """Whether the worker has not done lately what beat asked of it."""
    beaten_at = _beaten_at()
    return beaten_at is None or clock.now() - beaten_at > BEAT_TOLERANCE


def _beaten_at():
    return Heartbeat.objects.filter(name="beat").values_list("beaten_at", flat=True).first()


def _beat():
    beaten_at = _beaten_at()
    if beaten_at is None:
        raise Unwell("never beaten")
    age = clock.now() - beaten_at
    if age > BEAT_TOLERANCE:
        raise Unwell(f"last beat {age.total_seconds():.0f} s ago")
    return f"last beat {age.total_seconds():.0f} s ago"


def _undone():
    """The oldest row that waits for the worker, over everything watched."""
    late, waiting = [], []
    for name, (oldest_due, tolerance) in _watched.items():
        due_at = oldest_due()
        if due_at is None or due_at > clock.now():
            continue
        age = clock.now() - due_at
        waiting.append(f"{name} {age.total_seconds():.0f} s")
        if age > tolerance:
            late.append(waiting[-1])
    if late:
        raise Unwell("waiting too long: " + ", ".join(late))
    return "waiting: " + ", ".join(waiting) if waiting else "nothing waits"


def _store():
    default_storage.exists("health")
    return "answers"


def _scanner():
    if not scanner.is_configured():
        return "none configured; uploads are shown as not scanned"
    with scanner.connect(time.monotonic() + SCANNER_PATIENCE) as clamd:
        clamd.sendall(b"zPING\0")
        if clamd.recv(16).rstrip(b"\0\n") != b"PONG":
            raise Unwell("does not answer as a scanner")
    return "answers"


CHECKS = {"database": _database, "beat": _beat, "undone": _undone, "store": _store, "scanner": _scanner}
