"""Requests to speak: per session the requests with their balance, shortlist and selection, and the speakers' list."""

from django.contrib import admin
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import sight, spreadsheets
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, attempt, page, require

from .. import speakers
from ..models import Registration, SpeakingRequest
from ..speaking import SEATED
from .seats import find_session

LABELS = {
    "shortlist": _("Shortlist"),
    "select": _("Select"),
    "decline": _("Do not select"),
    "reopen": _("Take back"),
}


@admin.register(SpeakingRequest)
class SpeakingRequestAdmin(ShownOnly):
    list_display = ["representative", "organization", "session", "topic", "language", "status", "asked_at"]
    list_filter = ["status", "forum_session__forum", "forum_session", "presents_summary"]
    list_select_related = ["representative", "accreditation__organization", "forum_session"]
    search_fields = ["representative__name", "topic", "accreditation__organization__name"]
    list_per_page = 50

    @admin.display(description=_("organization"))
    def organization(self, request):
        return request.accreditation.organization

    @admin.display(description=_("session"), ordering="forum_session")
    def session(self, request):
        address = reverse("admin:registration_speakers", args=[request.forum_session_id])
        return format_html('<a href="{}">{}</a>', address, request.forum_session)


def speakers_page(request, pk):
    """The requests of one session beside the balance of those chosen."""
    require(request, Capability.VIEW)
    session = find_session(request, pk)
    requests = list(speakers.requests_of(session))
    placed = set(
        Registration.objects.filter(forum_session=session, status__in=SEATED).values_list("representative", flat=True)
    )
    acts = may(request.user, Capability.REGISTER)
    return page(
        request,
        "admin/registration/speakers.html",
        admin.site,
        {
            "title": _t("Requests to speak: %(session)s") % {"session": session},
            "session": session,
            "rows": [
                (
                    one,
                    one.representative_id in placed,
                    [
                        (verb, LABELS[verb])
                        for verb in speakers.possible(one)
                        if acts and (one.representative_id in placed or verb not in {"shortlist", "select"})
                    ],
                )
                for one in requests
            ],
            "balances": speakers.balance(requests),
            "selected": sum(one.status == SpeakingRequest.Status.SELECTED for one in requests),
            "may_act": acts,
            "crumbs": [
                (reverse("admin:registration_desk"), _t("Registration")),
                (reverse("admin:sessions_app_forumsession_change", args=[pk]), session.title),
            ],
        },
    )


def step(request, pk, verb):
    require(request, Capability.REGISTER)
    if request.method != "POST" or verb not in speakers.STEPS:
        return HttpResponseNotAllowed(["POST"])
    known = sight.visible(SpeakingRequest.objects.select_related("representative"), request.user)
    asked = get_object_or_404(known, pk=pk)
    done = _t("%(name)s: %(verb)s.") % {"name": asked.representative, "verb": LABELS[verb]}
    attempt(request, lambda: speakers.step(asked, verb, by=request.user), done=done)
    return redirect("admin:registration_speakers", asked.forum_session_id)


def take_list(request, pk):
    """The speakers' list as CSV or XLSX; a POST, because it is recorded."""
    require(request, Capability.REGISTER)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    session = find_session(request, pk)
    header, rows = speakers.take_list(session, by=request.user)
    name = f"speakers-{slugify(session.title)}"
    if request.POST.get("kind") == "csv":
        return spreadsheets.csv_response(f"{name}.csv", header, rows)
    return spreadsheets.xlsx_response(f"{name}.xlsx", header, rows, sheet=session.title)


admin.site.add_page("speakers/<int:pk>/", speakers_page, "registration_speakers")
admin.site.add_page("speakers/request/<int:pk>/<slug:verb>/", step, "registration_speakers_step")
admin.site.add_page("speakers/<int:pk>/list/", take_list, "registration_speakers_list")
