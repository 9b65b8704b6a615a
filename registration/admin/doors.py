"""The check-in page: type or scan a code, one verdict, the last scans. Works without scripts and without a camera."""

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.times import clock_of
from sessions_app.models import ForumSession

from .. import doors

ICONS = {"ok": "tick", "other": "arrow", "again": "warning", "stop": "minus", "unknown": "search"}
REASONS = [
    _("Went out and came back"),
    _("First scan was a mistake"),
    _("Sent by the help desk"),
]


class DoorForm(forms.Form):
    """Which door: the session it lets into, and the entrance."""

    session = forms.ModelChoiceField(
        label=_("Session"),
        queryset=ForumSession.objects.exclude(status=ForumSession.Status.CANCELLED).select_related("forum"),
        required=False,
        empty_label=_("Any session"),
    )
    entrance = forms.CharField(label=_("Entrance"), max_length=40, required=False)


def door_page(request):
    """GET is the empty page; POST with a code checks it, with ``again`` lets in once more with the reason."""
    require(request, Capability.REGISTER)
    form = DoorForm(request.POST if request.method == "POST" else request.GET)
    given = form.cleaned_data if form.is_valid() else {"session": None, "entrance": ""}
    session, entrance = given["session"], given["entrance"].strip()
    door = urlencode({"session": session.pk if session else "", "entrance": entrance})
    here = f"{reverse('admin:registration_door')}?{door}"
    verdict = None
    if request.method == "POST" and "again" in request.POST:
        _let_in_again(request, entrance)
        return redirect(here)
    if request.method == "POST" and request.POST.get("code", "").strip():
        verdict = doors.scan(request.POST["code"], by=request.user, entrance=entrance, session=session)
    inside, expected = doors.counts(session) if session else (0, 0)
    return page(
        request,
        "admin/registration/door.html",
        admin.site,
        {
            "title": _t("Check in"),
            "crumbs": [(reverse("admin:registration_desk"), _t("Registration"))],
            "form": form,
            "session": session,
            "entrance": entrance,
            "here": here,
            "verdict": verdict,
            "icon_name": ICONS[verdict.state] if verdict else "",
            "reasons": REASONS,
            "moment": clock.now(),
            "inside": inside,
            "still_expected": expected - inside,
            "scans": [(scan, clock_of(scan.at, session.time_zone)) for scan in doors.last_scans(session, entrance)]
            if session
            else [],
        },
    )


def _let_in_again(request, entrance):
    registration = doors.find(doors.code_in(request.POST.get("code", "")))
    if registration is None:
        return
    attempt(
        request,
        lambda: doors.let_in_again(
            registration, by=request.user, reason=request.POST.get("reason", ""), entrance=entrance
        ),
        done=_t("%(name)s: let in again, and noted.") % {"name": registration.representative},
    )


admin.site.add_page("door/", door_page, "registration_door")
