"""The preview of seats: what the rule gives in a room, how it came about, and its confirmation."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import audit, clock, sight, spreadsheets
from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from .. import runs
from ..allocation import Outcome, Tier
from ..models import Allocation, SeatRule

EDGE = 5
"""How many people are shown on each side of a line."""
WORDS = {Outcome.ROOM: _("Room"), Outcome.OVERFLOW: _("Overflow"), Outcome.WAITING: _("Waiting list")}
STATES = {Outcome.ROOM: "done", Outcome.OVERFLOW: "progress", Outcome.WAITING: "wait"}
TIERS = {
    Tier.SPEAKER: _("Selected to speak"),
    Tier.PRIORITY: _("The person who goes first, one for each organization"),
    Tier.SECOND: _("The second person of an organization"),
}
TABS = {
    "edge": _("At the edge"),
    "room": _("In the room"),
    "overflow": _("Overflow"),
    "waiting": _("Waiting list"),
    "losing": _("Would lose a place"),
}
MOST = 200


class SeatsForm(forms.Form):
    seats = forms.IntegerField(label=_("Seats to try"), min_value=0, max_value=100_000)


def chosen_seats(request, session):
    """The number of seats that is tried, from the address; None for the session's own."""
    form = SeatsForm(request.GET or request.POST)
    seats = form.cleaned_data["seats"] if form.is_valid() else None
    return None if seats == session.stakeholder_seats else seats


def find_session(request, pk):
    """The session, when it is of this officer's Forums."""
    return get_object_or_404(sight.visible(ForumSession.objects.select_related("forum"), request.user), pk=pk)


def seats_page(request, pk):
    """GET shows the preview (``?seats=`` tries another number); POST confirms what was shown."""
    require(request, Capability.REGISTER)
    session = find_session(request, pk)
    seats = chosen_seats(request, session)
    if request.method == "POST":
        shown = request.POST.get("input_sha256", "")
        done = attempt(
            request,
            lambda: runs.confirm(session, by=request.user, input_sha256=shown, seats=seats),
            done=_t("Confirmed. A letter to everybody waits in the outbox."),
        )
        address = reverse("admin:registration_seats", args=[pk])
        return redirect(address if done or seats is None else f"{address}?seats={seats}")
    try:
        shown, refusal = runs.preview(session, seats=seats), ""
    except Refused as refused:
        shown, refusal = None, str(refused)
    return page(
        request,
        "admin/registration/seats.html",
        admin.site,
        {
            "title": _t("Preview of seats"),
            "session": session,
            "refusal": refusal,
            "seats": session.stakeholder_seats if seats is None else seats,
            "is_trial": seats is not None,
            "closed": session.registration_window().has_closed(),
            "window_words": session.registration_window().refusal(),
            "moment": clock.now(),
            "runs": Allocation.objects.filter(forum_session=session).select_related("confirmed_by")[:5],
            "crumbs": [
                (reverse("admin:registration_desk"), _t("Registration")),
                (reverse("admin:sessions_app_forumsession_change", args=[pk]), session.title),
            ],
            **(_result(request, shown) if shown else {}),
        },
    )


def _result(request, shown):
    counts = {outcome: shown.count(outcome) for outcome in Outcome}
    tab = request.GET.get("show")
    tab = tab if tab in TABS else "edge"
    inside, organizations = shown.organizations()
    total = sum(counts.values())
    latest = Allocation.objects.filter(forum_session=shown.session).first()
    return {
        "shown": shown,
        "total": total,
        "split": _split(counts),
        "counts": {outcome.value: count for outcome, count in counts.items()},
        "rules": _rules(shown),
        "rule_words": dict(SeatRule.SecondSeats.choices)[shown.rule],
        "inside": inside,
        "organizations": organizations,
        "fingerprint": [shown.result.input_sha256[start : start + 4] for start in range(0, 32, 4)],
        "stands": latest is not None and latest.input_sha256 == shown.result.input_sha256,
        "tab": tab,
        "tabs": [(name, label, _size(shown, name)) for name, label in TABS.items()],
        "rows": _rows(shown, tab),
        "most": MOST,
    }


def _split(counts):
    """The widths of the bar, in units of its own view box."""
    total = max(sum(counts.values()), 1)
    start, parts = 0, []
    for outcome, css in ((Outcome.ROOM, "a"), (Outcome.OVERFLOW, "b"), (Outcome.WAITING, "c")):
        parts.append((css, start, max(counts[outcome] - 0.004 * total, 0)))
        start += counts[outcome]
    return {"total": total, "parts": parts}


def _rules(shown):
    left, rows = shown.room.seats, []
    for tier in Tier:
        people = shown.seated(tier)
        left -= people
        asked = sum(1 for line in shown.result.lines if line.tier == tier)
        rows.append((TIERS[tier], asked, people, left))
    return rows


def _lines(shown, tab):
    lines = shown.result.lines
    if tab == "losing":
        losing = {one.pk for one in shown.losing}
        return [line for line in lines if line.key in losing]
    if tab != "edge":
        return [line for line in lines if line.outcome == tab]
    edges = [place for place in range(1, len(lines)) if lines[place].outcome != lines[place - 1].outcome]
    near = sorted({place for edge in edges for place in range(edge - EDGE, edge + EDGE) if 0 <= place < len(lines)})
    return [lines[place] for place in near]


def _size(shown, tab):
    return len(_lines(shown, tab))


def _rows(shown, tab):
    rows, before = [], None
    for line in _lines(shown, tab)[:MOST]:
        rows.append(
            {
                "registration": shown.people[line.key],
                "outcome": WORDS[line.outcome],
                "state": STATES[line.outcome],
                "number": line.number,
                "because": TIERS[line.tier],
                "drawn": line.drawn,
                "line_here": before is not None and before != line.outcome,
            }
        )
        before = line.outcome
    return rows


def take_run(request, pk):
    """The whole preview as CSV, for checking it by hand."""
    require(request, Capability.REGISTER)
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    session = find_session(request, pk)
    try:
        shown = runs.preview(session, seats=chosen_seats(request, session))
    except Refused:
        return redirect("admin:registration_seats", pk)
    audit.record("seats.take_preview", session, by=request.user, internal=True, rows=len(shown.result.lines))
    header = ("Key", "Name", "Organization", "Registered (UTC)", "Rule", "Result", "Number", "Drawn")
    rows = (
        (
            line.key,
            shown.people[line.key].representative.name,
            shown.people[line.key].accreditation.organization.name,
            shown.people[line.key].registered_at,
            line.tier.name.lower(),
            line.outcome.value,
            line.number,
            line.drawn,
        )
        for line in shown.result.lines
    )
    return spreadsheets.csv_response(f"seats-{slugify(session.title)}.csv", header, rows)


admin.site.add_page("seats/<int:pk>/", seats_page, "registration_seats")
admin.site.add_page("seats/<int:pk>/run.csv", take_run, "registration_seats_csv")
