"""The record of one Mission: its objections, requests, downloads, and what was shown to whom."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import CharField, Prefetch, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.geography import Country
from imrf_portal.users import User

from .mission_pages import EXPORTS, shared_lists
from .models import Objection, ObjectionSupporter, StateRequest

LINES_ON_A_PAGE = 100
SENTENCES = {
    "objection.record": ("rec", gettext_lazy("Your objection to %(name)s was received")),
    "objection.record_letter": ("rec", gettext_lazy("Your objection to %(name)s was entered from a letter")),
    "objection.withdraw": ("rec", gettext_lazy("Your objection to %(name)s was withdrawn")),
    "objection.disown": ("rec", gettext_lazy("A State took its name off the objection to %(name)s")),
    "objection.disclose": ("out", gettext_lazy("The general basis of your objection to %(name)s was shown")),
    "state_request.ask": ("rec", gettext_lazy("You asked about %(name)s: %(what)s")),
    "state_request.release": ("in", gettext_lazy("Shared about %(name)s: %(what)s")),
    "state_request.decline": ("in", gettext_lazy("Not shared about %(name)s: %(what)s")),
    "list.export": ("rec", gettext_lazy("%(name)s, version %(version)s, was downloaded (CSV)")),
    "list.print": ("rec", gettext_lazy("%(name)s, version %(version)s, was opened for print")),
    "list.letter": ("rec", gettext_lazy("The letter with %(name)s, version %(version)s, was downloaded (PDF)")),
    "list.certificate": ("rec", gettext_lazy("The certificate of %(name)s, version %(version)s, was downloaded (PDF)")),
    "user.look": ("in", gettext_lazy("The secretariat looked at your pages to help you. Reason: %(reason)s")),
    "ledger.export": ("rec", gettext_lazy("This record was downloaded (CSV)")),
}
"""The events of a Mission's record: the kind of line, and its words."""


@dataclass
class Line:
    """One line of the record; ``who`` is a delegate's name, the secretariat, or a State."""

    at: object
    kind: str
    words: str
    who: str


def objections_of(user):
    """``(own, named)``: the State's objections, and those of others that name it as long as they stand."""
    state = user.member_state_id
    named = Q(supporters__state=state, supporters__disowned_at=None, status__in=Objection.STANDING)
    rows = (
        Objection.objects.filter(Q(state=state) | named)
        .select_related("entry__country", "entry__stakeholder_list__forum", "state", "withdrawn_by")
        .prefetch_related(
            Prefetch("supporters", ObjectionSupporter.objects.select_related("state").order_by("state__name_en")),
            "contributors",
        )
        .order_by("-received_at", "-pk")
        .distinct()
    )
    return [row for row in rows if row.state_id == state], [row for row in rows if row.state_id != state]


def requests_of(user):
    return (
        StateRequest.objects.filter(state=user.member_state_id)
        .select_related("entry__country", "entry__stakeholder_list__forum", "asked_by")
        .order_by("-asked_at", "-pk")
    )


def record_of(user, page):
    """What the page of the record shows."""
    (own, named), requests = objections_of(user), list(requests_of(user))
    events = Paginator(events_of(user, own, requests), LINES_ON_A_PAGE).get_page(page)
    return {
        "objections": own,
        "named_in": named,
        "requests": requests,
        "page": events,
        "lines": list(lines_of(user, events.object_list, own, requests)),
        "current": shared_lists(user).filter(newer_pk=None, closes_at__gt=clock.now()).first(),
    }


def events_of(user, own, requests):
    """The events behind the lines, newest first; talks and other internal matters are never among them."""
    about = Q(subject_type=Objection._meta.label_lower, subject_id__in=[str(row.pk) for row in own])
    about |= Q(subject_type=StateRequest._meta.label_lower, subject_id__in=[str(row.pk) for row in requests])
    taken = Q(verb__in=EXPORTS, actor__member_state=user.member_state_id)
    delegates = User.objects.filter(member_state=user.member_state_id).annotate(key=Cast("pk", CharField()))
    looked_at = Q(verb="user.look", subject_type=User._meta.label_lower, subject_id__in=delegates.values("key"))
    return (
        Event.objects.filter(about | taken | looked_at, verb__in=SENTENCES, is_internal=False)
        .select_related("actor")
        .order_by("-happened_at", "-pk")
    )


def lines_of(user, events, own, requests):
    """The events in words."""
    names = {(Objection._meta.label_lower, str(row.pk)): (row.entry.name, "") for row in own}
    names |= {
        (StateRequest._meta.label_lower, str(row.pk)): (row.entry.name, row.get_what_display()) for row in requests
    }
    events = list(events)
    shown_to = Country.objects.in_bulk({event.detail["to"] for event in events if "to" in event.detail})
    for event in events:
        kind, sentence = SENTENCES[event.verb]
        name, what = names.get((event.subject_type, event.subject_id), (event.subject_name, ""))
        words = sentence % {
            "name": name,
            "what": what,
            "version": event.detail.get("version", ""),
            "reason": event.reason,
        }
        state = shown_to.get(event.detail.get("to"))
        who = _("To: %(state)s") % {"state": state} if state else _who(user, event)
        yield Line(event.happened_at, kind, words, who)


def _who(user, event):
    if event.actor and event.actor.member_state_id == user.member_state_id:
        return str(event.actor)
    if event.actor and event.actor.member_state_id:
        return _("Another Mission")
    return _("The secretariat")
