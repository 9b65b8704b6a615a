"""Index of the foundation's models."""

from .audit import Event
from .countersigned import CountersignedAct
from .erasure import AccountErasure
from .files import PrivateFile
from .forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate
from .geography import Country
from .health import Heartbeat
from .mail import OutgoingMail
from .officers import ForumOfficer
from .previews import PagePreview
from .retention import Hold, RetentionDate, RetentionItem, RetentionReport
from .seals import SealOpening
from .sign_in import SignInCode
from .support_look import SupportLook
from .users import User

__all__ = [
    "AccountErasure",
    "Announcement",
    "Call",
    "CallDocument",
    "CountersignedAct",
    "Country",
    "DateChange",
    "Event",
    "Forum",
    "ForumOfficer",
    "ForumRoute",
    "Heartbeat",
    "Hold",
    "KeyDate",
    "OutgoingMail",
    "PagePreview",
    "PrivateFile",
    "RetentionDate",
    "RetentionItem",
    "RetentionReport",
    "SealOpening",
    "SignInCode",
    "SupportLook",
    "User",
]
