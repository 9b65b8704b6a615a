"""The secretariat's desk for this app, inside Django admin."""

from .. import reference_admin
from . import (
    applications,
    bulk_pages,
    consequences,
    dashboard,
    exceptions,
    handover,
    keys,
    letter_texts,
    lists,
    objections,
    organizations,
    ownership,
    reference_difference,
    reference_progress,
    register,
    saved_views,
    statistics,
)

__all__ = [
    "applications",
    "bulk_pages",
    "consequences",
    "dashboard",
    "exceptions",
    "handover",
    "keys",
    "letter_texts",
    "lists",
    "objections",
    "organizations",
    "ownership",
    "reference_admin",
    "reference_difference",
    "reference_progress",
    "register",
    "saved_views",
    "statistics",
]
