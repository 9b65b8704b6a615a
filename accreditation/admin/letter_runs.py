"""A letter to many, on the page of its run: as each reader gets it, who has a gap in it, and who changed meanwhile."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from imrf_portal.admin_tools import attempt, is_key

from .. import bulk, correspondence
from ..models import BulkRun
from ..models.letter_texts import COMMON

NAMED = 50


def context(request, run):
    """What the page of a letter run shows beyond that of every run."""
    preview = run.state == BulkRun.State.PREVIEW
    shown = {"placeholders": COMMON, "outbox_key": correspondence.key_of(run.pk)}
    if not run.arguments:
        return shown
    known = bulk.known_items(run, request.user)
    going = known.exclude(state__in=[bulk.State.SKIPPED, bulk.State.DROPPED]).order_by("pk")
    changed = list(bulk.changed_since(run).filter(pk__in=known.values("pk"))) if preview else []
    return {
        **shown,
        "changed": changed,
        "will_now": going.count() - len(changed),
        "gaps": _gaps(run, going) if preview else [],
        "named": NAMED,
        "sample": _sample(going, run, request.GET.get("show", "")),
    }


def _gaps(run, items):
    """``[(item, placeholders)]`` of those whose letter would have a gap."""
    found = [
        (item, correspondence.gaps(item.application, **run.arguments)) for item in items.select_related("application")
    ]
    return [(item, names) for item, names in found if names]


def _sample(items, run, wanted):
    """The letter of the item that is asked for, else of the first, with the items before and after it."""
    keys = list(items.values_list("pk", flat=True))
    if not keys:
        return None
    key = int(wanted) if is_key(wanted) and int(wanted) in keys else keys[0]
    place = keys.index(key)
    item = items.select_related("application__call", "application__forum", "application__applicant").get(pk=key)
    subject, body = correspondence.fill(item.application, **run.arguments)
    return {
        "item": item,
        "place": place + 1,
        "total": len(keys),
        "previous": keys[place - 1] if place else None,
        "next": keys[place + 1] if place + 1 < len(keys) else None,
        "letter": {
            "to": item.application.applicant.email,
            "subject": subject,
            "body": body,
            "language": run.arguments["language"],
        },
    }


def act(request, run):
    """Take recipients off, keep them, or send the officer a test letter."""
    keys = [int(key) for key in request.POST.getlist("item") if is_key(key)]
    match request.POST["step"]:
        case "drop":
            attempt(request, lambda: bulk.drop(run, keys, by=request.user), done=_("They are taken off."))
        case "keep":
            attempt(request, lambda: bulk.keep(run, keys, by=request.user), done=_("They are kept."))
        case "test" if not bulk.is_worked_out(run):
            messages.error(request, _("Say first what the verb needs."))
        case "test":
            known = bulk.known_items(run, request.user)
            chosen = keys[0] if keys else known.values_list("pk", flat=True).first()
            item = get_object_or_404(known.select_related("application__call", "application__forum"), pk=chosen)
            words = correspondence.fill(item.application, **run.arguments)
            attempt(
                request,
                lambda: correspondence.send_test(
                    words,
                    template=correspondence.TEMPLATE,
                    language=run.arguments["language"],
                    by=request.user,
                    about=item.application.reference,
                ),
                done=_("A test letter is on its way to %(to)s.") % {"to": request.user.email},
            )
