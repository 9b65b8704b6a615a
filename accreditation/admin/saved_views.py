"""Saved views of the queue at the desk: kept from the queue, listed, renamed, shared, deleted and brought back."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, back_to, page, require
from imrf_portal.form_fields import NameField

from .. import queue, saved_views
from ..models import SavedView

QUEUE = "admin:accreditation_application_changelist"


class ViewForm(forms.Form):
    name = NameField(label=gettext_lazy("Name"), limit=saved_views.LONGEST_NAME)
    is_shared = forms.BooleanField(label=gettext_lazy("For the whole desk"), required=False)


def show(request):
    """All views this officer can use; GET shows them, POST keeps the filters of the queue under a name."""
    require(request, Capability.VIEW)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = request.POST.get("address", "")
        view = attempt(
            request,
            lambda: saved_views.keep(address, **form.cleaned_data, by=request.user),
            done=_("The view is kept. It stands over the queue."),
        )
        return redirect(f"{reverse(QUEUE)}?{view.address if view else address}")
    forums = queue.forums(request.user)
    rows = [
        {"view": view, "filters": list(saved_views.filters_of(view, forums).chips(forums))}
        for view in saved_views.of(request.user)
    ]
    return page(
        request,
        "admin/desk/saved_views.html",
        admin.site,
        {
            "title": _("Saved views"),
            "rows": rows,
            "form": form if form.is_bound else None,
            "address": request.POST.get("address", ""),
            "deleted": SavedView.objects.filter(owner=request.user)
            .exclude(deleted_at=None)
            .order_by("-deleted_at")[:5],
            "crumbs": [(reverse(QUEUE), _("Queue"))],
        },
        status=422 if form.errors else 200,
    )


def do(request, pk, verb):
    """Rename or share, delete, or bring back one view."""
    require(request, Capability.VIEW)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    view = get_object_or_404(SavedView.objects.select_related("owner"), pk=pk)
    if view.owner_id != request.user.pk and not view.is_shared:
        raise Http404
    match verb:
        case "change":
            name, is_shared = request.POST.get("name", ""), request.POST.get("is_shared") == "on"
            attempt(
                request,
                lambda: saved_views.change(view, name=name, is_shared=is_shared, by=request.user),
                done=_("The view is changed."),
            )
        case "delete":
            if attempt(request, lambda: saved_views.delete(view, by=request.user)):
                messages.success(request, format_html(_("“{}” is deleted. You can bring it back below."), view))
        case "restore":
            attempt(request, lambda: saved_views.restore(view, by=request.user), done=_("The view is back."))
        case _other:
            raise Http404
    return back_to(request, reverse("admin:saved_views"))


admin.site.add_page("views/", show, "saved_views")
admin.site.add_page("views/<int:pk>/<slug:verb>/", do, "saved_view_do")
