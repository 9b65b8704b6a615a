"""Index of the models of this app."""

from .applications import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    DuplicateDecision,
    InformationItem,
    InformationRequest,
    InternalNote,
    LateRequest,
    ReasonCode,
    Status,
)
from .conflicts import ConflictDeclaration, DeclaredInterest
from .consequences import Consequence, VerdictReview
from .exceptions import Extension, Waiver
from .homepages import HomepageCheck
from .letter_texts import LetterText
from .likenesses import Likeness, LikenessNoted
from .lists import (
    ListEntry,
    ListExtension,
    Objection,
    ObjectionSupporter,
    ObjectionTalk,
    StakeholderList,
    StateRequest,
)
from .merges import OrganizationMerge
from .organizations import (
    Accreditation,
    Membership,
    Organization,
    OrganizationName,
    OrganizationType,
    RecognitionRequest,
)
from .references import ReferenceEntry, ReferenceFile, ReferenceList, ReferenceName, RouteVerdict
from .reviews import DocumentCheck, NoteMention
from .runs import BulkRun, BulkRunItem
from .saved_views import SavedView
from .teams import OwnershipRequest, TeamInvitation

__all__ = [
    "Accreditation",
    "Application",
    "ApplicationDocument",
    "ApplicationVersion",
    "BulkRun",
    "BulkRunItem",
    "ConflictDeclaration",
    "Consequence",
    "DeclaredInterest",
    "DocumentCheck",
    "DuplicateDecision",
    "Extension",
    "HomepageCheck",
    "InformationItem",
    "InformationRequest",
    "InternalNote",
    "LateRequest",
    "LetterText",
    "Likeness",
    "LikenessNoted",
    "ListEntry",
    "ListExtension",
    "Membership",
    "NoteMention",
    "Objection",
    "ObjectionSupporter",
    "ObjectionTalk",
    "Organization",
    "OrganizationMerge",
    "OrganizationName",
    "OrganizationType",
    "OwnershipRequest",
    "ReasonCode",
    "RecognitionRequest",
    "ReferenceEntry",
    "ReferenceFile",
    "ReferenceList",
    "ReferenceName",
    "RouteVerdict",
    "SavedView",
    "StakeholderList",
    "StateRequest",
    "Status",
    "TeamInvitation",
    "VerdictReview",
    "Waiver",
]
