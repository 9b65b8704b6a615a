"""Accreditations in the admin: shown, never typed. They come from verbs.

One that was recognized is revoked, and its revocation taken back, on a page of its own; one that came from an
application follows the verbs of the application.
"""

from django import forms
from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, require
from imrf_portal.form_fields import LongTextField

from .. import recognition
from ..models import Accreditation


class ReasonForm(forms.Form):
    reason = LongTextField(
        label=_("Reason; it stays on the record"), limit=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


VERBS = {
    "revoke": (
        recognition.revoke,
        _("Revoke the accreditation"),
        _("Revoked. Registrations, letters and passes are suspended."),
        _("Nobody comes in with its codes from this moment on; letters say void, and everybody is told."),
    ),
    "reverse": (
        recognition.reverse_revocation,
        _("Take the revocation back"),
        _("In force again. What still fits is given back under new codes."),
        _("Registrations are given back where there is still a place, each with a new code."),
    ),
}
"""Verb: what it does, its label, what is said afterwards, what follows."""


def possible(accreditation):
    """The verb that has a place now, for an accreditation without an application."""
    if accreditation.application_id is not None:
        return None
    return "revoke" if accreditation.revoked_at is None else "reverse"


@admin.register(Accreditation)
class AccreditationAdmin(ShownOnly):
    change_form_template = "admin/accreditation/accreditation/change_form.html"
    list_display = ["organization", "forum", "basis", "granted_at", "valid_until_on", "revoked_at"]
    list_filter = ["forum", "basis", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organization", "forum"]
    search_fields = ["organization__name", "organization__acronym", "application__reference"]
    fields = [
        "organization",
        "forum",
        "basis",
        "application",
        "evidence",
        "granted_at",
        "granted_by",
        "valid_until_on",
        "revoked_at",
        "revoked_by",
        "revoked_reason",
    ]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/do/<slug:verb>/", wrap(self.do), name="accreditation_accreditation_do")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        if obj is not None and may(request.user, Capability.DECIDE) and (verb := possible(obj)):
            context["verb"], context["verb_label"] = verb, VERBS[verb][1]
        return super().render_change_form(request, context, *args, **options)

    def do(self, request, pk, verb):
        """The page of one verb."""
        require(request, Capability.DECIDE)
        if verb not in VERBS:
            raise Http404
        perform, label, done, effect = VERBS[verb]
        accreditation = get_object_or_404(self.get_queryset(request).select_related("organization", "forum"), pk=pk)
        back = reverse("admin:accreditation_accreditation_change", args=[pk])
        return act_page(
            request,
            self.admin_site,
            lambda reason: perform(accreditation, by=request.user, reason=reason),
            title=f"{label}: {accreditation.organization}",
            label=label,
            done=done,
            back=back,
            form=ReasonForm(request.POST or None),
            crumbs=[
                (reverse("admin:accreditation_accreditation_changelist"), _t("Accreditations")),
                (back, accreditation.organization),
            ],
            facts=[
                (_t("Forum"), accreditation.forum),
                (_t("Basis"), accreditation.get_basis_display()),
                (_t("People registered or waiting"), accreditation.registrations.filter(ended_at=None).count()),
            ],
            effect=effect,
        )
