"""Deciding on a submission after the close."""

from django.contrib import admin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import sight
from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require

from .. import conflicts, rescue_views, review
from ..desk_forms import LateRequestForm
from ..models import Application, LateRequest


def decide(request, pk):
    require(request, Capability.VIEW)
    known = sight.visible(LateRequest.objects.select_related("application__forum", "asked_by"), request.user)
    late = get_object_or_404(known, pk=pk)
    conflicts.require_answered(late.application, request.user)
    form = LateRequestForm(request.POST or None)
    readable = Application.objects.visible_to(request.user).filter(pk=late.application_id).exists()
    review_address = (
        reverse("admin:accreditation_application_change", args=[late.application_id])
        if readable
        else reverse("admin:exceptions")
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        decided = attempt(
            request,
            lambda: review.decide_late_request(
                late,
                by=request.user,
                granted=given["granted"],
                answer=given["answer"],
                hours=given["hours"] or 48,
            ),
            done=_("Decided. The applicant has a letter."),
        )
        if decided:
            return redirect(review_address)
    return page(
        request,
        "admin/desk/late_request.html",
        admin.site,
        {
            "title": _("Late request of %(reference)s") % {"reference": late.application},
            "late": late,
            "kept": [(words, late.kept[name]) for name, words in rescue_views.labels().items() if name in late.kept],
            "form": form,
            "crumbs": [
                (reverse("admin:accreditation_application_changelist"), _("Queue")),
                (review_address, late.application.reference),
            ],
        },
    )
