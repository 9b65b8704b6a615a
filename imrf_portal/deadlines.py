"""Windows in time: half-open periods in which something may be asked.

Source: product rules “Time”. The opening instant is in, the closing instant is out; what counts is when the request
reached the server (``clock.now()``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from . import clock
from .errors import Refused
from .times import at_zone

HEADQUARTERS = "America/New_York"


class Closed(Refused):
    """Refused because a window is not open; ``window`` is that window."""

    def __init__(self, window, message):
        super().__init__(message)
        self.window = window


@dataclass(frozen=True)
class Window:
    """A period in which something may be done: from its opening up to, not including, its close.

    ``opens_at`` and ``closes_at`` are aware datetimes (``opens_at`` None: open since ever; ``closes_at`` None: no end
    announced). ``zone`` is the IANA zone in which the announcement speaks. ``tolerance`` is added after the close only
    for those who had begun before it (``began_at``).
    """

    label: str
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str = HEADQUARTERS
    tolerance: timedelta = timedelta(0)

    def is_open(self):
        return self.refusal() is None

    def not_yet_open(self):
        return self.opens_at is not None and clock.now() < self.opens_at

    def has_closed(self):
        return self.closes_at is not None and clock.now() >= self.closes_at

    def admits(self, began_at):
        """Whether work begun at ``began_at`` (aware, inside the window) may still end now, within the tolerance."""
        return (
            self.has_closed()
            and began_at is not None
            and (self.opens_at is None or began_at >= self.opens_at)
            and began_at < self.closes_at
            and clock.now() < self.closes_at + self.tolerance
        )

    def refusal(self):
        """Why nothing may be done now, in a sentence; None while the window is open."""
        if self.not_yet_open():
            return _("%(what)s opens on %(when)s.") % {"what": self.label, "when": at_zone(self.opens_at, self.zone)}
        if self.has_closed():
            return _("%(what)s closed on %(when)s.") % {"what": self.label, "when": at_zone(self.closes_at, self.zone)}
        return None

    def require_open(self):
        """Raises ``Closed`` outside of the window."""
        if reason := self.refusal():
            raise Closed(self, reason)
