"""Index of the models of this app."""

from .guardians import GuardianForm
from .papers import FeedKey, Letter
from .people import Representative
from .rules import ChangeNotice, HandledChange, SeatRule
from .seats import Allocation, CheckIn, PassExport, Registration, SpeakingRequest, Status

__all__ = [
    "Allocation",
    "ChangeNotice",
    "CheckIn",
    "FeedKey",
    "GuardianForm",
    "HandledChange",
    "Letter",
    "PassExport",
    "Registration",
    "Representative",
    "SeatRule",
    "SpeakingRequest",
    "Status",
]
