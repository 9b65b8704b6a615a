"""Lists at the desk: compile, freeze, circulate, extend, the final list; and what a Mission sees of it."""

from django.contrib import admin
from django.db.models import Count, Q
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, attempt, is_key, page, require
from imrf_portal.officers import forums_of

from .. import balance, circulation
from ..models import Application, ListEntry, StakeholderList, Status
from . import list_exports, list_previews, list_verbs

CHANGELIST = "admin:accreditation_stakeholderlist_changelist"


@admin.register(StakeholderList)
class StakeholderListAdmin(ShownOnly):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("compile/<slug:forum>/", wrap(compile_new), name="accreditation_list_compile"),
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
            return build(request, listed.forum, listed)
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
                "steps": steps(listed),
                "offers": list_verbs.offers(listed, request.user),
                "extensions": listed.extensions.select_related("extended_by"),
                "difference": difference(listed),
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


def steps(listed):
    """The life of the list: label, ``done``, ``now`` or nothing."""
    reached = [True, bool(listed.frozen_at), bool(listed.circulated_at), listed.is_closed]
    labels = [_("Draft"), _("Frozen"), _("Circulated"), _("Silence closed")]
    last = max(index for index, is_reached in enumerate(reached) if is_reached)
    states = ["now" if index == last else "done" if is_reached else "" for index, is_reached in enumerate(reached)]
    return list(zip(labels, states, strict=True))


def find(request, pk):
    require(request, Capability.VIEW)
    if not is_key(pk):
        raise Http404
    known = StakeholderList.objects.visible_to(request.user)
    return get_object_or_404(known.select_related("forum", "replaces__forum"), pk=pk)


def compile_new(request, forum):
    require(request, Capability.CIRCULATE)
    return build(request, get_object_or_404(forums_of(request.user), slug=forum), None)


def candidates(forum, listed, user):
    """Eligible applications of the Forum that stand on no other list, of those this officer may know of."""
    elsewhere = Q(entries__stakeholder_list__replaced_by=None, entries__stakeholder_list__circulated_at=None)
    if listed is not None:
        elsewhere &= ~Q(entries__stakeholder_list=listed)
    taken = Application.objects.filter(elsewhere & Q(entries__isnull=False), forum=forum).values("pk")
    return list(
        Application.objects.visible_to(user)
        .filter(forum=forum, status=Status.ELIGIBLE)
        .exclude(pk__in=taken)
        .select_related("country", "forum")
        .order_by("name", "pk")
    )


def build(request, forum, listed):
    """The page on which a list is put together, with its balance as ticked; saved only when asked."""
    pool = candidates(forum, listed, request.user)
    if request.method == "POST" and request.POST.get("step") == "all":
        keys = {str(application.pk) for application in pool}
    elif request.method == "POST":
        keys = set(request.POST.getlist("entry"))
    else:
        keys = {str(key) for key in listed.entries.values_list("application", flat=True)} if listed else set()
    chosen = [application for application in pool if str(application.pk) in keys]
    if request.method == "POST" and request.POST.get("step") == "save":
        require(request, Capability.CIRCULATE)
        saved = attempt(
            request, lambda: save(request, forum, listed, chosen), done=_("Saved. Nobody else sees it yet.")
        )
        if saved:
            return redirect("admin:accreditation_stakeholderlist_change", saved.pk)
    return page(
        request,
        "admin/accreditation/stakeholderlist/build.html",
        admin.site,
        {
            "title": str(listed) if listed else _("Compile a list: %(forum)s") % {"forum": forum},
            "forum": forum,
            "listed": listed,
            "rows": [(application, str(application.pk) in keys) for application in pool],
            "chosen_count": len(chosen),
            "balance": balance.tables(chosen, pool, saved=saved_draft(listed, pool)),
            "offers": list_verbs.offers(listed, request.user) if listed else [],
            "may_circulate": may(request.user, Capability.CIRCULATE),
            "steps": steps(listed) if listed else [],
            "crumbs": [(reverse(CHANGELIST), _("Lists"))],
        },
    )


def saved_draft(listed, pool):
    """The applications on the draft as it was last saved; None for a list that has not been saved."""
    if listed is None:
        return None
    keys = set(listed.entries.values_list("application", flat=True))
    return [application for application in pool if application.pk in keys]


def save(request, forum, listed, chosen):
    """Keep what was ticked; what stands on the draft and is kept from this officer stays on it."""
    if listed is None:
        return circulation.compile_list(forum, chosen, by=request.user, title=request.POST.get("title", "")[:200])
    known = Application.objects.visible_to(request.user).values("pk")
    not_hers = Application.objects.filter(entries__stakeholder_list=listed).exclude(pk__in=known)
    return circulation.set_entries(listed, [*chosen, *not_hers], by=request.user)


admin.site.add_to_menu(gettext_lazy("Lists"), CHANGELIST, position=20)
