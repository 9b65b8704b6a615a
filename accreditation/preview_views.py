"""Pages of documents as pictures, and their checklists: for staff who may read them, not there for anyone else."""

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from imrf_portal import previews
from imrf_portal.errors import Refused
from imrf_portal.file_views import HEADERS
from imrf_portal.previews import PagePreview

from . import checklists, document_preview
from .models import DocumentCheck


@require_safe
@never_cache
def document(request, pk):
    """One document by itself, in the full width of the screen."""
    found = document_preview.find(pk, by=request.user)
    return render(
        request,
        "admin/accreditation/document.html",
        {
            **admin.site.each_context(request),
            "title": found.get_kind_display(),
            "application": found.application,
            "panel": document_preview.panel([found], request.GET, request.user, path=request.path, fragment="#page"),
            "crumbs": [
                (reverse("admin:accreditation_application_changelist"), _("Queue")),
                (
                    reverse("admin:accreditation_application_change", args=[found.application_id]),
                    found.application.reference,
                ),
            ],
        },
    )


@require_safe
def page(request, pk, number):
    """The picture of one page. Each look is recorded."""
    found = document_preview.find(pk, by=request.user)
    preview = PagePreview.objects.filter(file=found.file, page=number, state=PagePreview.State.READY).first()
    if preview is None or not found.file.is_cleared:
        raise Http404
    picture = previews.picture(preview)
    if picture is None:
        raise Http404
    document_preview.record_look(found, number, by=request.user)
    response = FileResponse(picture, content_type=preview.content_type)
    response["Content-Disposition"] = "inline"
    for header, value in HEADERS.items():
        response[header] = value
    return response


@require_POST
def checks(request, pk):
    """Keep the checklist of a document; go back to where the officer was."""
    found = document_preview.find(pk, by=request.user)
    answers = {name: request.POST.get(name, "") for name in DocumentCheck.Criterion.values if name in request.POST}
    if request.POST.get("rest") == DocumentCheck.Answer.YES:
        answers = dict.fromkeys(checklists.open_lines(found), DocumentCheck.Answer.YES) | answers
    try:
        changed = checklists.keep_checks(found, answers, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Checks kept.") if changed else _("Nothing changed."))
    return HttpResponseRedirect(_next(request, found))


def _next(request, found):
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("document", args=[found.pk])
