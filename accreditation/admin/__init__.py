"""The secretariat's desk for this app, inside Django admin."""

from .. import reference_admin

__all__ = ["reference_admin"]
