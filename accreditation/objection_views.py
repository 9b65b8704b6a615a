"""Objecting to a name: the form, the step to confirm, the receipt, withdrawing, and taking the own State's name off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import mission_pages, objections
from .mission_forms import ObjectionForm
from .mission_pages import for_missions
from .models import ListEntry, Objection, StakeholderList


@require_http_methods(["GET", "HEAD", "POST"])
@for_missions
def object_to_entry(request, pk, key):
    """The form; sent once it asks to confirm, confirmed it is recorded. What arrives late is kept as late."""
    listed = mission_pages.shared_list(request.user, pk)
    entry = get_object_or_404(ListEntry.objects.select_related("country"), stakeholder_list=listed, key=key)
    if listed.kind == StakeholderList.Kind.FINAL:
        raise Http404
    if reason := objections.refusal_to_object(request.user, listed.forum):
        raise PermissionDenied(reason)
    row = mission_pages.rows_of(request.user, [entry])[0]
    if request.method != "POST":
        return _show_form(request, listed, entry, row)
    form = ObjectionForm(request.POST, forum=listed.forum, state=request.user.member_state)
    if listed.is_closed:
        return _record(request, entry, form)
    if not form.is_valid():
        return _page(request, listed, entry, row, form, status=422)
    if "change" in request.POST:
        return _page(request, listed, entry, row, form)
    lacks_basis = form.needs_basis and not _basis(form) and not (row.objection and row.objection.basis)
    if "confirmed" in request.POST or lacks_basis:
        return _record(request, entry, form)
    return _page(request, listed, entry, row, form, template="accreditation/object_confirm.html")


def _show_form(request, listed, entry, row):
    if listed.is_closed:
        listed.window().require_open()
    initial = {}
    if row.objection:
        initial = {
            "basis": row.objection.basis,
            "on_behalf_of": list(row.objection.supporters.values_list("state", flat=True)),
        }
    form = ObjectionForm(initial=initial, forum=listed.forum, state=request.user.member_state)
    return _page(request, listed, entry, row, form)


def _page(request, listed, entry, row, form, *, template="accreditation/object.html", status=200):
    context = {
        "list": listed,
        "forum": listed.forum,
        "window": listed.window(),
        "entry": entry,
        "row": row,
        "form": form,
        "states": form.groups_of_states() if template.endswith("object.html") else [],
        **mission_pages.zone(request.user),
    }
    return render(request, template, context, status=status)


def _basis(form):
    return form.cleaned_data.get("basis", "")


def _record(request, entry, form):
    """Record what arrived, as it arrived: after the close even a form with gaps is kept, without effect (T-M09)."""
    form.is_valid()
    recorded = objections.object_to(
        entry,
        by=request.user,
        basis=_basis(form),
        on_behalf_of=list(form.cleaned_data.get("on_behalf_of", [])),
    )
    return redirect("objection", recorded.receipt_code)


def _objections_seen_by(user):
    """The objections this delegate's State made, and those that name it while they stand."""
    named = Q(supporters__state=user.member_state_id, status__in=Objection.STANDING)
    return (
        Objection.objects.filter(Q(state=user.member_state_id) | named)
        .select_related("entry__country", "entry__stakeholder_list__forum", "state", "recorded_by", "withdrawn_by")
        .distinct()
    )


def _objection_page(request, found, template="accreditation/objection.html"):
    listed = found.entry.stakeholder_list
    is_own = found.state_id == request.user.member_state_id
    supporters = list(found.supporters.select_related("state").order_by("state__name_en"))
    return render(
        request,
        template,
        {
            "objection": found,
            "entry": found.entry,
            "list": listed,
            "forum": listed.forum,
            "window": listed.window(),
            "is_own": is_own,
            "may_act": objections.refusal_to_object(request.user, listed.forum) is None,
            "supporters": supporters if is_own else [],
            "mine": next((row for row in supporters if row.state_id == request.user.member_state_id), None),
            "contributors": list(found.contributors.order_by("name")) if is_own else [],
            **mission_pages.zone(request.user),
        },
    )


@require_safe
@for_missions
def objection(request, code):
    """The receipt and the state of an objection, for the State that made it and for those it names."""
    found = get_object_or_404(_objections_seen_by(request.user), receipt_code=code)
    return _objection_page(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_missions
def withdraw(request, code):
    """Asks once more, then withdraws; dated, and the history stays (T-M11)."""
    found = get_object_or_404(_objections_seen_by(request.user), receipt_code=code, state=request.user.member_state_id)
    if request.method != "POST":
        return _objection_page(request, found, "accreditation/objection_withdraw.html")
    objections.withdraw(found, by=request.user)
    messages.success(request, _("The objection is withdrawn."))
    return redirect("objection", code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_missions
def disown(request, code):
    """The State named on another's objection takes its name off (T-M07)."""
    found = get_object_or_404(_objections_seen_by(request.user), receipt_code=code)
    supporter = get_object_or_404(found.supporters, state=request.user.member_state_id)
    if request.method != "POST":
        return _objection_page(request, found, "accreditation/objection_disown.html")
    objections.disown(supporter, by=request.user)
    messages.success(request, _("The name of your State is taken off this objection."))
    return redirect("objection", code)
