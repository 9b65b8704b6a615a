"""The check-in page: type or scan a code, one verdict, the last scans. Works without scripts and without a camera.

With scripts a device keeps a list for the time without a connection, and sends afterwards whom it let in.
"""

import json

from django import forms
from django.contrib import admin
from django.http import HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import act_page, attempt, is_key, page, require
from imrf_portal.errors import Refused
from imrf_portal.form_fields import NameField
from imrf_portal.times import clock_of
from sessions_app.models import ForumSession

from .. import doors, offline_doors
from ..models import CheckIn

ICONS = {"ok": "tick", "other": "arrow", "again": "warning", "stop": "minus", "unknown": "search"}
REASONS = [
    _("Went out and came back"),
    _("First scan was a mistake"),
    _("Sent by the help desk"),
]


MOST_FLAGS = 200
OFFLINE = [
    ("ok", _("Let in"), _("By the list of this device. Look at the badge.")),
    ("other", _("Overflow room"), _("By the list of this device. Show the way.")),
    ("again", _("Already in"), _("This code came in before. Look at the person before you decide.")),
    ("stop", _("Please ask the desk"), _("This code is not on the list of this device.")),
]
"""What a device says without a connection: state, heading, words."""


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
    form.fields["session"].queryset = sight.visible(form.fields["session"].queryset, request.user)
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
            "offline_words": OFFLINE,
            "flagged": sight.visible(offline_doors.flagged(), request.user).count(),
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
    registration = doors.find(doors.code_in(request.POST.get("code", "")), by=request.user)
    if registration is None:
        return
    attempt(
        request,
        lambda: doors.let_in_again(
            registration, by=request.user, reason=request.POST.get("reason", ""), entrance=entrance
        ),
        done=_t("%(name)s: let in again, and noted.") % {"name": registration.representative},
    )


def device_list(request, pk):
    """The list that a device keeps; a POST, because it is recorded."""
    require(request, Capability.REGISTER)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    session = get_object_or_404(sight.visible(ForumSession.objects.select_related("forum"), request.user), pk=pk)
    return JsonResponse(offline_doors.device_list(session, by=request.user))


def receive(request):
    """What a device let in without a connection: a JSON list of entries in ``entries``."""
    require(request, Capability.REGISTER)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        entries = json.loads(request.POST.get("entries", ""))
    except ValueError:
        entries = None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return JsonResponse({"refusal": _t("This is not a list of entries.")}, status=422)
    try:
        recorded, flagged, unknown = offline_doors.receive(
            entries,
            by=request.user,
            session=_session_of(request),
            entrance=request.POST.get("entrance", "")[:40].strip(),
        )
    except Refused as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=409)
    return JsonResponse({"recorded": recorded, "flagged": flagged, "unknown": unknown})


def _session_of(request):
    key = request.POST.get("session", "")
    sessions = sight.visible(ForumSession.objects.select_related("forum"), request.user)
    return sessions.filter(pk=key).first() if is_key(key) else None


def flags_page(request):
    """The entries that security or the desk must look at."""
    require(request, Capability.VIEW)
    return page(
        request,
        "admin/registration/door_flags.html",
        admin.site,
        {
            "title": _t("Entries for security"),
            "crumbs": [
                (reverse("admin:registration_desk"), _t("Registration")),
                (reverse("admin:registration_door"), _t("Check in")),
            ],
            "entries": [
                (
                    entry,
                    clock_of(entry.at, entry.registration.forum_session.time_zone),
                    clock_of(entry.list_made_at, entry.registration.forum_session.time_zone),
                )
                for entry in sight.visible(offline_doors.flagged(), request.user)[:MOST_FLAGS]
            ],
            "may_act": may(request.user, Capability.REGISTER),
        },
    )


class SettleForm(forms.Form):
    words = NameField(limit=300, label=_("What came of it"))


def settle(request, pk):
    require(request, Capability.REGISTER)
    flagged = CheckIn.objects.exclude(flag="").select_related("registration__representative")
    entry = get_object_or_404(sight.visible(flagged, request.user), pk=pk)
    back = reverse("admin:registration_door_flags")
    return act_page(
        request,
        admin.site,
        lambda words: offline_doors.settle(entry, by=request.user, words=words),
        title=_t("Settle: %(name)s") % {"name": entry.registration.representative},
        label=_t("Settle"),
        done=_t("Settled, and noted."),
        back=back,
        form=SettleForm(request.POST or None),
        crumbs=[(back, _t("Entries for security"))],
        facts=[
            (_t("Person"), entry.registration.representative),
            (_t("Code"), entry.registration.code),
            (_t("Why it is here"), entry.get_flag_display()),
        ],
    )


admin.site.add_page("door/", door_page, "registration_door")
admin.site.add_page("door/list/<int:pk>/", device_list, "registration_door_list")
admin.site.add_page("door/entries/", receive, "registration_door_entries")
admin.site.add_page("door/flags/", flags_page, "registration_door_flags")
admin.site.add_page("door/flags/<int:pk>/", settle, "registration_door_settle")
