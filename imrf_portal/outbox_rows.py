"""The outbox as a table: which letters a tab shows, what the address filters, and the state of each in words."""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Max, Min, Q, When
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import clock, mail, mail_problems
from .outbox import BOUNCED, DID_NOT_ARRIVE, DISCARDED, FAILED, HELD, QUEUED, SENT
from .times import HEADQUARTERS

PER_PAGE = 50
TABS = {
    "look": (_("To look at"), (*DID_NOT_ARRIVE, HELD, QUEUED)),
    "failed": (_("Did not arrive"), DID_NOT_ARRIVE),
    "waiting": (_("Waiting"), (QUEUED,)),
    "held": (_("On hold"), (HELD,)),
    "discarded": (_("Discarded"), (DISCARDED,)),
    "sent": (_("Sent"), (SENT,)),
    "all": (_("All"), (*DID_NOT_ARRIVE, HELD, QUEUED, DISCARDED, SENT)),
}
CHIPS = {QUEUED: "progress", HELD: "ask", SENT: "done", FAILED: "fix", BOUNCED: "fix", DISCARDED: "wait"}
"""The chip of each state."""
FAILURES_FIRST = Case(When(state__in=DID_NOT_ARRIVE, then=0), default=1).asc()


@dataclass(frozen=True)
class OutboxFilters:
    """What the address of the outbox asks for; anything unknown in it is left out."""

    tab: str = "look"
    q: str = ""
    kind: str = ""
    key: str = ""
    page: str = "1"

    @classmethod
    def read(cls, query):
        return cls(
            tab=query.get("tab") if query.get("tab") in TABS else "look",
            q=query.get("q", "").strip().replace("\x00", "")[:200],
            kind=query.get("kind", "").replace("\x00", "")[:80],
            key=query.get("key", "").replace("\x00", "")[:80],
            page=query.get("page", "1"),
        )

    def address(self, **changes):
        wanted = replace(self, **{"page": "1", **changes})
        query = QueryDict(mutable=True)
        query["tab"] = wanted.tab
        for name in ("q", "kind", "key"):
            if value := getattr(wanted, name):
                query[name] = value
        if wanted.page != "1":
            query["page"] = wanted.page
        return query.urlencode()

    def select(self, user):
        """The letters asked for, newest first; what did not arrive stands before the rest."""
        letters = mail.readable_by(user).filter(state__in=TABS[self.tab][1])
        if self.kind:
            letters = letters.filter(template=self.kind)
        if self.key:
            letters = letters.filter(key__startswith=f"{self.key}:")
        for word in self.q.split()[:6]:
            letters = letters.filter(
                Q(subject__icontains=word) | Q(to__icontains=word) | Q(about__icontains=word)
                | Q(recipient__name__icontains=word)
            )  # fmt: skip
        return letters.select_related("recipient", "stopped_by").order_by(FAILURES_FIRST, "-written_at", "-pk")


def figures(user):
    """How many letters stand in each tab, and how the posting goes: one statement."""
    midnight = clock.now().astimezone(ZoneInfo(HEADQUARTERS)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = mail.readable_by(user).aggregate(
        **{f"tab_{name}": Count("pk", filter=Q(state__in=states)) for name, (_label, states) in TABS.items()},
        last_sent=Max("sent_at"),
        sent_today=Count("pk", filter=Q(sent_at__gte=midnight)),
        oldest_due=Min("due_at", filter=Q(state=QUEUED, due_at__lte=clock.now())),
    )
    return {
        "tabs": {name: rows.pop(f"tab_{name}") for name in TABS},
        "late": rows["oldest_due"] is not None and clock.now() - rows["oldest_due"] > timedelta(minutes=5),
        **rows,
    }


def kind_in_words(template):
    return template.replace("_", " ").capitalize()


def row_of(letter):
    """What the table says of one letter."""
    return {
        "letter": letter,
        "kind": kind_in_words(letter.template),
        "chip": CHIPS[letter.state],
        "words": state_in_words(letter),
        "age": age_of(letter),
    }


def age_of(letter):
    """“5 minutes”, “3 days”: since the letter was written."""
    return span(clock.now() - letter.written_at)


def span(length):
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 120:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d day", "%(count)d days", minutes // 1440) % {"count": minutes // 1440}


def state_in_words(letter):
    """The state with who, why and what follows."""
    problem = mail_problems.words_of(letter.last_error)
    match letter.state:
        case "queued" if letter.attempts and problem:
            return _t("Tried again by itself. %(problem)s") % {"problem": problem}
        case "queued":
            return _t("Goes at its hour") if letter.due_at > clock.now() else _t("Goes in a moment")
        case "failed":
            return _t("Failed: %(problem)s") % {"problem": problem}
        case "bounced":
            return _t("Came back: %(problem)s") % {"problem": problem}
        case "held" | "discarded" if letter.stopped_by:
            words = f"{letter.get_state_display()}: {letter.stopped_by}"
            return f"{words}, {letter.stop_reason}" if letter.stop_reason else words
    return str(letter.get_state_display())
