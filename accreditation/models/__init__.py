"""Index of the models of this app."""

from .references import ReferenceEntry, ReferenceList, ReferenceName, RouteVerdict

__all__ = ["ReferenceEntry", "ReferenceList", "ReferenceName", "RouteVerdict"]
