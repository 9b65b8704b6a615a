"""The page “Move a date”: old and new, who is affected, which notices are drafted; then the move, with its reason."""

from django import forms
from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.form_fields import InstantField, LongTextField, in_zone
from imrf_portal.forum import Call, DateChange, Forum
from imrf_portal.rehearsal import rehearse

from .. import call_dates

MOVABLE = {
    "forum": (Forum, ("starts_on", "ends_on", "hearing_on")),
    "call": (Call.objects.select_related("forum"), ("opens_at", "closes_at")),
}
REASON = {
    "label": gettext_lazy("Reason, shown to everyone next to the old date"),
    "limit": 500,
    "widget": forms.Textarea(attrs={"rows": 2}),
}


class MoveInstant(forms.Form):
    moment = InstantField(label=gettext_lazy("New date and time, at the Forum’s place"))
    reason = LongTextField(**REASON)


class MoveDay(forms.Form):
    moment = forms.DateField(label=gettext_lazy("New day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = LongTextField(**REASON)


def move(request, label, pk, name):
    require(request, Capability.CONFIGURE)
    source, names = MOVABLE.get(label, (None, ()))
    if name not in names:
        raise Http404
    subject = get_object_or_404(source, pk=pk)
    forum = subject if label == "forum" else subject.forum
    is_instant = name.endswith("_at")
    form = (MoveInstant if is_instant else MoveDay)(request.POST or None)
    if is_instant:
        in_zone(form, forum.time_zone, "moment")
    valid = request.method == "POST" and form.is_valid()

    def act():
        new, reason = form.cleaned_data["moment"], form.cleaned_data["reason"]
        if name == "closes_at":
            return call_dates.move_closing(subject, new, by=request.user, reason=reason)
        return call_dates.move(subject, name, new, forum=forum, by=request.user, reason=reason)

    if (
        valid
        and request.POST.get("step") == "do"
        and attempt(request, act, done=_("Moved. The old date stays on the public page."))
    ):
        return redirect(reverse(f"admin:imrf_portal_{label}_change", args=[pk]))
    old = type(subject).objects.values_list(name, flat=True).get(pk=pk)
    what = subject._meta.get_field(name).verbose_name
    return page(
        request,
        "admin/desk/move_date.html",
        admin.site,
        {
            "title": _("Move a date: %(what)s") % {"what": what},
            "forum": forum,
            "what": what,
            "old": old,
            "new": form.cleaned_data["moment"] if valid else None,
            "is_instant": is_instant,
            "form": form,
            "rehearsal": rehearse(act) if valid else None,
            "draft_count": call_dates.drafts_of(subject).count() if name == "closes_at" else None,
            "changes": DateChange.objects.filter(forum=forum).select_related("changed_by")[:10],
            "crumbs": [
                (reverse(f"admin:imrf_portal_{label}_changelist"), subject._meta.verbose_name_plural),
                (reverse(f"admin:imrf_portal_{label}_change", args=[pk]), str(subject)),
            ],
        },
    )


admin.site.add_page("move-date/<slug:label>/<int:pk>/<slug:name>/", move, "move_date")
