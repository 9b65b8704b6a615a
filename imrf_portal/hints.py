"""Telling the worker that something waits.

A row is the truth and a sweep finds it; the message is only a hint. So a broker that is away or frozen must cost a
person nothing: the hint is dropped, and for a while no other is tried.
"""

import logging
import time

from django.db import transaction

logger = logging.getLogger(__name__)
SILENCE = 10
"""Seconds without hints after one that could not be given; well above what one try may take."""

_silent_until = 0.0


def after_commit(task, *args):
    """Once the running transaction has been committed, ask a worker to run the Celery task now."""
    transaction.on_commit(lambda: give(task, *args))


def give(task, *args):
    """Ask a worker to run the task now. True when the broker took the message."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        task.apply_async(args, retry=False)
    except Exception as problem:
        # Every broker has its own exceptions, and none of them may reach the person whose row is safely written.
        _silent_until = time.monotonic() + SILENCE
        logger.warning("Broker away (%s); the sweep will find what waits", type(problem).__name__)
        return False
    return True
