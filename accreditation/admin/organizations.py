"""Organizations at the desk: what the portal knows of one over time; two that are one are merged, and taken apart."""

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, page, require
from imrf_portal.form_fields import LongTextField

from .. import conflicts, merging
from ..models import Application, Organization, OrganizationMerge, Status
from . import comparing

CHANGELIST = "admin:accreditation_organization_changelist"
MOST_FOUND = 30


class ReasonForm(forms.Form):
    reason = LongTextField(
        label=_("How do you know; it stays on the record"), limit=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Merged(admin.SimpleListFilter):
    title = _("merged")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("no", _("Stands")), ("yes", _("Merged into another"))]

    def queryset(self, request, organizations):
        return organizations.filter(merged_into__isnull=self.value() == "no") if self.value() else organizations


@admin.register(Organization)
class OrganizationAdmin(ShownOnly):
    change_form_template = "admin/accreditation/organization/change_form.html"
    list_display = ["name", "acronym", "country", "type", "applied", "merged_into"]
    list_filter = [Merged, "type"]
    list_select_related = ["country", "merged_into"]
    search_fields = ["name", "acronym", "former_names__name"]
    fields = ["name", "acronym", "country", "type", "merged_into"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        seen = Application.objects.visible_to(request.user)
        applied = Count("applications", filter=Q(applications__in=seen), distinct=True)
        return super().get_queryset(request).annotate(applied=applied)

    @admin.display(description=_("applications"), ordering="applied")
    def applied(self, organization):
        return organization.applied

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            path("<int:pk>/merge/", wrap(self.choose), name="accreditation_organization_choose"),
            path("<int:pk>/merge/<int:other>/", wrap(self.merge), name="accreditation_organization_merge"),
            path("merges/<int:pk>/separate/", wrap(self.separate), name="accreditation_organization_separate"),
        ]
        return [*pages, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        organization = context.get("original")
        if organization is not None:
            context["about"] = self.described(request, organization)
            context["merges"] = OrganizationMerge.objects.filter(
                Q(kept=organization) | Q(merged=organization)
            ).select_related("kept", "merged", "merged_by", "undone_by")
            context["may_merge"] = may(request.user, Capability.SIGN)
        return super().render_change_form(request, context, *args, **options)

    def described(self, request, organization):
        """What stands side by side: names, people, applications, accreditations."""
        applications = Application.objects.visible_to(request.user).filter(organization=organization)
        return {
            "organization": organization,
            "former_names": list(organization.former_names.all()),
            "people": list(organization.memberships.filter(ended_at=None).select_related("user").order_by("pk")),
            "applications": list(applications.select_related("forum", "assigned_to").order_by("-pk")),
            "accreditations": list(
                sight.visible(organization.accreditations.select_related("forum"), request.user).order_by("-pk")
            ),
        }

    def found(self, request, pk):
        return get_object_or_404(self.get_queryset(request).select_related("country", "merged_into"), pk=pk)

    def choose(self, request, pk):
        """The organizations that may be the same one: by name, former name or acronym."""
        require(request, Capability.SIGN)
        organization = self.found(request, pk)
        words = request.GET.get("q", organization.name).strip()
        others = self.get_queryset(request).filter(merged_into=None).exclude(pk=pk).select_related("country")
        if words:
            matching = Q(name__icontains=words) | Q(acronym__iexact=words) | Q(former_names__name__icontains=words)
            others = others.filter(pk__in=Organization.objects.filter(matching).values("pk"))
        return page(
            request,
            "admin/accreditation/organization/choose.html",
            self.admin_site,
            {
                "title": _t("Merge with which organization?"),
                "organization": organization,
                "words": words,
                "others": others.order_by("name")[:MOST_FOUND],
                "crumbs": self.crumbs(organization),
            },
        )

    def crumbs(self, organization):
        return [
            (reverse(CHANGELIST), _t("Organizations")),
            (reverse("admin:accreditation_organization_change", args=[organization.pk]), organization.name),
        ]

    def merge(self, request, pk, other):
        """Both side by side, ``pk`` the one that is kept; what will be kept, moved and closed."""
        require(request, Capability.SIGN)
        if pk == other:
            raise Http404
        kept, merged = self.found(request, pk), self.found(request, other)
        sides = [
            (_t("Kept"), self.described(request, kept)),
            (_t("Merged into it"), self.described(request, merged)),
        ]
        return act_page(
            request,
            self.admin_site,
            lambda **values: merging.merge(kept, merged, by=request.user, **values),
            title=_t("Merge: keep %(name)s") % {"name": kept.name},
            label=_t("Merge the two"),
            done=_t("Merged. This can be taken back on the page of the organization."),
            form=ReasonForm(request.POST or None),
            back=reverse("admin:accreditation_organization_change", args=[pk]),
            crumbs=self.crumbs(kept),
            effect=_t("One organization is left, with the names, people, applications and accreditations of both."),
            template="admin/accreditation/organization/merge.html",
            more={
                "organizations": sides,
                **self.compared(request, *(about["applications"] for _label, about in sides)),
                "hindrances": (found := merging.hindrances(kept, merged)),
                "may_swap": not found or not merging.hindrances(merged, kept),
                "swapped": reverse("admin:accreditation_organization_merge", args=[other, pk]),
            },
        )

    def compared(self, request, ours, theirs):
        """The newest application of each, field by field, where both have one that this officer may open."""
        if not ours or not theirs:
            return {}
        for application in (ours[0], theirs[0]):
            conflicts.require_answered(application, request.user, going_to=request.get_full_path())
        return comparing.table(ours[0], theirs[0])

    def separate(self, request, pk):
        """Take a merge back."""
        require(request, Capability.SIGN)
        done = get_object_or_404(OrganizationMerge.objects.select_related("kept", "merged", "merged_by"), pk=pk)
        kept = self.found(request, done.kept_id)
        closed = Application.objects.filter(pk__in=[int(key) for key in done.moved.get("closed", {})])
        return act_page(
            request,
            self.admin_site,
            lambda **values: merging.separate(done, by=request.user, **values),
            title=_t("Take apart: %(name)s") % {"name": done.merged.name},
            label=_t("Take the merge back"),
            done=_t("Taken back. Both stand as they stood before."),
            form=ReasonForm(request.POST or None),
            back=reverse("admin:accreditation_organization_change", args=[kept.pk]),
            crumbs=self.crumbs(kept),
            facts=[
                (_t("Merged by"), done.merged_by),
                (_t("Reason then"), done.reason),
                *(
                    (row.reference, Status(done.moved["closed"][str(row.pk)]).label)
                    for row in closed.filter(pk__in=Application.objects.visible_to(request.user).values("pk"))
                ),
            ],
            effect=_t("Applications, accreditations, people and names stand where they stood, with their history."),
        )
