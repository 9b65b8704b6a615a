"""Requests of organizations that need not apply: the officer compares with the list, then confirms or declines."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accreditation import recognition
from accreditation.models import Membership, Organization, RecognitionRequest
from imrf_portal import sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, require
from imrf_portal.form_fields import LongTextField
from imrf_portal.times import short_at_zone


class WaitingFirst(admin.SimpleListFilter):
    title = _("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waits for us")), ("granted", _("Confirmed")), ("declined", _("Declined"))]

    def queryset(self, request, requests):
        chosen = {"waiting": {"decided_at": None}, "granted": {"is_granted": True}, "declined": {"is_granted": False}}
        return requests.filter(**chosen.get(self.value(), {}))


class ConfirmForm(forms.Form):
    organization = forms.ModelChoiceField(
        label=_("Join to an organization that the portal knows"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("A new organization"),
    )


class DeclineForm(forms.Form):
    answer = LongTextField(
        label=_("Why; the organization reads it"), limit=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@admin.register(RecognitionRequest)
class RecognitionRequestAdmin(ShownOnly):
    change_form_template = "admin/registration/recognition.html"
    list_display = ["name", "country", "route", "forum", "asked", "asked_by", "is_granted"]
    list_filter = [WaitingFirst, "forum", "verdict__route"]
    list_select_related = ["verdict__country", "forum", "asked_by"]
    search_fields = ["verdict__name", "verdict__key", "asked_by__email"]
    fields = ["name", "country", "route", "verdict_page", "forum", "asked", "asked_by", "is_granted", "answer"]
    list_per_page = 50

    @admin.display(description=_("name typed"), ordering="verdict__name")
    def name(self, request):
        return request.verdict.name

    @admin.display(description=_("country"))
    def country(self, request):
        return request.verdict.country

    @admin.display(description=_("route"))
    def route(self, request):
        return request.verdict.get_route_display()

    @admin.display(description=_("asked"), ordering="asked_at")
    def asked(self, request):
        return short_at_zone(request.asked_at)

    @admin.display(description=_("the page the person saw"))
    def verdict_page(self, request):
        return format_html('<a href="{}">{}</a>', request.verdict.get_absolute_url(), request.verdict.key)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/do/<slug:verb>/", wrap(self.do), name="recognition_do")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        if obj is not None:
            context["matches"] = matches(obj.verdict)
            context["may_act"] = obj.decided_at is None and may(request.user, Capability.REGISTER)
        return super().render_change_form(request, context, *args, **options)

    def do(self, request, pk, verb):
        require(request, Capability.REGISTER)
        if verb not in {"confirm", "decline"}:
            raise Http404
        asked = get_object_or_404(
            self.get_queryset(request).select_related("verdict__country", "verdict__forum", "forum", "asked_by"), pk=pk
        )
        confirms = verb == "confirm"
        if confirms:
            form = ConfirmForm(request.POST or None)
            form.fields["organization"].queryset = organizations_like(asked.verdict, request.user)
        else:
            form = DeclineForm(request.POST or None)
        back = reverse("admin:accreditation_recognitionrequest_change", args=[pk])
        act = recognition.recognize if confirms else recognition.decline
        return act_page(
            request,
            self.admin_site,
            lambda **values: act(asked, by=request.user, **values),
            title=(_t("Confirm: %(name)s") if confirms else _t("Decline: %(name)s")) % {"name": asked.verdict.name},
            label=_t("Confirm") if confirms else _t("Decline"),
            done=_t("Confirmed. The organization may register.") if confirms else _t("Declined, with your words."),
            form=form,
            back=back,
            crumbs=[
                (reverse("admin:accreditation_recognitionrequest_changelist"), _t("Requests for recognition")),
                (back, asked.verdict.name),
            ],
            facts=[
                (_t("Name typed"), asked.verdict.name),
                (_t("Country"), asked.verdict.country),
                (_t("Route"), asked.verdict.get_route_display()),
                *((_t("On the list"), line["name"]) for line in matches(asked.verdict)[:3]),
            ],
            effect=_t("The organization holds an accreditation and may register its people.") if confirms else "",
        )


def matches(verdict):
    """What the route finder found, as stored with its answer: name, list, why."""
    found = verdict.evidence.get("matches") or verdict.evidence.get("found") or []
    return [match for match in found if isinstance(match, dict) and match.get("name")]


def organizations_like(verdict, user):
    """Those of this name, or of the person who asks, as far as this officer may know that they are here."""
    theirs = Membership.objects.filter(user__in=verdict.recognition_requests.values("asked_by"))
    alike = Q(name__iexact=verdict.name) | Q(pk__in=theirs.values("organization"))
    return sight.visible(Organization.objects.filter(alike, merged_into=None), user)
