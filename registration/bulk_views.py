"""Many registrations at once: paste or file, preview, confirm."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from . import bulk
from .doorway import organization_page
from .forms import BulkForm
from .matrix import Matrix


@organization_page
def enter(request, accreditation):
    """Asks for the list, then shows what becomes of each row; ``confirm`` saves what counts."""
    form = BulkForm(request.POST or None, request.FILES or None)
    context = {
        "forum": accreditation.forum,
        "accreditation": accreditation,
        "form": form,
        "sessions": [one for one in Matrix(accreditation).sessions if one.status != ForumSession.Status.CANCELLED],
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "registration/bulk.html", context, status=422 if form.is_bound else 200)
    try:
        rows = _rows(form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field or "rows", refusal.message)
        return render(request, "registration/bulk.html", context, status=422)
    try:
        if "confirm" in request.POST:
            return _saved(request, accreditation, rows)
        plan = bulk.plan(accreditation, rows)
    except Refused as refusal:
        if "confirm" not in request.POST:
            form.add_error(refusal.field or "rows", refusal.message)
            return render(request, "registration/bulk.html", context, status=422)
        plan = bulk.plan(accreditation, rows)
        context["refusal"] = refusal
    context |= {"plan": plan, "text": bulk.as_text(rows)}
    return render(request, "registration/bulk_preview.html", context, status=409 if "refusal" in context else 200)


def _rows(answers):
    if answers.get("file"):
        return bulk.rows_of_file(answers["file"])
    return bulk.rows_of_text(answers["rows"])


def _saved(request, accreditation, rows):
    plan = bulk.save(accreditation, rows, shown=request.POST.get("shown", ""), by=request.user)
    count = len(plan.counted)
    messages.success(
        request,
        ngettext("%(count)s place was registered.", "%(count)s places were registered.", count) % {"count": count},
    )
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)
