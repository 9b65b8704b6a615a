"""The verbs of an application: the only way its status, answers and versions change.

Four doors lead here (pages, admin, commands, sweeps). ``MACHINE.transitions`` is the table of what may happen, from
where, for whom and when (source: product rules “The application”).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, mail, written
from imrf_portal.access import Audience, Capability
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.forum import CallDocument
from imrf_portal.times import at_zone
from imrf_portal.workflow import Machine, Transition

from . import completeness, conflicts, wording
from .models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Extension,
    InformationItem,
    InformationRequest,
    LateRequest,
    Membership,
    StakeholderList,
    Status,
    Waiver,
)
from .visibility import ANSWERS

_S = Status
_WITHDRAWABLE = (
    _S.DRAFT,
    _S.SUBMITTED,
    _S.RETURNED,
    _S.ASSESSED,
    _S.ELIGIBLE,
    _S.INELIGIBLE,
    _S.CIRCULATED,
    _S.CLEARED,
    _S.OBJECTED,
)


def _call_window(application):
    return application.call.window()


MACHINE = Machine(
    "application",
    {
        "submit": Transition((_S.DRAFT, _S.SUBMITTED), _S.SUBMITTED, Audience.APPLICANT),
        "withdraw": Transition(_WITHDRAWABLE, _S.WITHDRAWN, Audience.APPLICANT),
        "restore": Transition((_S.WITHDRAWN,), _S.SUBMITTED, Audience.APPLICANT, window=_call_window),
        "answer": Transition((_S.RETURNED,), _S.SUBMITTED, Audience.APPLICANT),
        "request_information": Transition((_S.SUBMITTED,), _S.RETURNED, Audience.SECRETARIAT, Capability.SCREEN),
        "recommend": Transition((_S.SUBMITTED,), _S.ASSESSED, Audience.SECRETARIAT, Capability.SCREEN),
        "recommend_against": Transition((_S.SUBMITTED,), _S.ASSESSED, Audience.SECRETARIAT, Capability.SCREEN),
        "reopen": Transition((_S.ASSESSED,), _S.SUBMITTED, Audience.SECRETARIAT, Capability.SCREEN),
        "approve": Transition((_S.ASSESSED,), _S.ELIGIBLE, Audience.SECRETARIAT, Capability.SIGN),
        "approve_against": Transition((_S.ASSESSED,), _S.INELIGIBLE, Audience.SECRETARIAT, Capability.SIGN),
        "void_signatures": Transition(
            (_S.ASSESSED, _S.ELIGIBLE, _S.INELIGIBLE), _S.SUBMITTED, Audience.APPLICANT, window=_call_window
        ),
        "circulate": Transition((_S.ELIGIBLE,), _S.CIRCULATED, Audience.SECRETARIAT, Capability.CIRCULATE),
        "clear_after_withdrawal": Transition((_S.OBJECTED,), _S.CLEARED, Audience.SECRETARIAT, Capability.CIRCULATE),
        "accredit": Transition((_S.CLEARED, _S.OBJECTED), _S.ACCREDITED, Audience.SECRETARIAT, Capability.DECIDE),
        "not_accredit": Transition(
            (_S.CLEARED, _S.OBJECTED, _S.INELIGIBLE), _S.NOT_ACCREDITED, Audience.SECRETARIAT, Capability.DECIDE
        ),
        "revoke": Transition((_S.ACCREDITED,), _S.REVOKED, Audience.SECRETARIAT, Capability.DECIDE),
        "reverse_revocation": Transition((_S.REVOKED,), _S.ACCREDITED, Audience.SECRETARIAT, Capability.DECIDE),
        "reinstate": Transition((_S.CLOSED,), _S.RETURNED, Audience.SECRETARIAT, Capability.SIGN),
        "close_duplicate": Transition(
            (_S.SUBMITTED, _S.RETURNED, _S.ASSESSED, _S.ELIGIBLE), _S.CLOSED, Audience.SECRETARIAT, Capability.SIGN
        ),
        "close_unanswered": Transition((_S.RETURNED,), _S.CLOSED, Audience.CALENDAR),
        "clear": Transition((_S.CIRCULATED,), _S.CLEARED, Audience.CALENDAR),
        "refer": Transition((_S.CIRCULATED,), _S.OBJECTED, Audience.CALENDAR),
    },
    guard=conflicts.refusal,
)

_UNSIGNED = {"signed_by": None, "signed_at": None}
UNASSESSED = {
    "is_recommended": None,
    "recommended_by": None,
    "recommended_at": None,
    "reason_code": "",
    "reason_text": "",
    **_UNSIGNED,
}


def locked(application):
    """The row as it is now, locked until the end of the transaction (SQLite: the transaction is already exclusive)."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("call", "forum", "organization")
    found = rows.get(pk=application.pk)
    found.call.forum = found.forum
    return found


def answers_of(application):
    """The answers as JSON values: ``{answer name: value}``; the country by its ISO code."""
    values = {name: getattr(application, name) for name in ANSWERS if name != "country"}
    values["country"] = application.country_id or ""
    return {name: values[name] for name in ANSWERS}


def current_documents(application):
    """``{kind: ApplicationDocument}`` of the documents that stand now, with their files."""
    found = written.found(_standing, application.pk)
    for document in found:
        document.application = application
    return {document.kind: document for document in found}


def _standing(application):
    documents = ApplicationDocument.objects.filter(application=application, replaced_at=None)
    return documents.select_related("file").order_by("-kind")


def documents_asked(call):
    """``{kind: is_required}`` of the documents a Call asks for."""
    return dict(written.found(_asked_by, call.pk))


def _asked_by(call):
    return CallDocument.objects.filter(call=call).values_list("kind", "is_required")


def gaps(application, documents=None):
    """What is missing before it can be sent: ``{target: sentence}``. ``documents`` are the current ones, if known."""
    documents = current_documents(application) if documents is None else documents
    return completeness.missing(
        answers_of(application),
        set(documents),
        asked=documents_required(application),
        text_limit=application.call.text_limit,
    )


def asked_and_waived(application):
    """``({kind: is_required}, kinds)``: the documents asked of this application, and those of them that were waived and
    so are not required. One statement."""
    rows = written.found(_asked, application.call_id, application.pk)
    return {kind: needed and not waived for kind, needed, waived in rows}, {kind for kind, _n, waived in rows if waived}


def _asked(call, application):
    waived = Waiver.objects.filter(application=application, rule=OuterRef("kind"))
    asked = CallDocument.objects.filter(call=call).annotate(is_waived=Exists(waived))
    return asked.values_list("kind", "is_required", "is_waived")


def documents_required(application):
    """``{kind: is_required}`` of the documents asked of this application: one that was waived is not required."""
    return asked_and_waived(application)[0]


def may_edit(application, user):
    """Whether this person works on the organization as owner or editor."""
    if Audience.of(user) != Audience.APPLICANT:
        return False
    return (
        application.applicant_id == user.pk
        or Membership.objects.filter(
            organization_id=application.organization_id,
            user=user,
            ended_at=None,
            role__in=[Membership.Role.OWNER, Membership.Role.EDITOR],
        ).exists()
    )


def open_request(application):
    """The information request that waits for an answer, or None."""
    return application.information_requests.filter(answered_at=None, closed_at=None).first()


@dataclass(frozen=True)
class LatePermission:
    """That an application may be changed and sent after the close.

    ``reason`` is kept with what is sent; ``words`` are for the applicant, ``kept`` is what was typed too late.
    """

    open_until: datetime
    reason: str
    words: str
    kept: dict


def late_permission(application):
    """The late request that was granted, or the extension for this application alone, whichever is open longer."""
    return late_permissions([application]).get(application.pk)


def late_permissions(applications):
    """The same of many, by key, in two statements; none when there are none."""
    if not applications:
        return {}
    found = {}
    wanted = {"application__in": [application.pk for application in applications], "open_until__gt": clock.now()}
    for request in LateRequest.objects.filter(is_granted=True, **wanted).order_by("open_until"):
        found[request.application_id] = LatePermission(request.open_until, request.answer, request.answer, request.kept)
    for extension in Extension.objects.filter(**wanted).order_by("open_until"):
        other = found.get(extension.application_id)
        if other is None or other.open_until < extension.open_until:
            found[extension.application_id] = LatePermission(extension.open_until, extension.reason, "", {})
    return found


def submit(application, *, by, began_at=None, declared=False):
    """Send the application as it stands now: a new version. Sent twice unchanged, it is the same version.

    ``began_at`` (aware) is when an upload began that the Call’s tolerance may still admit. ``declared`` says that the
    declaration was confirmed with this sending. Returns the version.
    """
    with transaction.atomic():
        application = locked(application)
        if not may_edit(application, by):
            raise Refused(_("You can read this application but not send it. Ask its owner."))
        if application.organization.merged_into_id is not None:
            raise Refused(
                _("This organization was joined with %(name)s, which has applied already. Work on that application.")
                % {"name": application.organization.merged_into}
            )
        if application.status == Status.SUBMITTED and (existing := _sent_already(application)):
            return existing
        window = application.call.window()
        late = None if window.is_open() else late_permission(application)
        in_tolerance = window.admits(began_at)
        if application.status in {Status.DRAFT, Status.SUBMITTED} and not (window.is_open() or late or in_tolerance):
            raise Closed(window, window.refusal())
        application.declared = application.declared or declared
        if by.pk == application.applicant_id:
            application.applicant = by
        documents = current_documents(application)
        _require_complete(application, documents)
        MACHINE.perform(
            "submit",
            application,
            by=by,
            declared=application.declared,
            submitted_at=clock.now(),
            within_tolerance=in_tolerance and not late,
            is_late=bool(late) or application.is_late,
            late_reason=late.reason if late else application.late_reason,
        )
        version = _new_version(application, documents, by=by)
        _confirm(application, version, by=by)
        return version


def _sent_already(application):
    """The version that holds what the application holds now, or None."""
    return application.versions.filter(revision=application.revision).first()


def _require_complete(application, documents):
    if missing := gaps(application, documents):
        raise Incomplete(missing)


class Incomplete(Refused):
    """Something is missing; ``gaps`` maps each target to its sentence."""

    def __init__(self, gaps):
        super().__init__(_("The application is not complete: %(count)s things are missing.") % {"count": len(gaps)})
        self.gaps = gaps


def _new_version(application, documents, *, by, is_answer=False):
    answers = answers_of(application)
    described = {
        kind: {
            "file": str(document.file_id),
            "name": document.file.name,
            "size": document.file.size,
            "sha256": document.file.sha256,
        }
        for kind, document in documents.items()
    }
    content = json.dumps([answers, described], sort_keys=True, ensure_ascii=False)
    last = application.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return ApplicationVersion.objects.create(
        application=application,
        number=last + 1,
        answers=answers,
        documents=described,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        submitted_at=clock.now(),
        submitted_by=by,
        revision=application.revision,
        is_answer=is_answer,
        receipt_code=codes.random_code("R"),
    )


def _confirm(application, version, *, by):
    mail.queue(
        f"application.submit:{application.pk}:{version.number}",
        "application_received",
        to=application.contact_email or by.email,
        recipient=application.applicant,
        about=application.reference,
        context={
            "application": application,
            "version": version,
            "forum": application.forum,
            "closes_at": _open_until(application.call),
        },
        words=wording.words_for(application, "application_received", language=application.applicant.language),
    )


def _open_until(call):
    """When the call closes, while it is open; a letter written later does not promise what is over."""
    return call.closes_at if call.window().is_open() else None


def tell(application, template, *, key, hold=False, **context):
    """Write a letter to the applicant about the application, in the applicant’s language; once per ``key``.

    ``hold``: it waits in the outbox until an officer lets it go.
    """
    return mail.queue(
        f"{key}:{application.pk}",
        template,
        to=application.applicant.email,
        recipient=application.applicant,
        about=application.reference,
        context={"application": application, "forum": application.forum, **context},
        hold=hold,
        words=wording.words_for(application, template, language=application.applicant.language, **context),
    )


@transaction.atomic
def withdraw(application, *, by, reason=""):
    """Take the application back, at any time before the decision. What was circulated stays as it was shown."""
    application = locked(application)
    _require_owner(application, by)
    MACHINE.perform("withdraw", application, by=by, reason=reason, **_UNSIGNED)
    application.information_requests.filter(answered_at=None, closed_at=None).update(closed_at=clock.now())
    StakeholderList.objects.filter(entries__application=application, replaced_by=None).exclude(frozen_at=None).update(
        needs_new_version=True
    )
    tell(
        application,
        "application_withdrawn",
        key=f"application.withdraw:{clock.now().isoformat()}",
        closes_at=_open_until(application.call),
    )
    return application


def _require_owner(application, by):
    if not may_edit(application, by):
        raise Refused(_("You can read this application but not change it. Ask its owner."))


@transaction.atomic
def restore(application, *, by):
    """Undo a withdrawal before the Call closes; a draft comes back as a draft, what was sent as sent."""
    application = locked(application)
    _require_owner(application, by)
    others = Application.objects.filter(forum=application.forum_id, applicant=application.applicant_id)
    if others.exclude(pk=application.pk).exclude(status__in=[Status.WITHDRAWN, Status.CLOSED]).exists():
        raise Refused(_("You began another application since. Withdraw that one first: only one can stand."))
    if application.submitted_at is None:
        return _restore_draft(application, by)
    return MACHINE.perform("restore", application, by=by, **UNASSESSED)


def _restore_draft(application, by):
    rule = MACHINE.transitions["restore"]
    if reason := rule.refusal(application, by):
        raise Refused(reason)
    Application.objects.filter(pk=application.pk, status=Status.WITHDRAWN).update(status=Status.DRAFT)
    application.status = Status.DRAFT
    audit.record("application.restore", application, by=by, before=Status.WITHDRAWN, after=Status.DRAFT)
    return application


def answer(application, *, by):
    """Send the answers to the open information request: the changed answers become a new version.

    What was asked is changed before with ``save_answers`` and ``attach``. ``Closed`` when the answer date has passed,
    ``Incomplete`` when something is missing, or nothing that was asked has changed or was said to be right.
    """
    with transaction.atomic():
        application = locked(application)
        _require_owner(application, by)
        request = open_request(application)
        if application.status != Status.RETURNED or request is None:
            raise Refused(_("There is no open question. Your answers have arrived."))
        if clock.now() >= request.answer_by:
            raise Closed(
                None,
                _("The date to answer was %(when)s.")
                % {"when": at_zone(request.answer_by, application.forum.time_zone)},
            )
        _require_complete(application, current_documents(application))
        _require_answer(application, request)
        return finish_answer(application, request, by=by)


def _require_answer(application, request):
    items = list(request.items.all())
    if not any(item.explanation or value_of(application, item.target) != item.old_value for item in items):
        sentence = _(
            "Nothing that we asked about has changed yet. Change the answer or upload a file, or write why it is right "
            "as it stands. Then send."
        )
        raise Incomplete({items[0].target: sentence})


def finish_answer(application, request, *, by, performed_by=None, late=False):
    """Close ``request`` with what the application holds now; ``performed_by`` where staff accept a late answer."""
    for item in request.items.all():
        InformationItem.objects.filter(pk=item.pk).update(new_value=value_of(application, item.target))
    InformationRequest.objects.filter(pk=request.pk).update(answered_at=clock.now(), late_answer_accepted=late)
    MACHINE.perform("answer", application, by=by, submitted_at=clock.now(), **UNASSESSED)
    version = _new_version(application, current_documents(application), by=by, is_answer=True)
    _confirm(application, version, by=by)
    return version


def value_of(application, target):
    """An answer, or the name and hash of a document, as text: to show what a question changed."""
    if target in ANSWERS:
        return str(answers_of(application)[target])
    document = current_documents(application).get(target)
    return f"{document.file.name} ({document.file.sha256[:12]})" if document else ""


@transaction.atomic
def ask_for_late_submission(application, *, by, reason, kept=None):
    """Ask to be let in after the close, where the Call allows asking; what was typed stays with the request."""
    application = locked(application)
    _require_owner(application, by)
    if application.status not in {Status.DRAFT, Status.RETURNED, Status.CLOSED}:
        raise Refused(_("Nothing is left to send."))
    if application.status == Status.DRAFT and not application.call.late_requests:
        raise Refused(_("This call does not take late applications."))
    if not reason.strip():
        raise Refused(_("Say what kept you from sending it in time."), field="reason")
    waiting = application.late_requests.filter(decided_at=None).first()
    if waiting:
        return waiting
    request = LateRequest.objects.create(application=application, asked_by=by, reason=reason, kept=kept or {})
    audit.record("application.ask_late", application, by=by, reason=reason)
    return request
