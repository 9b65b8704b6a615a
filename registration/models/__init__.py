"""Index of the models of this app."""

from .papers import FeedKey, Letter
from .people import Representative
from .seats import Allocation, CheckIn, PassExport, Registration, SpeakingRequest, Status

__all__ = [
    "Allocation",
    "CheckIn",
    "FeedKey",
    "Letter",
    "PassExport",
    "Registration",
    "Representative",
    "SpeakingRequest",
    "Status",
]
