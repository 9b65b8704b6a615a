"""What falls due because time passed. Every function may run late, twice, or in two workers: each effect happens once,
stamped with the instant it fell due. Source: product rules “Time”.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from imrf_portal import audit, clock, files, mail, retention
from imrf_portal.forum import Call

from .erasing import forget_letters
from .models import Application, ApplicationDocument, Extension, HomepageCheck, InformationRequest, Status
from .search import words_of
from .visibility import ANSWERS
from .workflow import MACHINE, locked, tell

logger = logging.getLogger(__name__)
DRAFT_REMINDERS = {"7d": timedelta(days=7), "48h": timedelta(hours=48), "6h": timedelta(hours=6)}
"""How long before the call closes those who have something unsent are reminded (T-A50)."""

ANSWER_REMINDERS = {"48h": timedelta(hours=48), "6h": timedelta(hours=6)}
"""How long before the answer date an unanswered question is repeated."""


def due_reminder(reminders, deadline):
    """The reminder that is due now for ``deadline``: the last one reached, so that a late worker sends one, not three.

    None before the first and from the deadline on.
    """
    now = clock.now()
    if now >= deadline:
        return None
    reached = [name for name, lead in reminders.items() if now >= deadline - lead]
    return min(reached, key=lambda name: reminders[name], default=None)


def remind_drafts():
    """Remind those with a draft, or with changes they have not sent, before their call closes; returns how many."""
    sent = _remind_those_with_more_time()
    now = clock.now()
    for call in Call.objects.filter(
        kind=Call.Kind.SPECIAL_ACCREDITATION, opens_at__lte=now, closes_at__gt=now
    ).select_related("forum"):
        name = due_reminder(DRAFT_REMINDERS, call.closes_at)
        if name is None:
            continue
        unsent = (
            Application.objects.filter(call=call, status__in=[Status.DRAFT, Status.SUBMITTED])
            .annotate(sent_revision=Max("versions__revision"))
            .exclude(status=Status.SUBMITTED, sent_revision=F("revision"))
            .exclude(pk__in=open_after_the_close())
            .select_related("applicant", "forum")
        )
        key = f"draft_reminder:{name}:{call.closes_at:%Y%m%d%H%M}"
        written = _written(key)
        for application in unsent.iterator(chunk_size=200):
            if f"{key}:{application.pk}" not in written:
                tell(application, "draft_reminder", key=key, closes_at=call.closes_at)
                sent += 1
    return sent


def _remind_those_with_more_time():
    """The same for drafts with an extension of their own, by its end."""
    sent = 0
    given = Extension.objects.filter(open_until__gt=clock.now(), application__status=Status.DRAFT)
    for extension in given.select_related("application__applicant", "application__forum"):
        name = due_reminder(DRAFT_REMINDERS, extension.open_until)
        key = f"draft_reminder:{name}:{extension.open_until:%Y%m%d%H%M}"
        if name and f"{key}:{extension.application_id}" not in _written(key):
            tell(extension.application, "draft_reminder", key=key, closes_at=extension.open_until)
            sent += 1
    return sent


def _written(key):
    return set(mail.OutgoingMail.objects.filter(key__startswith=f"{key}:").values_list("key", flat=True))


def remind_unanswered():
    """Repeat questions that wait for an answer, before their date; returns how many letters were written."""
    sent = 0
    waiting = InformationRequest.objects.filter(
        answered_at=None, closed_at=None, answer_by__gt=clock.now(), application__status=Status.RETURNED
    ).select_related("application__applicant", "application__forum")
    for request in waiting:
        name = due_reminder(ANSWER_REMINDERS, request.answer_by)
        key = f"information_reminder:{request.pk}:{name}:{request.answer_by:%Y%m%d%H%M}"
        if name and not _written(key):
            tell(request.application, "information_reminder", key=key, request=request)
            sent += 1
    return sent


def close_unanswered():
    """Close applications whose answer date passed without an answer; returns how many."""
    closed = 0
    for request in InformationRequest.objects.filter(
        answered_at=None, closed_at=None, answer_by__lte=clock.now(), application__status=Status.RETURNED
    ).select_related("application"):
        with transaction.atomic():
            application = locked(request.application)
            if not InformationRequest.objects.filter(
                pk=request.pk, answered_at=None, closed_at=None, answer_by__lte=clock.now()
            ).update(closed_at=F("answer_by")):
                continue
            if application.status != Status.RETURNED:
                continue
            MACHINE.perform("close_unanswered", application, by=None, happened_at=request.answer_by)
            tell(application, "application_closed", key=f"application.closed:{request.pk}", request=request)
            closed += 1
    return closed


ANSWERS_ERASED = {name: "" for name in ANSWERS if name not in {"name", "country", "type", "declared"}}
"""The answers that go with an erased draft; the name goes too."""


def open_after_the_close():
    """The applications that may still be sent: granted late, or given more time alone."""
    now = clock.now()
    return Application.objects.filter(
        Q(late_requests__is_granted=True, late_requests__open_until__gt=now) | Q(extensions__open_until__gt=now)
    ).values("pk")


def erase_old_drafts():
    """Erase the answers and files of drafts that were never sent, when their days after the close are over (T-A50).

    A hold keeps a draft; an event says so. Returns how many were erased.
    """
    erased = 0
    for call in Call.objects.filter(closes_at__lte=clock.now()).select_related("forum"):
        if clock.now() < call.drafts_end_at():
            continue
        for application in Application.objects.filter(
            call=call, status__in=[Status.DRAFT, Status.WITHDRAWN], submitted_at=None, erased_at=None
        ).exclude(pk__in=open_after_the_close()):
            if retention.is_held(application, what="draft"):
                continue
            with transaction.atomic():
                blank = {**ANSWERS_ERASED, "name": ""}
                Application.objects.filter(pk=application.pk).update(
                    **blank,
                    search_words=words_of(application, **blank),
                    status=Status.WITHDRAWN,
                    erased_at=clock.now(),
                )
                for document in ApplicationDocument.objects.filter(application=application).select_related("file"):
                    files.erase(document.file, by=None)
                HomepageCheck.objects.filter(application=application).delete()
                forget_letters(application)
                type(application.organization).objects.filter(pk=application.organization_id).update(name="")
                audit.record(
                    "application.erase_draft",
                    application,
                    by=None,
                    before=application.status,
                    after=Status.WITHDRAWN,
                    happened_at=call.drafts_end_at(),
                )
            erased += 1
    return erased


TELLS_THE_STATUS = (
    *(f"application.{name}" for name in MACHINE.transitions),
    "application.start",
    "application.erase_draft",
    "application.separate",
)
"""The verbs of events whose ``after`` is a status."""


def states_without_event():
    """Applications whose status no event explains: a row was changed around the verbs (T-S34).

    Each has ``told``: the status that its last event left it in, or None.
    """
    told = (
        audit.Event.objects.filter(
            subject_type=Application._meta.label_lower,
            subject_id=Cast(OuterRef("pk"), CharField()),
            verb__in=TELLS_THE_STATUS,
        )
        .order_by("-pk")
        .values("after")[:1]
    )
    return Application.objects.annotate(told=Subquery(told)).exclude(told=F("status")).order_by("pk")


def report_states_without_event():
    """Record and log each unexplained status, once; return how many were new."""
    reported = 0
    for application in states_without_event():
        known = audit.Event.objects.about(application).filter(verb="application.status_unexplained").first()
        if known and known.after == application.status:
            continue
        audit.record(
            "application.status_unexplained",
            application,
            by=None,
            before=application.told or "",
            after=application.status,
            internal=True,
        )
        logger.error("No event explains the status “%s” of %s", application.status, application.reference)
        reported += 1
    return reported
