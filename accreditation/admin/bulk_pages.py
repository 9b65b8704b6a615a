"""Bulk runs at the desk: what will change and what not, the confirmation, progress, and the result that stays."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import clock, health, sight
from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, back_to, page, require
from imrf_portal.times import HEADQUARTERS

from .. import bulk, queue, staffing
from ..desk_verbs import VERBS
from ..models import Application, BulkRun
from . import letter_runs

QUEUE = "admin:accreditation_application_changelist"


def start(request):
    """From the queue: the ticked rows, or all that the filters show."""
    require(request, Capability.VIEW)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("scope") == "all":
        filters = queue.QueueFilters.read(QueryDict(request.POST.get("filters", "")), queue.forums(request.user))
        chosen = filters.select(request.user)
    else:
        keys = [int(key) for key in request.POST.getlist("pick") if key.isascii() and key.isdigit() and len(key) < 18]
        chosen = Application.objects.visible_to(request.user).filter(pk__in=keys).order_by("pk")
    run = attempt(request, lambda: bulk.propose(request.POST.get("verb", ""), chosen, by=request.user))
    return redirect("admin:bulk_run", run.pk) if run else back_to(request, reverse(QUEUE))


def show(request, pk):
    """One run: its preview, its progress or its result."""
    require(request, Capability.VIEW)
    run = get_object_or_404(sight.visible(BulkRun.objects.select_related("started_by"), request.user), pk=pk)
    form = VERBS[run.verb].form(request.POST or None if "words" in request.POST else None, initial=run.arguments)
    if request.method == "POST":
        answer = _act(request, run, form)
        if answer is not None:
            return answer
    known = bulk.known_items(run, request.user)
    tally = bulk.tally(known)
    shows_all = not run.items.exclude(pk__in=known.values("pk")).exists()
    rows = known.select_related("application__country", "application__assigned_to", "officer", "held_by").order_by(
        "-state", "pk"
    )
    wanted = request.GET.get("only", "")
    if wanted in bulk.State.values:
        rows = rows.filter(state=wanted)
    return page(
        request,
        "admin/desk/bulk_run.html",
        admin.site,
        {
            "title": f"{VERBS[run.verb].label}: {_('run')} {run.pk}",
            "run": run,
            "verb": VERBS[run.verb],
            "sample_letter": run.sample_letter if shows_all else {},
            "form": form,
            "needs_words": bool(form.fields),
            "worked_out": bulk.is_worked_out(run),
            "tally": tally,
            "total": sum(tally.values()),
            "will": tally[bulk.State.WAITING],
            "done": tally[bulk.State.DONE],
            "to_do": tally[bulk.State.WAITING] + tally[bulk.State.DONE] + tally[bulk.State.REFUSED],
            "skipped": tally[bulk.State.SKIPPED] + tally[bulk.State.DROPPED],
            "is_given_out": VERBS[run.verb].plan is not None,
            "shares": list(staffing.shares(run)) if VERBS[run.verb].plan and run.state == BulkRun.State.PREVIEW else [],
            "refused": tally[bulk.State.REFUSED],
            "page_obj": Paginator(rows, 100).get_page(request.GET.get("page")),
            "only": wanted,
            "is_mine": run.started_by_id == request.user.pk,
            "now": clock.now(),
            "zone": HEADQUARTERS,
            "crumbs": [(reverse(QUEUE), _("Queue")), (reverse("admin:bulk_runs"), _("Runs"))],
            **(_standing(run) if run.state == BulkRun.State.RUNNING else {}),
            **(letter_runs.context(request, run) if VERBS[run.verb].is_letter else {}),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _standing(run):
    """Whether the worker is at work on a run that was confirmed, so that the page tells the truth."""
    moved_at = bulk.moved_at(run)
    stands_still = moved_at <= clock.now() - bulk.PATIENCE
    return {"moved_at": moved_at, "stands_still": stands_still, "worker_is_away": health.worker_is_away()}


def _act(request, run, form):
    here = redirect("admin:bulk_run", run.pk)
    if run.started_by_id != request.user.pk:
        messages.error(request, _("Only the officer who prepared this run can confirm it."))
        return here
    match request.POST.get("step"):
        case "words":
            if not form.is_valid():
                return None
            attempt(request, lambda: bulk.work_out(run, form.cleaned_data))
        case "confirm":
            attempt(request, lambda: bulk.confirm(run, by=request.user))
        case "drop" | "keep" | "test" if VERBS[run.verb].is_letter:
            letter_runs.act(request, run)
        case "continue" if run.state == BulkRun.State.RUNNING:
            attempt(request, lambda: bulk.carry_on(run, at_most=bulk.AT_ONCE))
    return here


def runs(request):
    """The record of all runs."""
    require(request, Capability.VIEW)
    known = sight.visible(BulkRun.objects.select_related("started_by"), request.user)
    rows = known.exclude(state=BulkRun.State.PREVIEW)
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(
        request,
        "admin/desk/bulk_runs.html",
        admin.site,
        {
            "title": _("Runs"),
            "page_obj": found,
            "rows": [(run, VERBS[run.verb].label) for run in found],
            "crumbs": [(reverse(QUEUE), _("Queue"))],
        },
    )


admin.site.add_page("runs/", runs, "bulk_runs")
admin.site.add_page("runs/start/", start, "bulk_start")
admin.site.add_page("runs/<int:pk>/", show, "bulk_run")
