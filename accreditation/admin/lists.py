"""Lists at the desk: compile, freeze, circulate, extend, the final list; and what a Mission sees of it."""

from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, is_key, page, require
from imrf_portal.officers import forums_of

from .. import circulation
from ..models import ListEntry, StakeholderList, Status
from . import list_builder, list_exports, list_previews, list_verbs

CHANGELIST = "admin:accreditation_stakeholderlist_changelist"


@admin.register(StakeholderList)
class StakeholderListAdmin(ShownOnly):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("compile/<slug:forum>/", wrap(list_builder.compile_new), name="accreditation_list_compile"),
            path("final/<slug:forum>/", wrap(list_verbs.final), name="accreditation_list_final"),
            path("<int:pk>/as-states-see-it/", wrap(list_previews.show), name="accreditation_list_preview"),
            path("<int:pk>/export/<slug:kind>/", wrap(list_exports.take), name="accreditation_list_export"),
            path("<int:pk>/do/<slug:verb>/", wrap(list_verbs.confirm), name="accreditation_list_do"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        require(request, Capability.VIEW)
        lists = (
            StakeholderList.objects.visible_to(request.user)
            .select_related("forum", "compiled_by")
            .annotate(
                entry_count=Count("entries", distinct=True),
                standing=Count(
                    "entries__objections",
                    filter=Q(entries__objections__status__in=["recorded", "maintained"]),
                    distinct=True,
                ),
            )
        )
        forums = forums_of(request.user).annotate(
            eligible=Count("applications", filter=Q(applications__status=Status.ELIGIBLE)),
            accredited=Count("applications", filter=Q(applications__status=Status.ACCREDITED)),
        )
        return page(
            request,
            "admin/accreditation/stakeholderlist/change_list.html",
            self.admin_site,
            {
                "title": _("Lists"),
                "lists": lists,
                "forums": [forum for forum in forums if forum.eligible or forum.accredited],
                "may_circulate": may(request.user, Capability.CIRCULATE),
            },
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        listed = find(request, object_id)
        if not listed.frozen_at:
            return list_builder.build(request, listed.forum, listed)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        known = sight.visible(ListEntry.objects.filter(stakeholder_list=listed), request.user)
        entries = list(
            known.order_by("position")
            .select_related("country", "application")
            .prefetch_related("objections__state", "state_requests__state")
        )
        withdrawn = [entry for entry in entries if entry.application.status == Status.WITHDRAWN]
        return page(
            request,
            "admin/accreditation/stakeholderlist/change_form.html",
            self.admin_site,
            {
                "title": str(listed),
                "listed": listed,
                "entries": entries,
                "withdrawn": withdrawn,
                "kept_back": listed.entries.count() - len(entries),
                "steps": list_builder.steps(listed),
                "offers": list_verbs.offers(listed, request.user),
                "extensions": listed.extensions.select_related("extended_by"),
                "difference": difference(listed),
                "versions": list_builder.versions_of(listed),
                "may_export": may(request.user, Capability.EXPORT),
                "newer": StakeholderList.objects.filter(replaces=listed).first(),
                "may_circulate": may(request.user, Capability.CIRCULATE),
                "zone": listed.forum.time_zone,
                "crumbs": [(reverse(CHANGELIST), _("Lists"))],
            },
        )


def difference(listed):
    """Against the version that this one replaces; None for a first version."""
    if listed.replaces is None:
        return None
    return circulation.difference(listed.replaces.entries.all(), listed.entries.all())


def find(request, pk):
    require(request, Capability.VIEW)
    if not is_key(pk):
        raise Http404
    known = StakeholderList.objects.visible_to(request.user)
    return get_object_or_404(known.select_related("forum", "replaces__forum"), pk=pk)


admin.site.add_to_menu(gettext_lazy("Lists"), CHANGELIST, position=20)
