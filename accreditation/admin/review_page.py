"""The review screen: everything known about one application on one page, in a fixed number of statements."""

from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import event_words, geography, written
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page
from imrf_portal.audit import Event
from imrf_portal.counting import in_short
from imrf_portal.mail import OutgoingMail

from .. import (
    alike,
    answer_labels,
    checklists,
    desk_verbs,
    document_preview,
    extensions,
    homepages,
    presence,
    queue,
    queue_rows,
    waivers,
)
from ..desk_forms import NoteForm
from ..models import Application, ApplicationVersion, ListEntry, Objection, Status
from ..visibility import ANSWERS
from ..word_differences import changed_targets, word_difference
from ..workflow import documents_required
from . import exceptions
from .verb_pages import kept_filters

NEWEST_EVENTS = 12
HASHES = {"sha256"}
EXCEPTIONAL = {extensions.NAME: extensions.EXTENSIBLE, waivers.NAME: waivers.WAIVABLE}
SELF_EXPLAINING = {"answers", "document", "targets"}


def show(request, application, site, *, note_form=None, status=200):
    user = request.user
    versions = written.found(_versions, application.pk)
    latest = versions[0] if versions else None
    against = compared_version(request, versions)
    countries = geography.names()
    kept = kept_filters(request)
    events = written.found(_newest_events, str(application.pk))
    offers = desk_verbs.offers(application, user)
    state, words = queue_rows.to_do(application, user)
    asked = application.information_requests.select_related("asked_by").prefetch_related("items")
    information_requests = list(asked) if application.was_asked else []
    undecided = application.late_requests.filter(decided_at=None)
    late_requests = list(undecided) if application.asks_late else []
    notes = list(application.notes.select_related("written_by")) if application.note_count else []
    pairs = alike.possible_duplicates(
        application, user, hashes=[document.file.sha256 for document in application.current_documents]
    )
    prefetch_related_objects(application.current_documents, "checks__checked_by")
    return page(
        request,
        "admin/accreditation/application/change_form.html",
        site,
        {
            "title": f"{application.reference} {application.name}",
            "application": application,
            "present": presence.open_to(application, by=user),
            "latest": latest,
            "versions": versions,
            "against": against,
            "sections": list(answer_sections(latest, against, countries)),
            "homepage_check": homepages.check_of(application),
            "changes": list(changes(latest, against, countries, information_requests)),
            "unsent": latest is not None and application.revision != latest.revision,
            "panel": document_preview.panel(
                application.current_documents, request.GET, user, path=request.path, fragment="#documents"
            ),
            "alike": pairs,
            "may_merge": may(user, Capability.SIGN),
            "may_hold": may(user, Capability.DECIDE),
            "left": what_is_left(application, information_requests, late_requests, pairs),
            "matches": (application.verdict.evidence.get("matches") or [])[:5] if application.verdict else [],
            "notes": notes,
            "note_form": note_form or NoteForm(),
            "requests": information_requests,
            "late_requests": late_requests,
            "letters": written.found(_letters, application.reference),
            "entries": entries(application),
            "exceptions": exceptions.of_one(application),
            "may_propose_exceptions": [
                (name, kind.label)
                for name, kind in exceptions.KINDS.items()
                if may(user, kind.proposes) and application.status in EXCEPTIONAL[name]
            ],
            "events": list(event_rows(events[:NEWEST_EVENTS])),
            "more_events": len(events) > NEWEST_EVENTS,
            "offers": offers,
            "state": state,
            "words": words,
            "why_not_ask": desk_verbs.may_ask(application, user) if desk_verbs.is_askable(application) else None,
            "may_screen": may(user, Capability.SCREEN),
            "may_sign": may(user, Capability.SIGN),
            "may_support": may(user, Capability.SUPPORT),
            "neighbours": neighbours(application, user, kept),
            "kept": kept,
            "seen": latest.number if latest else 0,
            "zone": application.forum.time_zone,
            "due": queue_rows.due(application),
            "crumbs": [(f"{reverse('admin:accreditation_application_changelist')}?{kept}", _("Queue"))],
        },
        status=status,
    )


def _versions(application):
    return ApplicationVersion.objects.filter(application=application).select_related("submitted_by")


def _newest_events(application):
    return Event.objects.about(Application(pk=application))[: NEWEST_EVENTS + 1]


def _letters(reference):
    return OutgoingMail.objects.filter(about=reference)[:20]


def entries(application):
    """Its places on lists, with the objections to each."""
    if not application.is_listed:
        return []
    found = ListEntry.objects.filter(application=application).select_related("stakeholder_list__forum")
    return list(found.prefetch_related(Prefetch("objections", Objection.objects.select_related("state"))))


def compared_version(request, versions):
    """The earlier version that the newest is compared with: the one asked for, else the one before."""
    wanted = request.GET.get("against", "")
    for version in versions[1:]:
        if str(version.number) == wanted:
            return version
    return versions[1] if len(versions) > 1 else None


def answer_sections(latest, against, countries):
    """The answers of the version that counts, by audience, with the changed words marked."""
    if latest is None:
        return
    for title, level, names in answer_labels.sections():
        rows = []
        for name in names:
            value = answer_labels.shown_value(name, latest.answers.get(name), countries)
            old = answer_labels.shown_value(name, against.answers.get(name), countries) if against else value
            rows.append(
                {
                    "name": name,
                    "label": answer_labels.label_of(name),
                    "value": value,
                    "segments": word_difference(old, value) if old != value else None,
                }
            )
        yield {"title": title, "level": level.value, "rows": rows}


def changes(latest, against, countries, information_requests):
    """What differs between two versions: label, old and new with marks, and whether it was asked for."""
    if latest is None or against is None:
        return
    asked = {
        item.target
        for request in information_requests
        if request.asked_at >= against.submitted_at
        for item in request.items.all()
    }
    for target in changed_targets(against, latest):
        if target in ANSWERS:
            old = answer_labels.shown_value(target, against.answers.get(target), countries)
            new = answer_labels.shown_value(target, latest.answers.get(target), countries)
        else:
            old = (against.documents.get(target) or {}).get("name", "")
            new = (latest.documents.get(target) or {}).get("name", "")
        yield {
            "label": answer_labels.label_of(target),
            "segments": word_difference(old, new) if old != new else [("new", new)],
            "old": old,
            "was_asked": target in asked,
        }


def what_is_left(application, information_requests, late_requests, pairs):
    """What to look at before recommending; None where recommending is not the next step."""
    if application.status not in (Status.SUBMITTED, Status.RETURNED):
        return None
    return checklists.left(
        documents_required(application),
        application.current_documents,
        waits=any(not request.answered_at and not request.closed_at for request in information_requests),
        late=late_requests,
        alike=pairs,
    )


def event_rows(events):
    """Events in words: what, from, to, and the details that help a reader."""
    for event in events:
        details = {name: value for name, value in event.detail.items() if name not in HASHES}
        yield {
            "event": event,
            "verb": event_words.words_of(event.verb),
            "before": event_words.state_in_words(event, event.before),
            "after": event_words.state_in_words(event, event.after),
            "details": "; ".join(_detail_in_words(name, value) for name, value in details.items()),
        }


def _detail_in_words(name, value):
    """One detail of an event; the keys of answers and documents by what people call them."""
    values = value if isinstance(value, list) else [value]
    words = ", ".join(_answer_in_words(one) for one in values)
    return words if name in SELF_EXPLAINING else f"{name.replace('_', ' ')}: {words}"


def _answer_in_words(value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        return str(answer_labels.label_of(value))
    except (FieldDoesNotExist, TypeError, AttributeError):  # not the name of an answer
        return str(value)


def neighbours(application, user, kept):
    """Where this application stands in the queue it was opened from: place, total, and the addresses of the previous
    and the next, which take the page of the queue along."""
    filters = queue.QueueFilters.read(QueryDict(kept))
    found = filters.place_of(application, user)

    def address(key, place):
        page = (place - 1) // queue.PER_PAGE + 1
        query = urlencode({"_changelist_filters": kept if page == filters.page else filters.address(page=page)})
        return f"{reverse('admin:accreditation_application_change', args=[key])}?{query}"

    place = found["place"] or (filters.page - 1) * queue.PER_PAGE
    return {
        "place": found["place"],
        "total": in_short(found["total"]),
        "previous": address(found["previous"], place - 1) if found["previous"] else "",
        "next": address(found["next"], place + 1) if found["next"] else "",
    }


def history(request, application, site):
    """Every event of one application, newest first."""
    return page(
        request,
        "admin/accreditation/application/object_history.html",
        site,
        {
            "title": _("History"),
            "application": application,
            "events": list(event_rows(Event.objects.about(application))),
            "crumbs": [
                (reverse("admin:accreditation_application_changelist"), _("Queue")),
                (reverse("admin:accreditation_application_change", args=[application.pk]), application.reference),
            ],
        },
    )
