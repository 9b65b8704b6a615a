"""Checking the answers, sending the application, and the page that confirms it."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from imrf_portal import error_views, written
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused

from . import completeness, drafting, duplicates, form_steps, forms, homepages, rescue_views, workflow
from .applicant_access import applicant_page, own_application
from .models import ApplicationVersion, Status
from .visibility import ANSWERS, Level

GROUPS = (Level.STATES, Level.REQUEST, Level.SECRETARIAT)


@applicant_page
def check(request, reference):
    """GET shows all answers by who may read them; POST sends the application, once (T-A31)."""
    application = own_application(request, reference)
    if request.method == "POST":
        return _send(request, application)
    return _page(request, application, forms.DeclarationForm())


def _send(request, application):
    if application.status == Status.SUBMITTED and not has_unsent_changes(application):
        return redirect("application_sent", application.reference)
    form = forms.DeclarationForm(request.POST)
    try:
        if not form.is_valid():
            drafting.require_editable(application, {"declared"}, by=request.user)
            return _page(request, application, form, gaps=_gaps(application), status=422)
        began_at = drafting.upload_across_the_close(application)
        drafting.require_editable(application, {"declared"}, by=request.user, began_at=began_at)
        workflow.submit(application, by=request.user, began_at=began_at, declared=True)
    except workflow.Incomplete as refusal:
        return _page(request, application, form, gaps=refusal.gaps, status=422)
    except Closed as refusal:
        return rescue_views.page(request, application, refusal)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    return redirect("application_sent", application.reference)


def _gaps(application):
    return {target: sentence for target, sentence in workflow.gaps(application).items() if target != "declared"}


def has_unsent_changes(application):
    """Whether something was changed since the last version was sent (T-A39)."""
    last = application.versions.order_by("-number").values_list("revision", flat=True).first()
    return last != application.revision


def _page(request, application, form, *, gaps=None, status=200):
    form.errors_are_summed_up = True
    documents = workflow.current_documents(application)
    asked = workflow.documents_asked(application.call)
    try:
        drafting.require_editable(application, {"declared"}, by=request.user)
        is_open = application.status != Status.RETURNED
    except Refused:
        is_open = drafting.upload_across_the_close(application) is not None
    context = {
        "application": application,
        "forum": application.forum,
        "form": form,
        "homepage_check": homepages.check_of(application),
        "groups": [_group(application, level) for level in GROUPS],
        "documents": [
            {"kind": kind, "label": forms.question(kind), "document": documents.get(kind), "required": required}
            for kind, required in asked.items()
        ],
        "problems": [
            {"url": form_steps.address_of(application, target), "sentence": sentence}
            for target, sentence in (gaps or {}).items()
        ],
        "is_open": is_open,
        "window": application.call.window(),
        "looks_like": is_open
        and duplicates.looks_like_another(application, [document.file.sha256 for document in documents.values()]),
        "number": len(form_steps.ORDER),
    }
    return render(request, "accreditation/application_check.html", context, status=status)


def _group(application, level):
    names = [name for name in ANSWERS if ANSWERS[name] == level and name != "declared"]
    return {
        "level": level.value,
        "rows": [
            {
                "name": name,
                "label": forms.question(name),
                "value": forms.display(name, application),
                "url": form_steps.address_of(application, name),
                "required": name not in completeness.OPTIONAL,
            }
            for name in names
        ],
    }


@applicant_page
@require_safe
def sent(request, reference):
    """The confirmation: what was received, when, and what comes next."""
    application = own_application(request, reference)
    versions = written.found(_last_version, application.pk)
    if not versions:
        raise Http404
    context = {
        "application": application,
        "forum": application.forum,
        "version": versions[0],
        "window": application.call.window(),
    }
    return render(request, "accreditation/application_sent.html", context)


def _last_version(application):
    return ApplicationVersion.objects.filter(application=application).order_by("-number")[:1]
