"""What a row of the queue says: the next thing to do, in words, and a dot for each document."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from imrf_portal import clock, geography, times
from imrf_portal.files import PrivateFile

from .models import OrganizationType, ReferenceList, Status
from .queue import NEEDS, REST


def to_do(application, user):
    """``(state of the seat, words)``: what the secretariat does next with an annotated application."""
    late = application.due_at is not None and application.due_at <= clock.now()
    if application.asks_late:
        return "ask", _("Decide: late submission asked for")
    match application.status:
        case Status.RETURNED if late:
            return "fix", _("No answer came: the calendar closes it")
        case Status.RETURNED:
            return "wait", _("With the applicant")
        case Status.SUBMITTED if application.verdict and application.verdict.needs_staff:
            return "ask", _("Decide: is this a name on a list?")
        case Status.SUBMITTED if application.answered_at:
            return "progress", _("Read the answer")
        case Status.SUBMITTED if late:
            return "ask", _("Our time ran out: assess today")
        case Status.SUBMITTED:
            return "todo", _("Assess")
        case Status.ASSESSED if application.recommended_by_id == user.pk:
            return "wait", _("Another officer must sign")
        case Status.ASSESSED if application.is_recommended:
            return "todo", _("Sign or send back: recommended")
        case Status.ASSESSED:
            return "todo", _("Sign or send back: recommended against")
        case Status.ELIGIBLE:
            return "todo", _("Put on a list")
        case Status.INELIGIBLE:
            return "todo", _("Decide: assessed as not eligible")
        case Status.OBJECTED:
            return "ask", _("Decide: a Member State objects")
        case Status.CLEARED:
            return "todo", _("Accredit")
        case Status.CIRCULATED:
            return "wait", _("With Member States")
        case Status.ACCREDITED:
            return "done", application.get_status_display()
    return "ended", application.get_status_display()


DOTS = {
    PrivateFile.Scan.CLEAN: "ok",
    PrivateFile.Scan.NOT_SCANNED: "ok",
    PrivateFile.Scan.WAITING: "half",
    PrivateFile.Scan.ERROR: "half",
    PrivateFile.Scan.INFECTED: "bad",
}


def seats(application):
    """A dot for each document given, and the words for those who do not see dots."""
    dots = ["bad" if erased_at else DOTS[state] for state, erased_at in application.scans]
    numbers = {"open": dots.count("ok"), "all": len(dots)}
    return {
        "dots": dots,
        "seats": _("%(open)s of %(all)s documents can be opened") % numbers,
        "seats_short": _("%(open)s of %(all)s") % numbers,
    }


def due(application):
    """``(tone, first line, second line)`` of the column “Due”."""
    at = application.due_at
    if at is None:
        return "", "–", ""
    zone = application.forum.time_zone
    if at <= clock.now():
        return "bad", _("%(time)s late") % {"time": span(clock.now() - at)}, times.day_and_clock(at, zone)
    tone = "warn" if times.is_soon(at) else ""
    return tone, times.time_left(at), times.day_and_clock(at, zone)


def span(length):
    """“5 hours”, “3 days”."""
    hours = int(length.total_seconds() // 3600)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}


def table(applications, user, *, kept, by_need=False, alike=None):
    """What ``admin/desk/queue_rows.html`` shows of ``queue.rows``: texts alone, so that a row costs little.

    ``alike`` says which look like another (see ``likenesses.nearest``).

    ``kept`` are the filters that the review screen hands back; ``by_need`` gives each group its heading.
    """
    query = urlencode({"_changelist_filters": kept})
    review, take = _addresses("change"), _addresses("take")
    kinds, rows, group = dict(OrganizationType.choices), [], None
    select, notes_on = _("Select %(name)s"), _("internal notes on %(name)s")
    for application in applications:
        pk = application.pk
        state, words = to_do(application, user)
        tone, due_in, due_on = due(application)
        is_settled = application.need == REST
        facts = (geography.name_of(application.country_id), str(kinds.get(application.type, "")))
        rows.append(
            {
                "pk": str(pk),
                "name": application.name or application.reference,
                "reference": application.reference,
                "heading": NEEDS[application.need] if by_need and application.need != group else "",
                "select": select % {"name": application.name},
                "review": f"{review(pk)}?{query}",
                "take": take(pk),
                "facts": " · ".join(filter(None, facts)),
                "is_late": application.is_late,
                "tone": tone,
                "due_in": due_in,
                "due_on": due_on,
                "state": state,
                "words": words,
                "match": _match(application, (alike or {}).get(pk)),
                "held_by": str(application.assigned_to or ""),
                "is_settled": is_settled,
                "waiting": "–" if is_settled else span(clock.now() - application.submitted_at),
                "notes": application.note_count,
                "notes_on": notes_on % {"name": application.name} if application.note_count else "",
                **seats(application),
            }
        )
        group = application.need
    return rows


SHORT_KINDS = {
    ReferenceList.Kind.ECOSOC: _lazy("ECOSOC"),
    ReferenceList.Kind.GCM: _lazy("GCM"),
    ReferenceList.Kind.NHRI: _lazy("NHRI"),
    ReferenceList.Kind.FORUM: _lazy("earlier Forum"),
}


def _match(application, alike):
    """``(score, words, name)`` of the nearest name on a reference list, or of an application that looks the same where
    that is nearer; None when there is neither."""
    if alike and alike[0] >= float(application.match_score or 0):
        return str(alike[0]), _("duplicate?"), alike[1]
    if application.match_score is None:
        return None
    return str(application.match_score), str(SHORT_KINDS.get(application.match_kind, "")), application.match_name


def _addresses(name):
    """From the key of an application to an address, worked out once for all rows."""
    before, _key, after = reverse(f"admin:accreditation_application_{name}", args=[0]).rpartition("0")
    return lambda key: f"{before}{key}{after}"
