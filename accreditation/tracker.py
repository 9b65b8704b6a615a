"""Where an application stands, in the words of its applicant: who holds it, the next date, the way it goes, history.

Only what an applicant may know: nothing here tells an assessment, an objection or the name of an officer.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.deadlines import Window

from . import drafting
from .models import InformationRequest, StakeholderList, Status

YOU = _("You")
SECRETARIAT = _("The secretariat")
STATES = _("Member States")
NOBODY = _("Nobody: it is decided")

_WITH_SECRETARIAT = (Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE, Status.CLEARED, Status.OBJECTED)
_ENDED = (Status.ACCREDITED, Status.NOT_ACCREDITED, Status.REVOKED, Status.CLOSED, Status.WITHDRAWN)


@dataclass(frozen=True)
class Standing:
    """Who holds the application now, and what comes next: ``next_at`` is None while no date is announced."""

    holder: str
    next_words: str
    next_at: datetime | None
    chip: str


def standing(application, *, request=None, period_ends_at=None, late=None):
    """The ``Standing`` of an application; ``request`` is its open information request, ``period_ends_at`` the end of
    the time that Member States have, ``late`` its permission to be sent after the close."""
    status, call = application.status, application.call
    still_open = call.window().is_open()
    match status:
        case Status.DRAFT if still_open or call.window().not_yet_open():
            return Standing(YOU, _("Send it before the call closes"), call.closes_at, "progress")
        case Status.DRAFT if late:
            return Standing(YOU, _("You have more time; send it before"), late.open_until, "progress")
        case Status.DRAFT:
            return Standing(YOU, _("Not sent; erased on"), call.drafts_end_at(), "wait")
        case Status.RETURNED:
            return Standing(YOU, _("Answer our questions by"), request.answer_by if request else None, "ask")
        case Status.SUBMITTED if still_open:
            return Standing(SECRETARIAT, _("You can change it until"), call.closes_at, "done")
        case Status.CIRCULATED:
            return Standing(STATES, _("Their time to consider the list ends"), period_ends_at, "progress")
        case Status.ACCREDITED:
            return Standing(NOBODY, "", None, "done")
        case _ if status in _ENDED:
            return Standing(NOBODY, "", None, "wait")
    return Standing(SECRETARIAT, _("We expect to have read all applications by"), call.review_ends_at, "progress")


@dataclass(frozen=True)
class Stage:
    """One stage of the way: ``state`` is done, now, wait or empty."""

    name: str
    state: str
    at: datetime | None = None
    note: str = ""


def stages(application, *, request=None, period_ends_at=None):
    """The five stages from sending to the final list."""
    status = application.status
    place = _place(status)
    names = (
        _("Sent"),
        _("Documents checked"),
        _("On the proposed list"),
        _("Considered by Member States"),
        _("Final list"),
    )
    found = []
    for number, name in enumerate(names):
        state = "done" if number < place else ("now" if number == place else "")
        note, at = "", None
        if number == 0 and application.submitted_at:
            at = application.submitted_at
        elif number == place and status == Status.RETURNED:
            state, note = "wait", _("Waiting for you")
        elif number == 3 and place == 3 and period_ends_at:
            at = period_ends_at
        elif number == 4 and application.decided_at:
            at = application.decided_at
        elif number >= place:
            note = _("Date to be announced") if number > place else _("Now")
        found.append(Stage(name, state, at, note))
    return found


def _place(status):
    """The number of the stage an application is in; 5 when all are behind it."""
    if status == Status.DRAFT:
        return 0
    if status in (Status.CIRCULATED,):
        return 3
    if status in (Status.CLEARED, Status.OBJECTED):
        return 4
    if status in (Status.ACCREDITED, Status.NOT_ACCREDITED, Status.REVOKED):
        return 5
    return 1


def clock_shown(application, *, request=None, late=None):
    """The window that counts for this applicant now: the own time to answer, the late permission, or the Call's."""
    if application.status == Status.RETURNED and request:
        return Window(str(_("Your time to answer")), request.asked_at, request.answer_by, application.forum.time_zone)
    if late:
        return drafting.late_window(application, late)
    return application.call.window()


def open_requests(applications):
    """``{application pk: open information request}`` in one statement; none when no application waits."""
    waiting = [application.pk for application in applications if application.status == Status.RETURNED]
    if not waiting:
        return {}
    found = InformationRequest.objects.filter(application__in=waiting, answered_at=None, closed_at=None)
    return {request.application_id: request for request in found}


def periods(applications):
    """``{application pk: end of the time of Member States}`` in one statement; none when nothing is circulated."""
    circulated = [application.pk for application in applications if application.status == Status.CIRCULATED]
    if not circulated:
        return {}
    lists = StakeholderList.objects.filter(entries__application__in=circulated).exclude(circulated_at=None)
    return dict(lists.order_by("circulated_at").values_list("entries__application", "closes_at"))


WORDS = {
    "application.start": _("You began the application"),
    "application.submit": _("You sent the application"),
    "application.attach": _("You added a document"),
    "application.detach": _("You removed a document"),
    "application.waive": _("We do not ask one thing of you"),
    "application.withdraw": _("You withdrew the application"),
    "application.restore": _("You took the withdrawal back"),
    "application.request_information": _("We asked you for something"),
    "application.answer": _("You answered our questions"),
    "application.close_duplicate": _("Joined with another application of your organization"),
    "application.separate": _("Given back: the two applications are not of one organization"),
    "application.close_unanswered": _("The time to answer passed; the application was closed"),
    "application.reinstate": _("We opened the application again"),
    "application.ask_late": _("You asked for a late submission"),
    "application.extend": _("We gave you more time"),
    "application.late_granted": _("Your late submission was allowed"),
    "application.late_refused": _("Your late submission was not allowed"),
    "application.look": _("The secretariat looked at your pages to help you. Reason: %(reason)s"),
    "application.circulate": _("Your name went to Member States with the proposed list"),
    "application.accredit": _("Your organization was accredited"),
    "application.not_accredit": _("Your organization was not accredited"),
    "application.revoke": _("The accreditation was revoked"),
}
"""What an applicant reads of the record, with the reason where the words name it. A verb not here is not told."""


def history(application):
    """What happened, the latest first: pairs of moment and words."""
    events = (
        Event.objects.about(application)
        .public_to_applicant()
        .filter(verb__in=WORDS, happened_at__lte=clock.now())
        .values_list("happened_at", "verb", "reason")
    )
    return [{"at": at, "words": WORDS[verb] % {"reason": reason}} for at, verb, reason in events]
