"""The page on which a list is put together: the pool beside the draft, and the balance of both with what is ticked."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.officers import forums_of

from .. import balance, circulation, search
from ..models import Application, StakeholderList, Status
from . import list_verbs

CHANGELIST = "admin:accreditation_stakeholderlist_changelist"


@dataclass(frozen=True)
class Name:
    """One name of the pool or of the draft. ``gone``: it can no longer be listed; ``is_shown``: it is among those
    looked for."""

    application: Any
    is_ticked: bool
    gone: bool = False
    is_shown: bool = True


def compile_new(request, forum):
    require(request, Capability.CIRCULATE)
    return build(request, get_object_or_404(forums_of(request.user), slug=forum), None)


def candidates(forum, listed, user):
    """Eligible applications of the Forum that stand on no other list, of those this officer may know of."""
    elsewhere = Q(entries__stakeholder_list__replaced_by=None, entries__stakeholder_list__circulated_at=None)
    if listed is not None:
        elsewhere &= ~Q(entries__stakeholder_list=listed)
    taken = Application.objects.filter(elsewhere & Q(entries__isnull=False), forum=forum).values("pk")
    return list(
        Application.objects.visible_to(user)
        .filter(forum=forum, status=Status.ELIGIBLE)
        .exclude(pk__in=taken)
        .select_related("country", "forum")
        .order_by("name", "pk")
    )


def on_draft(listed, user):
    """The applications on the draft as it was last saved, by name, also those that can no longer be listed."""
    if listed is None:
        return []
    known = Application.objects.visible_to(user)
    rows = known.filter(entries__stakeholder_list=listed).select_related("country", "forum")
    return list(rows.order_by("name", "pk"))


def finder(typed):
    """Whether an application is one of those that the typed words look for: in its names, reference, country, group or
    type, whatever the case, accents or script."""
    words = search.latin(typed).split()[: search.MOST_WORDS]

    def is_found(application):
        country = application.country
        places = (country, country and country.get_regional_group_display(), application.get_type_display())
        text = f"{application.search_words} {search.latin(' '.join(str(place) for place in places if place))}"
        return all(word in text for word in words)

    return is_found


def build(request, forum, listed):
    """GET shows pool, draft and balance; POST works out what the ticks would make of them, and saves when asked.

    ``q`` narrows both sides; what is ticked and not shown stays ticked.
    """
    typed = (
        "" if request.POST.get("step") == "unfind" else request.POST.get("q", request.GET.get("q", "")).strip()[:200]
    )
    is_found = finder(typed)
    drafted = on_draft(listed, request.user)
    known = {application.pk for application in drafted}
    everybody = candidates(forum, listed, request.user)
    eligible = {application.pk for application in everybody}
    pool = [application for application in everybody if application.pk not in known]
    added, removed = (set(request.POST.getlist(side)) for side in ("add", "remove"))
    if request.POST.get("step") == "all":
        added |= {str(application.pk) for application in pool if is_found(application)}
    gone = {application.pk for application in drafted} - eligible
    if request.POST.get("step") in {"find", "unfind"} and not added | removed:
        return redirect(f"{request.path}?{urlencode({'q': typed})}" if typed else request.path)
    stays = [a for a in drafted if str(a.pk) not in removed and a.pk not in gone]
    comes = [a for a in pool if str(a.pk) in added]
    chosen = stays + comes
    if request.method == "POST" and request.POST.get("step") == "save":
        require(request, Capability.CIRCULATE)
        saved = attempt(
            request, lambda: save(request, forum, listed, chosen), done=_("Saved. Nobody else sees it yet.")
        )
        if saved:
            return redirect("admin:accreditation_stakeholderlist_change", saved.pk)
    now = [a for a in drafted if a.pk not in gone]
    pooled = [Name(a, str(a.pk) in added, is_shown=is_found(a)) for a in balance.furthest_below(pool, now)]
    draft = [Name(a, str(a.pk) in removed or a.pk in gone, a.pk in gone, is_found(a)) for a in drafted]
    return page(
        request,
        "admin/accreditation/stakeholderlist/build.html",
        admin.site,
        {
            "title": str(listed) if listed else _("Compile a list: %(forum)s") % {"forum": forum},
            "forum": forum,
            "listed": listed,
            "typed": typed,
            "pool": pooled,
            "draft": draft,
            "found": [sum(name.is_shown for name in side) for side in (pooled, draft)],
            "gone_count": len(gone),
            "added": len(comes),
            "removed": len(drafted) - len(stays),
            "chosen_count": len(chosen),
            "balance": balance.tables(chosen, everybody, saved=now if listed else None),
            "offers": list_verbs.offers(listed, request.user) if listed else [],
            "may_circulate": may(request.user, Capability.CIRCULATE),
            "steps": steps(listed) if listed else [],
            "versions": versions_of(listed) if listed else [],
            "crumbs": [(reverse(CHANGELIST), _("Lists"))],
        },
    )


def save(request, forum, listed, chosen):
    """Keep what was ticked; what stands on the draft and is kept from this officer stays on it."""
    if listed is None:
        return circulation.compile_list(forum, chosen, by=request.user, title=request.POST.get("title", "")[:200])
    known = Application.objects.visible_to(request.user).values("pk")
    not_hers = Application.objects.filter(entries__stakeholder_list=listed).exclude(pk__in=known)
    return circulation.set_entries(listed, [*chosen, *not_hers], by=request.user)


def versions_of(listed):
    """The frozen versions of the list, newest first."""
    rows = StakeholderList.objects.filter(forum=listed.forum_id, number=listed.number).exclude(frozen_at=None)
    return list(rows.select_related("forum").annotate(names=Count("entries")).order_by("-version"))


def steps(listed):
    """The life of the list: label, ``done``, ``now`` or nothing."""
    reached = [True, bool(listed.frozen_at), bool(listed.circulated_at), listed.is_closed]
    labels = [_("Draft"), _("Frozen"), _("Circulated"), _("Silence closed")]
    last = max(index for index, is_reached in enumerate(reached) if is_reached)
    states = ["now" if index == last else "done" if is_reached else "" for index, is_reached in enumerate(reached)]
    return list(zip(labels, states, strict=True))
