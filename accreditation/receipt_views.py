"""Receipts: the paper of one version that was sent."""

import hashlib
import json

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from imrf_portal import clock, geography, papers, times

from . import forms
from .applicant_access import applicant_page, own_application

FINGERPRINT = 16
"""Signs of the fingerprint that the QR code carries."""


@applicant_page
@require_safe
def receipt(request, reference, number):
    """The receipt of one version as PDF, made anew from the record each time."""
    application = own_application(request, reference)
    version = get_object_or_404(application.versions, number=number)
    address = settings.PORTAL_URL + reverse("verify_code", args=[version.receipt_code])
    content = papers.receipt(
        code=version.receipt_code,
        reference=application.reference,
        organization=version.answers.get("name", ""),
        country=geography.name_of(version.answers.get("country")),
        forum=application.forum.title,
        received_at=version.submitted_at,
        version=version.number,
        parts=_parts(version),
        sha256=version.sha256,
        verify_page=settings.PORTAL_URL + reverse("verify"),
        verify_url=f"{address}?f={version.sha256[:FINGERPRINT]}",
        closes_at=application.call.closes_at,
        made_at=clock.now(),
        reader_zone=times.reader_zone(request),
        zone=application.forum.time_zone,
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{application.reference}-{version.number}.pdf"'
    return response


def _parts(version):
    answered = sum(bool(value) for name, value in version.answers.items() if name != "declared")
    text = json.dumps(version.answers, sort_keys=True, ensure_ascii=False)
    parts = [
        (
            _("Answers"),
            ngettext("%(count)s answer", "%(count)s answers", answered) % {"count": answered},
            hashlib.sha256(text.encode()).hexdigest(),
        )
    ]
    for kind, document in version.documents.items():
        size = _("%(name)s, %(size)s bytes") % {"name": document["name"], "size": f"{document['size']:,}"}
        parts.append((str(forms.question(kind)), size, document["sha256"]))
    return parts
