"""Index of the models of this app."""

from .people import Representative
from .seats import Allocation, CheckIn, PassExport, Registration, SpeakingRequest, Status

__all__ = [
    "Allocation",
    "CheckIn",
    "PassExport",
    "Registration",
    "Representative",
    "SpeakingRequest",
    "Status",
]
