"""What the public pages show of Forums, read with a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import DateField, DateTimeField, F, Value
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from . import clock, times, written
from .deadlines import Window
from .forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate


@dataclass
class Meeting:
    """A Forum with the windows of its Calls, as the public sees it."""

    forum: Forum
    windows: dict[str, Window]

    @cached_property
    def application_window(self):
        return self.windows.get(Call.Kind.SPECIAL_ACCREDITATION)

    @property
    def is_over(self):
        ends_on = self.forum.ends_on or self.forum.starts_on
        return ends_on is not None and clock.now().date() > ends_on

    @property
    def last_day(self):
        """“26 January”, the day on which applications close at the host's place."""
        return times.day_and_month(self.application_window.closes_at, self.forum.time_zone)

    @property
    def state(self):
        """The chip of the list of meetings: the value of ``data-state`` and the words."""
        window = self.application_window
        if window and window.is_open():
            return "progress", _("Open until %(day)s") % {"day": self.last_day}
        if window and window.not_yet_open():
            return "todo", _("Applications not open yet")
        if self.is_over:
            return "wait", _("Past meeting")
        return ("wait", _("Applications closed")) if window else ("todo", _("Call not announced yet"))


def published():
    """The published Forums, the latest first, each as a ``Meeting``: two statements."""
    forums = list(Forum.objects.filter(is_published=True))
    windows = {forum.pk: {} for forum in forums}
    for call in Call.objects.filter(forum__in=forums).select_related("forum"):
        windows[call.forum_id][call.kind] = call.window()
    meetings = [Meeting(forum, windows[forum.pk]) for forum in forums]
    return {"all": meetings, "open": _most_pressing(meetings)}


def _most_pressing(meetings):
    """The open call that closes first; else the one that opens next; else none."""
    windows = [(m, m.application_window) for m in meetings if m.application_window]
    still_open = [(w.closes_at, m.forum.pk, m) for m, w in windows if w.is_open()]
    to_come = [(w.opens_at, m.forum.pk, m) for m, w in windows if w.not_yet_open()]
    return min(still_open or to_come, default=(None, None, None), key=lambda entry: entry[:2])[2]


def page_of(slug):
    """What the page of one published Forum shows: four statements at any size. Raises ``Http404``."""
    forum, routes = _forum_with_routes(slug)
    calls, documents = _calls_with_documents(forum)
    changes, announcements = _news(forum)
    return {
        "forum": forum,
        "meeting": Meeting(forum, {kind: call.window() for kind, call in calls.items()}),
        "call": calls.get(Call.Kind.SPECIAL_ACCREDITATION),
        "routes": routes,
        "documents": documents,
        "dates": _calendar(forum),
        "changes": changes,
        "changed": {change.field: change for change in reversed(changes) if change.field},
        "announcements": announcements,
    }


ROUTE = ("route", "registers_here", "office", "office_url", "words")


def _forum_with_routes(slug):
    rows = written.found(_forums_and_routes, slug)
    if not rows:
        raise Http404
    order = list(ForumRoute.Route)
    routes = [ForumRoute(**{name: getattr(row, f"route_{name}") for name in ROUTE}) for row in rows if row.route_route]
    return rows[0], sorted(routes, key=lambda route: order.index(route.route))


def _forums_and_routes(slug):
    routes = {f"route_{name}": F(f"routes__{name}") for name in ROUTE}
    return Forum.objects.filter(slug=slug, is_published=True).annotate(**routes)


def _calls_with_documents(forum):
    calls, documents = {}, []
    for row in written.found(_calls_and_documents, forum.pk):
        row.forum = forum
        calls.setdefault(row.kind, row)
        if row.document_kind and row.kind == Call.Kind.SPECIAL_ACCREDITATION:
            documents.append(
                CallDocument(kind=row.document_kind, help_text=row.document_help, is_required=row.document_required)
            )
    return calls, documents


def _calls_and_documents(forum):
    rows = Call.objects.filter(forum=forum).annotate(
        document_kind=F("documents_asked__kind"),
        document_help=F("documents_asked__help_text"),
        document_required=F("documents_asked__is_required"),
    )
    return rows.order_by("kind", "-documents_asked__kind")


def _calendar(forum):
    """The key dates, each with its ``state``: done, now (the next), or nothing."""
    dates = written.found(lambda forum: KeyDate.objects.filter(forum=forum), forum.pk)
    today, found_next = clock.now(), False
    for entry in dates:
        entry.state = ""
        if _has_passed(entry, today):
            entry.state = "done"
        elif not found_next and (entry.at or entry.on):
            entry.state, found_next = "now", True
    return dates


def _has_passed(entry, now):
    if entry.at:
        return entry.at <= now
    last = entry.until_on or entry.on
    return last is not None and last < now.date()


@dataclass
class Change:
    """A date that was moved, as the public page shows it: old, new and why. ``None`` means to be announced."""

    what: str
    reason: str
    changed_at: datetime
    old_at: datetime | None
    new_at: datetime | None
    old_on: date | None
    new_on: date | None
    forum: Forum

    @property
    def field(self):
        """The date of the Forum itself that moved: ``starts_on``, ``ends_on``, ``hearing_on``; empty for another."""
        if self.new_on is None:
            return ""
        return next(
            (name for name in ("starts_on", "ends_on", "hearing_on") if getattr(self.forum, name) == self.new_on), ""
        )


def _news(forum):
    """Changes of dates and announcements in one statement, each the latest first."""
    rows = sorted(written.found(_changes_and_announcements, forum.pk), key=lambda row: row[2], reverse=True)
    return (
        [Change(*row[:7], forum=forum) for row in rows if row[7] == "change"],
        [Announcement(title=row[0], body=row[1], published_at=row[2]) for row in rows if row[7] == "announcement"],
    )


def _changes_and_announcements(forum):
    nothing_at, nothing_on = Value(None, output_field=DateTimeField()), Value(None, output_field=DateField())
    changes = (
        DateChange.objects.filter(forum=forum)
        .order_by()
        .values_list("what", "reason", "changed_at", "old_at", "new_at", "old_on", "new_on", Value("change"))
    )
    announcements = (
        Announcement.objects.filter(forum=forum, published_at__lte=clock.now())
        .order_by()
        .values_list(
            "title", "body", "published_at", nothing_at, nothing_at, nothing_on, nothing_on, Value("announcement")
        )
    )
    return changes.union(announcements, all=True)
