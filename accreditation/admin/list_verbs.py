"""The verbs of a list at the desk: each on its page, with what it does and how many letters it sends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from imrf_portal import clock, times
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.form_fields import InstantField, LongTextField
from imrf_portal.officers import forums_of
from imrf_portal.rehearsal import rehearse

from .. import circulation
from ..desk_forms import PlainForm
from ..models import StakeholderList

SILENCE_DAYS = 14


class CirculateForm(forms.Form):
    closes_at = InstantField(label=_("The non-objection period closes"))
    letter = LongTextField(
        label=_("Covering letter; Member States read it"),
        limit=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ExtendForm(forms.Form):
    closes_at = InstantField(label=_("New end of the non-objection period"))
    reason = LongTextField(label=_("Reason; Missions read it"), limit=1000, widget=forms.Textarea(attrs={"rows": 3}))


class FinalForm(forms.Form):
    letter = LongTextField(
        label=_("Covering letter; Member States read it"),
        limit=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


@dataclass(frozen=True)
class ListVerb:
    """``possible`` maps a list to whether the verb has a place now; the verb itself decides. ``effect`` maps a list and
    the number of its names to what follows, in words."""

    label: Any
    done: Any
    perform: Callable
    possible: Callable
    effect: Callable
    form: type = PlainForm
    tone: str = "secondary"


def _is_newest(listed):
    return not hasattr(listed, "replaced_by")


def _is_draft(listed):
    return listed.frozen_at is None


def _waits_to_go_out(listed):
    return listed.frozen_at and not listed.circulated_at and _is_newest(listed)


def _is_under_silence(listed):
    return listed.circulated_at and listed.closes_at and not listed.is_closed and _is_newest(listed)


def _can_be_replaced(listed):
    return listed.frozen_at and listed.kind == StakeholderList.Kind.PROPOSED and _is_newest(listed)


def _freezing(listed, count):
    words = ngettext(
        "%(count)s name is frozen as version %(version)s, with a fingerprint: only a new version can differ from it.",
        "%(count)s names are frozen as version %(version)s, with a fingerprint: only a new version can differ from it.",
        count,
    )
    return f"{words % {'count': count, 'version': listed.version}} {_t('Member States see nothing yet.')}"


def _circulating(listed, count):
    words = ngettext(
        "Member States read %(count)s name with its country, and may object until the period closes.",
        "Member States read %(count)s names with their countries, and may object until the period closes.",
        count,
    )
    return f"{words % {'count': count}} {_t('It cannot be taken back; a correction is a new version.')}"


def _extending(listed, count):
    return _t("The period closes later; the end announced before stays beside it.")


def _replacing(listed, count):
    words = _t("Version %(next)s holds the names that still stand; version %(version)s stays as it is.")
    return words % {"next": listed.version + 1, "version": listed.version}


VERBS = {
    "freeze": ListVerb(
        _("Freeze"),
        _("Frozen: nothing on it changes from here on."),
        circulation.freeze,
        _is_draft,
        _freezing,
    ),
    "circulate": ListVerb(
        _("Circulate"),
        _("Circulated. The non-objection period runs."),
        circulation.circulate,
        _waits_to_go_out,
        _circulating,
        CirculateForm,
        "primary",
    ),
    "extend": ListVerb(
        _("Extend the period"),
        _("Extended. Missions have a letter."),
        circulation.extend,
        _is_under_silence,
        _extending,
        ExtendForm,
    ),
    "new_version": ListVerb(
        _("Make a new version"),
        _("A new version stands."),
        circulation.new_version,
        _can_be_replaced,
        _replacing,
    ),
}


def offers(listed, user):
    """``(name, verb)`` of what this person can do with the list now."""
    if not may(user, Capability.CIRCULATE):
        return []
    return [(name, verb) for name, verb in VERBS.items() if verb.possible(listed)]


def form_for(verb, request, listed):
    """The verb's form, with a usual end of the period; its instants are of the Forum's zone."""
    form = verb.form(request.POST or None)
    zone = ZoneInfo(listed.forum.time_zone)
    if "closes_at" in form.fields:
        start = max(clock.now(), listed.closes_at or clock.now()).astimezone(zone)
        days = SILENCE_DAYS if verb.form is CirculateForm else 7
        form.initial["closes_at"] = (start + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)
        form.fields["closes_at"].zone = listed.forum.time_zone
        told = _t("On the clock of the Forum: %(zone)s.") % {"zone": times.zone_note(start, zone)}
        form.fields["closes_at"].help_text = told
    return form


def confirm(request, pk, verb):
    """One verb on one list: words, preview, act."""
    require(request, Capability.CIRCULATE)
    if verb not in VERBS:
        raise Http404
    chosen = VERBS[verb]
    listed = get_object_or_404(StakeholderList.objects.visible_to(request.user).select_related("forum"), pk=pk)
    form = form_for(chosen, request, listed)
    complete = not form.fields or (request.method == "POST" and form.is_valid())

    def act():
        return chosen.perform(listed, by=request.user, **(form.cleaned_data if form.is_valid() else {}))

    if request.method == "POST" and complete and request.POST.get("step") == "do":
        result = attempt(request, act, done=chosen.done)
        if result is not None:
            return redirect("admin:accreditation_stakeholderlist_change", result.pk)
    return confirmation(
        request,
        title=f"{chosen.label}: {listed}",
        label=chosen.label,
        form=form,
        rehearsal=rehearse(act) if complete else None,
        zone=listed.forum.time_zone,
        back=reverse("admin:accreditation_stakeholderlist_change", args=[pk]),
        name=str(listed),
        effect=chosen.effect(listed, listed.entries.count()),
    )


def final(request, forum):
    """Draw up the final list of a Forum and share it."""
    require(request, Capability.CIRCULATE)
    forum = get_object_or_404(forums_of(request.user), slug=forum)
    form = FinalForm(request.POST or None)
    complete = request.method == "POST" and form.is_valid()

    def act():
        return circulation.final_list(forum, by=request.user, letter=form.cleaned_data["letter"])

    if complete and request.POST.get("step") == "do":
        result = attempt(request, act, done=_t("The final list stands. Missions have a letter."))
        if result:
            return redirect("admin:accreditation_stakeholderlist_change", result.pk)
    return confirmation(
        request,
        title=_t("Final list: %(forum)s") % {"forum": forum},
        label=_t("Draw up the final list"),
        form=form,
        rehearsal=rehearse(act) if complete else None,
        zone=forum.time_zone,
        back=reverse("admin:accreditation_stakeholderlist_changelist"),
        name=str(forum),
    )


def confirmation(request, *, title, label, form, rehearsal, zone, back, name, effect=""):
    return page(
        request,
        "admin/desk/list_verb.html",
        admin.site,
        {
            "title": title,
            "label": label,
            "form": form,
            "rehearsal": rehearsal,
            "zone": zone,
            "effect": effect,
            "back": back,
            "when": form.cleaned_data.get("closes_at") if form.is_bound and form.is_valid() else None,
            "crumbs": [(reverse("admin:accreditation_stakeholderlist_changelist"), _t("Lists")), (back, name)],
        },
    )
