"""The pages “Dates” and “Move a date”: all dates, what moves along, what stays, who is told; then the move."""

import json

from django import forms
from django.contrib import admin, messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock, dates
from .access import Capability, may
from .admin_tools import attempt, key_or_404, page, require
from .form_fields import DayField, InstantField, LongTextField, in_zone
from .officers import forums_of

REASON = {
    "label": gettext_lazy("Reason, shown to everyone next to the old date"),
    "limit": 500,
    "widget": forms.Textarea(attrs={"rows": 2}),
}


class MoveInstant(forms.Form):
    moment = InstantField(label=gettext_lazy("New date and time, at the Forum’s place"))
    reason = LongTextField(**REASON)


class MoveDay(forms.Form):
    moment = DayField(label=gettext_lazy("New day"))
    reason = LongTextField(**REASON)


def overview(request):
    """Every date of one Forum, each with the way to move it, and the moves that were made."""
    require(request, Capability.VIEW)
    forums = list(forums_of(request.user))
    chosen = _chosen(request, forums)
    lines = list(dates.lines_of(chosen).values()) if chosen else []
    return page(
        request,
        "admin/desk/dates.html",
        admin.site,
        {
            "title": _("Dates"),
            "forums": forums,
            "forum": chosen,
            "lines": lines,
            "may_move": may(request.user, Capability.CONFIGURE),
            "changes": list(dates.history(chosen)) if chosen else [],
        },
    )


def _chosen(request, forums):
    """The Forum in the address; else the one whose dates come next."""
    wanted = request.GET.get("forum", "")
    if wanted:
        key = key_or_404(wanted)
        return next((forum for forum in forums if forum.pk == key), None) or _not_found()
    today = clock.now().date()
    to_come = [forum for forum in forums if (forum.ends_on or forum.starts_on or today) >= today]
    return (to_come or forums or [None])[0]


def _not_found():
    raise Http404


def move(request, pk, key):
    """One date: typed, worked out, then moved, or proposed where it needs a second signature."""
    require(request, Capability.CONFIGURE)
    forum = get_object_or_404(forums_of(request.user), pk=pk)
    lines = dates.lines_of(forum)
    if key not in lines:
        raise Http404
    line = lines[key]
    form = (MoveInstant if line.is_instant else MoveDay)(request.POST or None)
    if line.is_instant:
        in_zone(form, line.zone, "moment")
    posted = request.method == "POST"
    valid = posted and form.is_valid()
    new = form.cleaned_data["moment"] if valid else line.value
    take = [taken for taken in request.POST.getlist("take") if taken in lines] if "seen" in request.POST else None
    planned = dates.plan(forum, key, new, take)
    chosen = [step.line.key for step in planned.others if step.taken]
    if valid and request.POST.get("step") == "do":
        answer = _done(request, forum, planned, form, chosen)
        if answer is not None:
            return answer
    rehearsal = None
    if valid:
        reason = form.cleaned_data["reason"]
        rehearsal = dates.rehearsed(forum, key, new, by=request.user, reason=reason, take=chosen)
        if rehearsal.refused_field in form.fields:
            form.add_error(rehearsal.refused_field, rehearsal.refusal)
    return page(
        request,
        "admin/desk/move_date.html",
        admin.site,
        {
            "title": _("Move a date: %(what)s") % {"what": line.what},
            "lead": _("A preview. Nothing moves until you confirm."),
            "forum": forum,
            "line": line,
            "plan": planned,
            "form": form,
            "valid": valid,
            "rehearsal": rehearsal,
            "needs_signature": valid and planned.needs_signature,
            "groups": [(group, group.people(forum).count()) for group in planned.groups] if valid else [],
            "kinds_of_letters": _kinds(rehearsal.letters) if rehearsal else [],
            "derived": [(step, step.derived()) for step in planned.taken if step.derived()] if valid else [],
            "seen": json.dumps(_everything(lines), cls=DjangoJSONEncoder),
            "changes": list(dates.history(forum, 10)),
            "back": f"{reverse('admin:dates')}?forum={forum.pk}",
            "crumbs": [(f"{reverse('admin:dates')}?forum={forum.pk}", _("Dates"))],
        },
        status=422 if posted and form.errors else 200,
    )


def _everything(lines):
    return {key: line.value for key, line in lines.items()}


def _seen(request):
    """What the page showed, from its hidden field; an empty mapping, which fits nothing, when it cannot be read."""
    try:
        given = json.loads(request.POST.get("seen", ""))
        return {key: dates.read(value) if value else None for key, value in given.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _done(request, forum, planned, form, chosen):
    """Move or propose; the redirect when it went through."""
    what = {
        "key": planned.mover.line.key,
        "new": planned.mover.new,
        "by": request.user,
        "reason": form.cleaned_data["reason"],
        "take": chosen,
        "seen": _seen(request),
    }
    if planned.needs_signature:
        act = attempt(
            request,
            lambda: dates.propose(forum, **what),
            done=_("Proposed. Nothing has moved: it waits for the signature of another officer."),
        )
        return redirect("admin:countersigned_act", act.pk) if act else None
    if attempt(request, lambda: dates.move(forum, **what)):
        messages.success(request, _("Moved. The old date stays on the public page. Notices wait in the outbox."))
        return redirect(f"{reverse('admin:dates')}?forum={forum.pk}")
    return None


def _kinds(letters):
    """``[(one letter, how many of its kind)]``: held ones first."""
    found = {}
    for letter in letters:
        found.setdefault(letter.template, [letter, 0])[1] += 1
    return sorted(found.values(), key=lambda row: row[0].state != "held")


admin.site.add_page("dates/", overview, "dates")
admin.site.add_page("dates/<int:pk>/<str:key>/", move, "move_date")
