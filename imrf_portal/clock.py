"""The one clock. Nothing else in the portal asks what time it is.

A request has one moment: the instant its header reached the server (``middleware.RequestMoment``). Whatever a request
reads or writes, it reads and writes as of that instant, however long it takes.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from time import monotonic

_moment = ContextVar("moment", default=None)
_started = ContextVar("started", default=None)


def now():
    """The moment of this request or task as an aware UTC datetime; outside of one, the present instant."""
    return _moment.get() or present()


def present():
    """The present instant, whatever moment a request has: until when a session of Django's lasts."""
    return datetime.now(UTC)


def so_far():
    """``now()`` and the time that this request has taken since: when the last byte of an upload has come in, say."""
    started = _started.get()
    return now() if started is None else now() + timedelta(seconds=monotonic() - started)


@contextmanager
def frozen(moment, *, lag=timedelta(0)):
    """Inside the block, ``now()`` is ``moment`` (aware; any zone), which was ``lag`` ago."""
    moments = _moment.set(moment.astimezone(UTC))
    starts = _started.set(monotonic() - lag.total_seconds())
    try:
        yield
    finally:
        _moment.reset(moments)
        _started.reset(starts)
