"""Objections and questions of Member States at the desk."""

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, files, sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, attempt, key_or_404, page, require
from imrf_portal.errors import Refused
from imrf_portal.form_fields import InstantField, LongTextField
from imrf_portal.geography import Country

from .. import objections
from ..models import ListEntry, Objection, StateRequest

LETTER_LIMIT = 20 * 1024 * 1024


class TalkForm(forms.Form):
    text = LongTextField(label=_("What was said"), limit=4000, widget=forms.Textarea(attrs={"rows": 3}))
    maintained = forms.BooleanField(label=_("The State maintains its objection"), required=False)


class LetterForm(forms.Form):
    state = forms.ModelChoiceField(label=_("State"), queryset=Country.objects.exclude(kind=Country.Kind.OTHER))
    received_at = InstantField(label=_("Received"))
    basis = LongTextField(
        label=_("General basis, as the letter gives it"),
        limit=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    letter = forms.FileField(label=_("The letter (PDF or picture)"))


class AnswerForm(forms.Form):
    release = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Release it")), ("no", _("Decline"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = LongTextField(
        label=_("Why it is declined; the State reads it"),
        limit=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.register(Objection)
class ObjectionAdmin(ShownOnly):
    def get_urls(self):
        by_letter = path(
            "letter/<int:entry>/", self.admin_site.admin_view(record_letter), name="accreditation_objection_by_letter"
        )
        return [by_letter, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        require(request, Capability.VIEW)
        rows = (
            self.get_queryset(request)
            .select_related("state", "entry__application", "entry__stakeholder_list__forum")
            .order_by("-received_at", "-pk")
        )
        return page(
            request,
            "admin/accreditation/objection/change_list.html",
            self.admin_site,
            {"title": _t("Objections"), "page_obj": Paginator(rows, 50).get_page(request.GET.get("page"))},
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        require(request, Capability.VIEW)
        objection = get_object_or_404(
            self.get_queryset(request).select_related(
                "state", "entry__application", "entry__stakeholder_list__forum", "recorded_by", "letter"
            ),
            pk=key_or_404(object_id),
        )
        form = TalkForm(request.POST or None)
        if request.method == "POST":
            require(request, Capability.CIRCULATE)
            if form.is_valid() and attempt(
                request,
                lambda: objections.record_talk(objection, by=request.user, **form.cleaned_data),
                done=_t("Noted."),
            ):
                return redirect("admin:accreditation_objection_change", objection.pk)
        return page(
            request,
            "admin/accreditation/objection/change_form.html",
            self.admin_site,
            {
                "title": str(objection),
                "objection": objection,
                "form": form,
                "talks": objection.talks.select_related("noted_by"),
                "supporters": objection.supporters.select_related("state"),
                "may_circulate": may(request.user, Capability.CIRCULATE),
                "zone": objection.entry.stakeholder_list.forum.time_zone,
                "crumbs": [(reverse("admin:accreditation_objection_changelist"), _t("Objections"))],
            },
        )


def record_letter(request, entry):
    """Enter an objection that arrived outside of the portal, with its document."""
    require(request, Capability.CIRCULATE)
    known = sight.visible(ListEntry.objects.select_related("stakeholder_list__forum", "country"), request.user)
    entry = get_object_or_404(known, pk=entry)
    form = LetterForm(request.POST or None, request.FILES or None, initial={"received_at": clock.now()})
    form.fields["received_at"].zone = entry.stakeholder_list.forum.time_zone
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = files.store(given["letter"], by=request.user, limit=LETTER_LIMIT)
            objection = objections.record_letter(
                entry,
                by=request.user,
                state=given["state"],
                received_at=given["received_at"],
                basis=given["basis"],
                letter=kept,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _t("Recorded. The Mission has a letter."))
            return redirect("admin:accreditation_objection_change", objection.pk)
    back = reverse("admin:accreditation_stakeholderlist_change", args=[entry.stakeholder_list_id])
    return page(
        request,
        "admin/desk/record_letter.html",
        admin.site,
        {
            "title": _t("An objection by letter: %(name)s") % {"name": entry.name},
            "entry": entry,
            "form": form,
            "crumbs": [(back, str(entry.stakeholder_list))],
        },
    )


@admin.register(StateRequest)
class StateRequestAdmin(ShownOnly):
    def changelist_view(self, request, extra_context=None):
        require(request, Capability.VIEW)
        rows = self.get_queryset(request).select_related("state", "entry__stakeholder_list__forum", "answered_by")
        waiting = rows.filter(answered_at=None)
        return page(
            request,
            "admin/accreditation/staterequest/change_list.html",
            self.admin_site,
            {
                "title": _t("Questions of Member States"),
                "waiting": waiting,
                "page_obj": Paginator(rows.exclude(answered_at=None).order_by("-answered_at"), 50).get_page(
                    request.GET.get("page")
                ),
            },
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        require(request, Capability.VIEW)
        asked = get_object_or_404(
            self.get_queryset(request).select_related(
                "state", "entry__stakeholder_list__forum", "entry__application", "asked_by", "answered_by"
            ),
            pk=key_or_404(object_id),
        )
        form = AnswerForm(request.POST or None)
        if request.method == "POST":
            require(request, Capability.CIRCULATE)
            if form.is_valid() and attempt(
                request,
                lambda: objections.answer_request(asked, by=request.user, **form.cleaned_data),
                done=_t("Answered. The Mission has a letter."),
            ):
                return redirect("admin:accreditation_staterequest_changelist")
        return page(
            request,
            "admin/accreditation/staterequest/change_form.html",
            self.admin_site,
            {
                "title": str(asked),
                "asked": asked,
                "form": form,
                "value": value_asked_for(asked),
                "may_circulate": may(request.user, Capability.CIRCULATE),
                "zone": asked.entry.stakeholder_list.forum.time_zone,
                "crumbs": [(reverse("admin:accreditation_staterequest_changelist"), _t("Questions"))],
            },
        )


def value_asked_for(asked):
    """What a release would show, for the officer to read first."""
    if asked.what == StateRequest.What.BASIS:
        standing = asked.entry.objections.filter(status__in=Objection.STANDING)
        return "\n\n".join(standing.values_list("basis", flat=True))
    version = asked.entry.application.versions.first()
    return version.answers.get(asked.what, "") if version else ""


def unanswered(user):
    return sight.visible(StateRequest.objects.filter(answered_at=None), user)


admin.site.add_to_menu(_("Objections"), "admin:accreditation_objection_changelist", position=30)
admin.site.add_to_menu(
    _("Questions of States"),
    "admin:accreditation_staterequest_changelist",
    rows=unanswered,
    tone="warn",
    position=35,
)
