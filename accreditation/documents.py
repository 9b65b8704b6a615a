"""Opening a document: through a link tied to one person that expires; each opening, and each attempt, recorded."""

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from imrf_portal import audit, clock
from imrf_portal.access import Capability, may

from . import conflicts
from .models import Application, ApplicationDocument

SALT = "accreditation.document"
LINK_SECONDS = 30 * 60


def link_for(user, document):
    """The address at which this person, and nobody else, can open the document for half an hour."""
    token = signing.dumps([document.pk, user.pk, int(clock.now().timestamp())], salt=SALT)
    return reverse("admin:accreditation_document", args=[token])


def open_document(token, *, by):
    """The document a link names. 403, and an event, for another person, an old link or a role that may not read."""
    try:
        pk, owner, made_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise PermissionDenied
    if clock.now().timestamp() >= made_at + LINK_SECONDS:
        _refuse(pk, by, "expired")
    document = ApplicationDocument.objects.select_related("application", "file").get(pk=pk)
    if owner != by.pk:
        _refuse(pk, by, "another person’s link")
    if not may(by, Capability.VIEW):
        _refuse(pk, by, "role")
    if not Application.objects.visible_to(by).filter(pk=document.application_id).exists():
        _refuse(pk, by, "not for this officer")
    conflicts.require_answered(document.application, by)
    return document


def _refuse(pk, by, why):
    document = ApplicationDocument.objects.select_related("application").get(pk=pk)
    audit.record("document.open_refused", document.application, by=by, internal=True, document=document.kind, why=why)
    raise PermissionDenied


def record_opening(document, *, by):
    audit.record(
        "document.open",
        document.application,
        by=by,
        internal=True,
        document=document.kind,
        name=document.file.name,
        sha256=document.file.sha256,
    )
