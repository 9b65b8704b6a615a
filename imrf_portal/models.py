"""Index of the foundation's models."""

from .geography import Country
from .users import User

__all__ = ["Country", "User"]
