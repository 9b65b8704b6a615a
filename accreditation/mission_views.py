"""Pages of Member States: the lists shared with them, one list, one name, asking, and the Mission's own record."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from imrf_portal import audit, clock
from imrf_portal.access import Audience
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum

from . import mission_ledger, mission_pages, objections
from .mission_forms import ListFilter
from .mission_pages import for_missions, for_readers
from .models import ListEntry, StakeholderList, StateRequest


@require_safe
@for_missions
def lists(request):
    """The lists shared with the Mission: under silence now, closed, final."""
    shared = list(mission_pages.with_counts(mission_pages.shared_lists(request.user)).order_by("-circulated_at", "-pk"))
    current = [listed for listed in shared if not listed.newer_pk]
    groups = {
        "open": [listed for listed in current if mission_pages.under_silence(listed)],
        "closed": [listed for listed in current if listed.kind == StakeholderList.Kind.PROPOSED and listed.is_closed],
        "final": [listed for listed in current if listed.kind == StakeholderList.Kind.FINAL],
        "replaced": [listed for listed in shared if listed.newer_pk],
    }
    return render(request, "accreditation/lists.html", {**groups, **mission_pages.zone(request.user)})


@require_safe
@for_readers
def stakeholder_list(request, pk):
    """One list: number, version, silence period, names and countries, and what the own State did about them."""
    listed = mission_pages.shared_list(request.user, pk)
    return render(request, "accreditation/list.html", list_context(request, listed, request.user))


def list_context(request, listed, reader):
    """What the page of a list shows to ``reader``, by the filters of the address."""
    countries = mission_pages.countries_on(listed)
    form = ListFilter(request.GET, countries=countries, with_category=listed.forum.states_see_category)
    names = mission_pages.names_page(reader, listed, countries, form, request.GET.get("page"))
    return {
        **_about(reader, listed),
        "names": names,
        "page": names.page,
        "query": request.GET.urlencode(),
        "taken": mission_pages.taken_versions(reader, listed),
    }


def _about(user, listed):
    return {
        "list": listed,
        "forum": listed.forum,
        "window": listed.window() if listed.closes_at else None,
        "under_silence": mission_pages.under_silence(listed),
        "may_ask": mission_pages.may_ask(user, listed),
        "may_object": mission_pages.may_object(user, listed),
        "is_mission": user.audience == Audience.MEMBER_STATE,
        **mission_pages.zone(user),
    }


@require_safe
@for_readers
def print_list(request, pk):
    """All names on one page, for paper; taking it out is recorded."""
    listed = mission_pages.shared_list(request.user, pk)
    audit.record("list.print", listed, by=request.user, version=listed.version, sha256=listed.sha256)
    entries = listed.entries.select_related("country")
    return render(
        request,
        "accreditation/list_print.html",
        {**_about(request.user, listed), "entries": entries, "printed_at": clock.now()},
    )


@require_POST
@for_missions
def ask(request, pk):
    """Ask for the homepage, the reason or, under the clause, the basis; about the names chosen, in one request."""
    listed = mission_pages.shared_list(request.user, pk)
    one = request.POST.get("one")
    keys = [one] if one else request.POST.getlist("entry")
    entries = list(listed.entries.filter(key__in=keys[: mission_pages.NAMES_ON_A_PAGE]))
    if len(entries) != len(set(keys)):
        raise Http404
    whats = request.POST.getlist("what") or (["homepage", "reason"] if one else [])
    try:
        asked = objections.ask_about(entries, whats, by=request.user)
    except Closed:
        raise
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _asked_words(asked))
    if one and "stay" in request.POST:
        return HttpResponseRedirect(reverse("entry", args=[pk, one]))
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return HttpResponseRedirect(reverse("list", args=[pk]) + (f"?{query}" if query else ""))


def _asked_words(asked):
    released = sum(bool(request.is_released) for request in asked)
    if released == len(asked):
        return _("Shared: you can read the answers now.")
    return ngettext(
        "Your request has %(count)d line. The secretariat answers it.",
        "Your request has %(count)d lines. The secretariat answers each.",
        len(asked),
    ) % {"count": len(asked)}


@require_safe
@for_readers
def entry(request, pk, key):
    """One name: what the State may read about it, what it asked, and its objection."""
    listed = mission_pages.shared_list(request.user, pk)
    found = get_object_or_404(ListEntry.objects.select_related("country"), stakeholder_list=listed, key=key)
    row = mission_pages.rows_of(request.user, [found])[0]
    return render(
        request,
        "accreditation/entry.html",
        {
            **_about(request.user, listed),
            "entry": found,
            "row": row,
            "lines": [(what, row.requests.get(what), row.shared.get(what)) for what in StateRequest.What],
            "basis_may_be_asked": listed.forum.clause == Forum.Clause.ON_REQUEST,
            "why_not_object": objections.refusal_to_object(request.user, listed.forum),
        },
    )


@require_safe
@for_missions
def ledger(request):
    """Everything the Mission did on the lists, and who has seen it."""
    return render(
        request,
        "accreditation/ledger.html",
        {**mission_ledger.record_of(request.user, request.GET.get("page")), **mission_pages.zone(request.user)},
    )
