"""The secretariat's queue: what each application needs, in which order, and the filters that stand in the address.

One table (``TABS``) says which rows make up each queue. A page of it is read in two steps: the keys in order, which an
index gives, then what the rows show (``rows``) for these keys alone.
"""

from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, written
from imrf_portal.counting import count_of, set_of, tallying
from imrf_portal.forum import Call
from imrf_portal.geography import Country
from imrf_portal.officers import forums_of

from . import search, staffing
from .models import (
    Application,
    ApplicationDocument,
    InformationRequest,
    InternalNote,
    LateRequest,
    ListEntry,
    OrganizationType,
    Status,
)

UNDER_REVIEW = (Status.SUBMITTED, Status.ASSESSED)
OURS = (*UNDER_REVIEW, Status.ELIGIBLE, Status.INELIGIBLE, Status.CLEARED, Status.OBJECTED)
"""Statuses in which the next step is the secretariat's."""

LATE, ANSWERED, ASSESS, SIGN, OBJECTED, DECIDE, LIST, WAITING, REST = range(9)
NEEDS = {
    LATE: _("Late"),
    ANSWERED: _("Answered, not read yet"),
    ASSESS: _("To assess"),
    SIGN: _("Second signature"),
    OBJECTED: _("Objected to"),
    DECIDE: _("To decide"),
    LIST: _("To put on a list"),
    WAITING: _("With the applicant or Member States"),
    REST: _("Settled"),
}
"""Groups of the queue, most urgent first."""


@cache
def asks_late():
    """Somebody asked to submit or to answer late, and nobody has decided."""
    return Q(pk__in=set_of(LateRequest.objects.filter(decided_at=None).values("application")))


@cache
def is_answered():
    return Q(pk__in=set_of(InformationRequest.objects.exclude(answered_at=None).values("application")))


def is_overdue():
    """Late: somebody asks for more time, the applicant did not answer in time, or our own review should have ended."""
    asked, review = _late_at(clock.now())
    return asked | review


def is_work():
    """The next step is ours, or late: a review that should have ended is ours in any case, so it is not looked for."""
    asked, _review = _late_at(clock.now())
    return Q(status__in=OURS) | asked


@lru_cache(maxsize=16)
def _late_at(moment):
    """What is late on the applicant's side, and what on ours."""
    unanswered = InformationRequest.objects.filter(answered_at=None, closed_at=None, answer_by__lte=moment)
    ended = Call.objects.filter(review_ends_at__lte=moment)
    return (
        asks_late() | Q(status=Status.RETURNED, pk__in=set_of(unanswered.values("application"))),
        Q(status__in=UNDER_REVIEW, call__in=set_of(ended.values("pk"))),
    )


TABS = {
    "work": (_("Work to do"), lambda user: is_work()),
    "unassigned": (_("New"), lambda user: Q(status=Status.SUBMITTED, assigned_to=None)),
    "mine": (_("Mine"), lambda user: Q(assigned_to=user, status__in=[*UNDER_REVIEW, Status.RETURNED])),
    "answered": (_("Answered"), lambda user: Q(status=Status.SUBMITTED) & is_answered()),
    "second": (_("Second signature"), lambda user: Q(status=Status.ASSESSED)),
    "overdue": (_("Overdue"), lambda user: is_overdue()),
    "waiting": (_("With the applicant"), lambda user: Q(status=Status.RETURNED)),
    "late": (_("Late requests"), lambda user: asks_late()),
    "to_circulate": (_("To circulate"), lambda user: Q(status=Status.ELIGIBLE)),
    "objected": (_("Objected to"), lambda user: Q(status=Status.OBJECTED)),
    "to_decide": (_("To decide"), lambda user: Q(status__in=[Status.CLEARED, Status.INELIGIBLE])),
    "all": (_("All"), lambda user: Q()),
}
"""The queues: name in the address, label, and which rows.

The conditions read an index and the few rows of the side tables, never one row of these for each application.
"""

PER_PAGE = 50
AROUND = 25
"""Rows beside a page in which “previous” and “next” are looked for."""
ORDERS = {
    "need": ("need", F("due_at").asc(nulls_last=True), "submitted_at", "pk"),
    "name": ("name", "pk"),
    "received": ("submitted_at", "pk"),
    "newest": ("-submitted_at", "-pk"),
}


def with_need(applications):
    """``applications`` with ``need``, the group of the queue, and ``due_at``."""
    return with_due(applications).annotate(
        need=Case(
            When(is_overdue(), then=Value(LATE)),
            When(is_answered(), status=Status.SUBMITTED, then=Value(ANSWERED)),
            When(status=Status.SUBMITTED, then=Value(ASSESS)),
            When(status=Status.ASSESSED, then=Value(SIGN)),
            When(status=Status.OBJECTED, then=Value(OBJECTED)),
            When(status__in=[Status.CLEARED, Status.INELIGIBLE], then=Value(DECIDE)),
            When(status=Status.ELIGIBLE, then=Value(LIST)),
            When(status__in=[Status.RETURNED, Status.CIRCULATED], then=Value(WAITING)),
            default=Value(REST),
            output_field=IntegerField(),
        )
    )


def with_due(applications):
    """``applications`` with ``due_at``: until when the applicant may answer, or the review should end."""
    requests = InformationRequest.objects.filter(application=OuterRef("pk"), answered_at=None, closed_at=None)
    return applications.annotate(
        due_at=Case(
            When(status=Status.RETURNED, then=Subquery(requests.order_by().values("answer_by")[:1])),
            When(status__in=UNDER_REVIEW, then=F("call__review_ends_at")),
            output_field=DateTimeField(),
        )
    )


def described(applications):
    """``applications`` with what a row says of each: ``due_at``, ``answered_at``, ``asks_late`` and ``note_count``."""
    answered = InformationRequest.objects.filter(application=OuterRef("pk")).exclude(answered_at=None)
    late = LateRequest.objects.filter(application=OuterRef("pk"), decided_at=None)
    notes = InternalNote.objects.filter(application=OuterRef("pk")).order_by().values("application")
    return with_due(applications).annotate(
        answered_at=Subquery(answered.order_by("-answered_at").values("answered_at")[:1]),
        asks_late=Exists(late),
        note_count=Subquery(notes.annotate(total=Count("pk")).values("total")),
    )


def visible(user):
    return Application.objects.visible_to(user)


def counts(user, *, forum=None):
    """How many applications stand in each queue: one statement."""

    def write():
        rows = visible(user) if forum is None else visible(user).filter(forum=forum)
        return tallying(rows, [rule(user) or None for _label, rule in TABS.values()])

    found = written.rows_of(user, ("counts", forum and forum.pk), write)
    return dict(zip(TABS, found[0], strict=True)) if found else dict.fromkeys(TABS, 0)


def for_page(user):
    """Applications for a page about one of them, with whether there are questions (``was_asked``) and places on lists
    (``is_listed``) to read."""
    asked = InformationRequest.objects.filter(application=OuterRef("pk"))
    listed = ListEntry.objects.filter(application=OuterRef("pk"))
    rows = described(visible(user)).annotate(was_asked=Exists(asked), is_listed=Exists(listed))
    return rows.select_related("country", "forum", "call__forum", "assigned_to", "recommended_by", "verdict")


SHOWN = (
    *("reference", "name", "type", "country", "status", "submitted_at", "is_late", "is_recommended", "recommended_by"),
    *("forum__time_zone", "assigned_to__name", "assigned_to__email", "verdict__is_disputed", "verdict__claimed_entry"),
)
"""What a row of the table reads, besides ``described``; the long answers stay where they are."""


NEAREST = KeyTransform("0", KeyTransform("matches", "verdict__evidence"))
BEST_MATCH = {
    name: KeyTextTransform(key, NEAREST)
    for name, key in (("match_score", "score"), ("match_name", "matched_name"), ("match_kind", "list_kind"))
}
"""Of the nearest name on a reference list, as the route finder answered; the rest of the evidence stays where it is."""


def rows(chosen):
    """The applications of ``QueueFilters.keys``, in this order, as a row of the table shows them: two statements.

    Each has ``need``, and ``scans``: of each document that stands its state at the virus check and when it was erased.
    """
    needs = dict(chosen)
    found = described(Application.objects.filter(pk__in=needs)).annotate(**BEST_MATCH).only(*SHOWN)
    found = found.select_related("forum", "assigned_to", "verdict").order_by().in_bulk()
    for key, application in found.items():
        application.need, application.scans = needs[key], []
    documents = ApplicationDocument.objects.filter(application__in=found, replaced_at=None)
    for key, *scan in documents.values_list("application", "file__scan_state", "file__erased_at"):
        found[key].scans.append(scan)
    return [found[key] for key in needs if key in found]


CHOICES = {
    "status": dict(Status.choices),
    "group": {**dict(Country.RegionalGroup.choices), "none": _("No regional group")},
    "type": {**dict(OrganizationType.choices), "none": _("Not said")},
    "language": dict(settings.LANGUAGES),
    "assigned": {"me": _("Me"), "nobody": _("Nobody"), "others": _("Others")},
}
LABELS = {
    "forum": _("Forum"),
    "status": _("Status"),
    "group": _("Regional group"),
    "type": _("Type"),
    "language": _("Language"),
    "assigned": _("Held by"),
}


@dataclass(frozen=True)
class QueueFilters:
    """What the address of the queue asks for; anything unknown in it is left out."""

    tab: str = "work"
    q: str = ""
    chosen: dict = field(default_factory=dict)
    late: bool = False
    order: str = "need"
    page: int = 1

    @classmethod
    def read(cls, query, forums=None):
        """From the address; ``forums`` are those a filter may name. None: any, one that is not there finds nothing."""
        slugs = query.getlist("forum") if forums is None else [forum.slug for forum in forums]
        chosen = {
            name: tuple(value for value in dict.fromkeys(query.getlist(name)) if value in known)
            for name, known in {"forum": slugs, **CHOICES}.items()
        }
        page = query.get("page", "1")
        return cls(
            tab=query.get("tab") if query.get("tab") in TABS else "work",
            q=query.get("q", "").strip()[:200],
            chosen={name: values for name, values in chosen.items() if values},
            late=query.get("late") == "1",
            order=query.get("order") if query.get("order") in ORDERS else "need",
            page=(int(page) or 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def address(self, **changes):
        """The query string of these filters, changed by ``changes``; page 1 unless said."""
        wanted = replace(self, **{"page": 1, **changes})
        query = QueryDict(mutable=True)
        query["tab"] = wanted.tab
        if wanted.q:
            query["q"] = wanted.q
        for name, values in wanted.chosen.items():
            query.setlist(name, values)
        if wanted.late:
            query["late"] = "1"
        if wanted.order != "need":
            query["order"] = wanted.order
        if wanted.page != 1:
            query["page"] = str(wanted.page)
        return query.urlencode()

    def without(self, name, value):
        values = tuple(kept for kept in self.chosen[name] if kept != value)
        return {**{key: kept for key, kept in self.chosen.items() if key != name}, **({name: values} if values else {})}

    def matching(self, user):
        """The rows asked for, in no order."""
        rows = visible(user).filter(TABS[self.tab][1](user))
        for name, values in self.chosen.items():
            rows = rows.filter(_condition(name, values, user))
        if self.late:
            rows = rows.filter(is_late=True)
        return search.select(rows, self.q)

    def select(self, user):
        """The rows asked for, in order."""
        return self.in_order(self.matching(user))

    def in_order(self, rows):
        return (with_need(rows) if self.order == "need" else rows).order_by(*ORDERS[self.order])

    def keys(self, user):
        """Pairs of key and group (``need``; None in another order), in order: what ``rows`` reads the rows of."""
        return self.select(user).values_list(
            "pk", "need" if self.order == "need" else Value(None, output_field=IntegerField())
        )

    def narrows(self):
        """Whether more is asked for than a queue of ``TABS``."""
        return bool(self.q or self.chosen or self.late)

    def place_of(self, application, user):
        """``place``, ``total``, ``previous`` and ``next`` (keys) of an application among these rows: one statement.

        ``total`` is counted ``to_many``. Looks at the page of the address and ``AROUND`` rows before and after it,
        however many there are. When the application is not there, ``place`` is None and ``next`` the first of them.
        """
        start = max((self.page - 1) * PER_PAGE - AROUND, 0)
        stop = self.page * PER_PAGE + AROUND

        def write():
            rows = self.matching(user)
            keys = self.in_order(rows).values_list("pk", count_of(rows, to_many=True))
            return keys[start:stop].query.sql_with_params()

        found = written.rows_of(user, None if self.q else (self.address(), start, stop), write)
        keys = [key for key, _total in found]
        place = keys.index(application.pk) if application.pk in keys else None
        if place is None:
            return {"place": None, "total": 0, "previous": None, "next": keys[0] if keys else None}
        return {
            "place": start + place + 1,
            "total": found[0][1],
            "previous": keys[place - 1] if place else None,
            "next": keys[place + 1] if place + 1 < len(keys) else None,
        }

    def chips(self, forums):
        """Each filter in use: its words and the address without it."""
        titles = {"forum": {forum.slug: forum.short_title for forum in forums}, **CHOICES}
        if self.tab != "all":
            yield TABS[self.tab][0], self.address(tab="all")
        for name, values in self.chosen.items():
            for value in values:
                yield f"{LABELS[name]}: {titles[name][value]}", self.address(chosen=self.without(name, value))
        if self.late:
            yield _("Accepted late"), self.address(late=False)
        if self.q:
            yield f"“{self.q}”", self.address(q="")


def _condition(name, values, user):
    if name == "forum":
        return Q(forum__slug__in=values)
    if name == "assigned":
        rules = {
            "me": Q(assigned_to=user),
            "nobody": Q(assigned_to=None),
            "others": Q(assigned_to__isnull=False) & ~Q(assigned_to=user),
        }
        condition = Q()
        for value in values:
            condition |= rules[value]
        return condition
    if name == "group":
        groups = ["" if value == "none" else value for value in values]
        return Q(country__regional_group__in=groups) | (Q(country=None) if "none" in values else Q(pk=None))
    if name == "language":
        return staffing.writes_in(values)
    if name == "type":
        values = ["" if value == "none" else value for value in values]
    return Q(**{f"{name}__in": values})


def all_forums(user):
    """This officer's Forums, each with ``has_applications``."""
    return list(forums_of(user).annotate(has_applications=Exists(Application.objects.filter(forum=OuterRef("pk")))))


def forums(user):
    """This officer's Forums with applications, to filter by."""
    return [forum for forum in all_forums(user) if forum.has_applications]
