"""The documents of an application: uploading, reading and removing one's own."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imrf_portal import audit, clock, error_views, file_views, files, inspection
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused

from . import drafting, form_steps, forms, organization_types, rescue_views, workflow
from .applicant_access import applicant_page, own_application
from .models import Status

MEGABYTE = 1_000_000


@applicant_page
def documents(request, reference):
    """GET shows what is asked and what was given; POST takes the files that were chosen, each by itself."""
    application = own_application(request, reference)
    if request.method == "POST":
        return _take(request, application)
    try:
        asked = _asked(application)
        drafting.require_editable(application, asked, by=request.user)
    except Refused:
        return redirect(application)
    return _page(request, application, {}, asked=asked)


def _asked(application):
    return {document.kind: document for document in application.call.documents_asked.all()}


def _take(request, application):
    asked = _asked(application)
    try:
        problems = take_uploads(request, application, [kind for kind in asked if kind in request.FILES])
    except Closed as refusal:
        names = ", ".join(upload.name for upload in request.FILES.values())
        return rescue_views.page(request, application, refusal, file_name=names)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    if "upload" in request.POST and not request.FILES:
        problems[request.POST["upload"]] = {"name": "", "sentence": _("Choose a file first.")}
    if problems:
        return _page(request, application, problems, asked=asked, status=422)
    if "later" in request.POST:
        return redirect(application)
    if "upload" in request.POST:
        return redirect("application_documents", application.reference)
    return redirect(form_steps.address(application, "check"))


def take_uploads(request, application, kinds):
    """Store and attach the uploads of these kinds; what was refused, as ``{kind: {"name", "sentence"}}``.

    Raises ``Closed`` or ``Refused`` when the person may not change these documents at all: then nothing is stored.
    """
    drafting.require_editable(application, set(kinds), by=request.user)
    limit = application.call.file_limit_mb * MEGABYTE
    stored, problems = {}, {}
    for kind in kinds:
        upload = request.FILES[kind]
        try:
            stored[kind] = files.store(upload, by=request.user, limit=limit, upload_started_at=clock.now())
        except Refused as refusal:
            problems[kind] = {"name": files.clean_file_name(upload.name), "sentence": str(refusal)}
    if stored:
        drafting.attach(application, stored, by=request.user)
    return problems


def _page(request, application, problems, *, asked, status=200):
    given = workflow.current_documents(application)
    context = {
        "application": application,
        "forum": application.forum,
        "call": application.call,
        "window": application.call.window(),
        "documents": [
            {
                "kind": kind,
                "label": forms.question(kind),
                "asked": document,
                "note": organization_types.proof_words(application.type) if kind == "legal_status" else "",
                "given": given.get(kind),
                "problem": problems.get(kind),
                "required": document.is_required,
            }
            for kind, document in asked.items()
        ],
        "problems": problems,
        "accept": inspection.ACCEPT,
        "limit": application.call.file_limit_mb * MEGABYTE,
        "number": form_steps.ORDER.index("legal_status") + 1,
        "total": len(form_steps.ORDER),
    }
    return render(request, "accreditation/application_documents.html", context, status=status)


@applicant_page
@require_safe
def document(request, reference, pk):
    """One of the own documents, also one that was replaced; the reading is recorded."""
    application = own_application(request, reference)
    found = get_object_or_404(application.documents.select_related("file"), pk=pk)
    audit.record("document.read", application, by=request.user, internal=True, document=found.kind, file=str(found.pk))
    try:
        return file_views.send(found.file, as_attachment="view" not in request.GET, before_scan=True)
    except Refused as refusal:
        return error_views.refused(request, refusal)


@applicant_page
def remove(request, reference, kind):
    """GET asks “are you sure?”, POST takes the document away."""
    application = own_application(request, reference)
    found = workflow.current_documents(application).get(kind)
    if found is None:
        raise Http404
    target = "application_answer" if application.status == Status.RETURNED else "application_documents"
    if request.method == "POST":
        try:
            drafting.detach(application, kind, by=request.user)
        except Closed as refusal:
            return rescue_views.page(request, application, refusal)
        except Refused as refusal:
            return error_views.refused(request, refusal, status=403)
        return redirect(target, application.reference)
    context = {"application": application, "forum": application.forum, "document": found, "label": forms.question(kind)}
    return render(request, "accreditation/application_document_remove.html", context)
