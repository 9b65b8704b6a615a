"""The one clock. Nothing else in the portal asks what time it is.

A request has one moment: the instant its header reached the server (``middleware.RequestMoment``). Whatever a request
reads or writes, it reads and writes as of that instant, however long it takes.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moment = ContextVar("moment", default=None)


def now():
    """The moment of this request or task as an aware UTC datetime; outside of one, the present instant."""
    return _moment.get() or datetime.now(UTC)


@contextmanager
def frozen(moment):
    """Inside the block, ``now()`` is ``moment`` (aware; any zone)."""
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
