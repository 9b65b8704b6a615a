"""Index of the foundation's models."""

from .audit import Event
from .files import PrivateFile
from .forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate
from .geography import Country
from .mail import OutgoingMail
from .users import User

__all__ = [
    "Announcement",
    "Call",
    "CallDocument",
    "Country",
    "DateChange",
    "Event",
    "Forum",
    "ForumRoute",
    "KeyDate",
    "OutgoingMail",
    "PrivateFile",
    "User",
]
