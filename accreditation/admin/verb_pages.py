"""One verb on one application: a page that says what would change and which letter would go out, then the act."""

from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.audit import Event
from imrf_portal.event_words import words_of
from imrf_portal.rehearsal import rehearse
from imrf_portal.times import HEADQUARTERS

from ..desk_verbs import VERBS
from .cases import find


def seen_version(request):
    """The version the officer had read, from the hidden field or the link; 0, which is never one, when missing."""
    given = request.POST.get("seen_version") or request.GET.get("seen") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def kept_filters(request):
    return request.POST.get("_changelist_filters") or request.GET.get("_changelist_filters") or ""


def review_address(application, kept, **query):
    address = reverse("admin:accreditation_application_change", args=[application.pk])
    query |= {"_changelist_filters": kept} if kept else {}
    return f"{address}?{urlencode(query)}" if query else address


def confirm(request, pk, verb):
    require(request, Capability.VIEW)
    if verb not in VERBS or not VERBS[verb].alone:
        raise Http404
    desk_verb = VERBS[verb]
    application = find(request, pk)
    seen, kept = seen_version(request), kept_filters(request)
    things_left = desk_verb.things_left(application, request.user)
    form = desk_verb.form_for(things_left)(request.POST or None)
    complete = not form.fields or (request.method == "POST" and form.is_valid())

    def act():
        values = form.cleaned_data if form.is_bound and form.is_valid() else {}
        return desk_verb.run(application, by=request.user, values=values, seen_version=seen)

    if request.method == "POST" and complete and request.POST.get("step") == "do":
        said = _("%(reference)s: %(done)s.") % {"reference": application.reference, "done": desk_verb.done}
        if attempt(request, act, done=said) is not None:
            return redirect(review_address(application, kept))
    rehearsal = rehearse(act, application) if complete else None
    if rehearsal and rehearsal.refused_field in form.fields and form.is_bound:
        form.add_error(rehearsal.refused_field, rehearsal.refusal)
    return page(
        request,
        "admin/desk/verb.html",
        admin.site,
        {
            "title": f"{desk_verb.label}: {application.name}",
            "application": application,
            "verb": desk_verb,
            "form": form,
            "rehearsal": rehearsal,
            "last_change": _last_change(application) if rehearsal and rehearsal.refusal else None,
            "things_left": things_left,
            "needs_words": bool(form.fields),
            "seen": seen,
            "zone": HEADQUARTERS,
            "changed_since": desk_verb.reads_version and seen != latest(application),
            "kept": kept,
            "review_address": review_address(application, kept),
            "difference_address": review_address(application, kept, against=seen) + "#versions",
            "crumbs": [
                (f"{reverse('admin:accreditation_application_changelist')}?{kept}", _("Queue")),
                (review_address(application, kept), application.reference),
            ],
        },
    )


def _last_change(application):
    """``(words, who, when)`` of the last change of the status: whoever is refused may have come second."""
    event = Event.objects.about(application).exclude(after="").select_related("actor").order_by("-pk").first()
    return (words_of(event.verb), event.actor or "", event.happened_at) if event else None


def latest(application):
    return application.versions.order_by("-number").values_list("number", flat=True).first() or 0
