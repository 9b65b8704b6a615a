"""Receipts: the paper of one version that was sent, and the public page that checks a code."""

import hashlib
import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imrf_portal import clock, codes, geography, papers, times

from . import forms
from .applicant_access import applicant_page, own_application
from .models import ApplicationVersion, Status

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


@never_cache
@require_safe
def verify(request, code=""):
    """Public: what the record says about a receipt; nothing of its content (T-A44)."""
    typed = code or request.GET.get("code", "")
    if not code and typed.strip():
        day = request.GET.get("day", "")
        query = f"?day={day}" if parse_date_safely(day) else ""
        return redirect(reverse("verify_code", args=[codes.normalise(typed).replace("/", "-")[:30]]) + query)
    context = {"typed": typed, "day": request.GET.get("day", ""), "checked_at": clock.now()}
    if typed:
        context |= _verdict(request, codes.normalise(typed)[:30])
    return render(request, "accreditation/verify.html", context, status=404 if context.get("state") == "none" else 200)


def _verdict(request, code):
    version = (
        ApplicationVersion.objects.select_related("application__forum")
        .filter(receipt_code=code)
        .defer("answers", "documents")
        .first()
    )
    if version is None:
        return {"state": "none", "looks_mistyped": not codes.is_valid(code)}
    application = version.application
    return {
        "state": _state(request, version, application),
        "version": version,
        "application": application,
        "forum_of_paper": application.forum,
    }


def _state(request, version, application):
    fingerprint, day = request.GET.get("f"), parse_date_safely(request.GET.get("day", ""))
    if fingerprint and not version.sha256.startswith(fingerprint.lower()[:64]):
        return "mismatch"
    if day and day != version.submitted_at.astimezone(ZoneInfo(application.forum.time_zone)).date():
        return "mismatch"
    if application.status == Status.WITHDRAWN:
        return "void"
    if application.versions.filter(number__gt=version.number).exists():
        return "replaced"
    return "valid"


def parse_date_safely(text):
    """A date written as YYYY-MM-DD; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None
