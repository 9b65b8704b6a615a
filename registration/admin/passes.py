"""Exports for grounds passes: make one, take the kept files, take the list of revocations."""

from django.contrib import admin
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _t

from imrf_portal import file_views, sight, spreadsheets
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, attempt, page, require
from imrf_portal.officers import forums_of

from .. import passes
from ..models import PassExport


@admin.register(PassExport)
class PassExportAdmin(ShownOnly):
    """The list of exports is the page below; a row is shown, never written."""

    fields = ["forum", "number", "is_difference", "changed_count", "exported_at", "exported_by"]

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:registration_passes")


def forum_chosen(request):
    """The Forum named in the address, else the newest with sessions; and all of those."""
    forums = list(forums_of(request.user).filter(sessions__isnull=False).distinct())
    wanted = request.GET.get("forum", "")
    return next((forum for forum in forums if str(forum.pk) == wanted), forums[0] if forums else None), forums


def passes_page(request):
    """The exports of one Forum, with what a new one would hold."""
    require(request, Capability.VIEW)
    forum, forums = forum_chosen(request)
    exports = list(
        PassExport.objects.filter(forum=forum).defer("rows").select_related("file", "csv_file", "exported_by")
    )
    return page(
        request,
        "admin/registration/passes.html",
        admin.site,
        {
            "title": _t("Passes"),
            "crumbs": [(reverse("admin:registration_desk"), _t("Registration"))],
            "forums": forums,
            "forum": forum,
            "exports": exports,
            "valid": passes.valid(forum).count() if forum else 0,
            "may_export": may(request.user, Capability.EXPORT),
        },
    )


def make(request, pk):
    require(request, Capability.EXPORT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    forum = get_object_or_404(forums_of(request.user), pk=pk)
    only_changes = request.POST.get("only_changes") == "1"
    attempt(
        request,
        lambda: passes.export(forum, by=request.user, only_changes=only_changes),
        done=_t("Made and kept. Download it below."),
    )
    return redirect(f"{reverse('admin:registration_passes')}?forum={forum.pk}")


def take(request, pk, kind):
    """A kept file; a POST, because it is recorded."""
    require(request, Capability.EXPORT)
    if kind not in {"xlsx", "csv"}:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    known = sight.visible(PassExport.objects.select_related("file", "csv_file"), request.user)
    made = get_object_or_404(known, pk=pk)
    return file_views.send(passes.download(made, kind, by=request.user))


def revocations(request, pk):
    require(request, Capability.EXPORT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    forum = get_object_or_404(forums_of(request.user), pk=pk)
    header, rows = passes.take_revocations(forum, by=request.user)
    if request.POST.get("kind") == "csv":
        return spreadsheets.csv_response(f"{forum.slug}-revocations.csv", header, rows)
    return spreadsheets.xlsx_response(f"{forum.slug}-revocations.xlsx", header, rows)


admin.site.add_page("passes/", passes_page, "registration_passes")
admin.site.add_page("passes/<int:pk>/make/", make, "registration_passes_make")
admin.site.add_page("passes/file/<int:pk>/<slug:kind>/", take, "registration_passes_file")
admin.site.add_page("passes/<int:pk>/revocations/", revocations, "registration_passes_revocations")
