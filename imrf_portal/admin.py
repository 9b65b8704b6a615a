"""The foundation's doors for the secretariat."""

from . import user_admin

__all__ = ["user_admin"]
