"""The figures of a Forum for the secretariat: nothing merged, countries without a group by name."""

from functools import wraps

from django.contrib import admin
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import audit, seals
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page, require
from imrf_portal.officers import forums_of
from imrf_portal.spreadsheets import as_download, csv_response

from .. import statistics, statistics_page


def newest(request):
    """To the figures of the Forum that is held last."""
    require(request, Capability.VIEW)
    forum = forums_of(request.user).first()
    if forum is None:
        raise Http404
    return redirect("admin:statistics", forum.slug)


def of_forum(capability):
    """A page that shows something of one Forum of the officer: ``view(request, forum)``, for whom holds the right."""

    def wrap(view):
        @wraps(view)
        def shown(request, slug):
            require(request, capability)
            if request.method != "GET":
                return HttpResponseNotAllowed(["GET"])
            return view(request, get_object_or_404(forums_of(request.user), slug=slug))

        return shown

    return wrap


@of_forum(Capability.VIEW)
def show(request, forum):
    figures, is_sealed = figures_of(forum)
    return page(
        request,
        "admin/accreditation/statistics.html",
        admin.site,
        {
            "title": _("Statistics: %(forum)s") % {"forum": forum},
            "forum": forum,
            "forums": forums_of(request.user),
            "figures": figures,
            "is_sealed": is_sealed,
            "finding": statistics_page.finding(figures),
            "stages": statistics_page.stages(figures),
            "breakdowns": statistics_page.breakdowns(figures),
            "steps": statistics_page.steps(figures),
            "balance": statistics_page.balance(figures),
            "shares": statistics_page.shares(figures),
            "is_public": forum.is_published and (forum.register_is_public or forum.statistics_are_public),
            "public_address": reverse("statistics", args=[forum.slug]),
            "may_export": may(request.user, Capability.EXPORT),
        },
    )


def figures_of(forum):
    """The figures and whether they are of sealed applications: those are merged as for the public."""
    is_sealed = seals.sealed_calls().filter(forum=forum).exists()
    figures = statistics.collect(forum)
    return (statistics.public(figures) if is_sealed else figures), is_sealed


@of_forum(Capability.EXPORT)
def table(request, forum):
    """The figures as CSV; the taking is recorded."""
    header, rows = statistics_page.table(forum, figures_of(forum)[0])
    audit.record("statistics.export", forum, by=request.user, internal=True)
    return csv_response(f"{forum.slug}-statistics-internal.csv", header, rows)


@of_forum(Capability.EXPORT)
def paper(request, forum):
    """The figures as PDF, for the report; the taking is recorded."""
    figures, is_sealed = figures_of(forum)
    internal = _("For the secretariat: nothing is merged here. Do not pass on figures of small groups.")
    content = statistics_page.paper(
        forum, figures, code=f"{forum.reference_prefix}-SI", address=reverse("admin:statistics", args=[forum.slug]),
        told=statistics_page.told_of_merged_figures() if is_sealed else internal,
    )  # fmt: skip
    audit.record("statistics.export", forum, by=request.user, internal=True)
    return as_download(HttpResponse(content, content_type="application/pdf"), f"{forum.slug}-statistics-internal.pdf")


admin.site.add_page("statistics/", newest, "statistics_newest")
admin.site.add_page("statistics/<slug:slug>/", show, "statistics")
admin.site.add_page("statistics/<slug:slug>/table.csv", table, "statistics_csv")
admin.site.add_page("statistics/<slug:slug>/paper.pdf", paper, "statistics_pdf")
admin.site.add_to_menu(gettext_lazy("Statistics"), "admin:statistics_newest", position=60)
