"""The secretariat's verbs on an application: ask, recommend, sign, decide, revoke, assign, take notes."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock
from imrf_portal.access import Capability, may
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.times import at_zone

from . import conflicts, mentions
from .models import (
    Accreditation,
    Application,
    DuplicateDecision,
    InformationItem,
    InformationRequest,
    InternalNote,
    ReasonCode,
    Status,
)
from .visibility import ANSWERS
from .workflow import MACHINE, UNASSESSED, documents_asked, locked, open_request, tell, value_of


def require(user, capability):
    """Raise unless this member of the secretariat holds the capability."""
    if not may(user, capability):
        raise Refused(_("Your role does not include this. Ask a coordinator."))


def require_unchanged(application, version):
    """Raise when the application has a newer version than the one an officer had read (T-S03); None: not checked."""
    if version is None:
        return
    latest = latest_version_number(application)
    if latest != version:
        raise Refused(
            _("The applicant sent version %(new)s after you opened version %(old)s. Read what changed, then decide.")
            % {"new": latest, "old": version}
        )


def latest_version_number(application):
    return application.versions.order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def assign(application, *, by, to=None):
    """Take the application, or hand it to ``to``; refused when somebody else took it meanwhile (T-S02)."""
    require(by, Capability.SCREEN)
    officer = to or by
    conflicts.require_may_work_on(application, by)
    if reason := conflicts.closed_to(application, officer):
        raise Refused(reason)
    free = Application.objects.filter(pk=application.pk)
    free = free.filter(assigned_to=None) if to is None else free.filter(assigned_to=application.assigned_to_id)
    if not free.update(assigned_to=officer, assigned_at=clock.now()):
        held = Application.objects.select_related("assigned_to").get(pk=application.pk)
        if held.assigned_to_id == officer.pk:
            return held
        raise Refused(
            _("%(who)s took %(reference)s on %(when)s.")
            % {"who": held.assigned_to, "reference": held, "when": at_zone(held.assigned_at)}
        )
    application.refresh_from_db()
    audit.record("application.assign", application, by=by, after=str(officer), internal=True)
    return application


@transaction.atomic
def release(application, *, by):
    """Give the application back to the queue."""
    require(by, Capability.SCREEN)
    application = locked(application)
    if application.assigned_to_id is None:
        raise Refused(_("Nobody holds this application."))
    Application.objects.filter(pk=application.pk).update(assigned_to=None, assigned_at=None)
    audit.record("application.release", application, by=by, before=str(application.assigned_to), internal=True)
    application.refresh_from_db()
    return application


@transaction.atomic
def request_information(application, *, by, items, answer_by, message="", seen_version=None):
    """Ask the applicant: ``items`` is a list of ``(answer name or document kind, question)``; ``answer_by`` is aware.

    Only these open for change, until that instant, even after the Call has closed. Returns the request.
    """
    application = locked(application)
    require_unchanged(application, seen_version)
    if not items:
        raise Refused(_("Ask at least one question, tied to an answer or a document."))
    if answer_by < clock.now() + timedelta(hours=24):
        raise Refused(_("Give the applicant at least 24 hours to answer."), field="answer_by")
    askable = set(ANSWERS) | set(documents_asked(application.call))
    for target, question in items:
        if target not in askable:
            raise Refused(_("“%(target)s” is not part of the application.") % {"target": target})
        if not question.strip():
            raise Refused(_("Write the question for each item you chose."))
    MACHINE.perform("request_information", application, by=by, detail={"items": [target for target, _q in items]})
    request = InformationRequest.objects.create(
        application=application, asked_by=by, answer_by=answer_by, message=message
    )
    InformationItem.objects.bulk_create(
        InformationItem(
            request=request,
            target=target,
            question=question.strip(),
            old_value=value_of(application, target),
            position=position,
        )
        for position, (target, question) in enumerate(items)
    )
    tell(application, "information_request", key=f"information_request:{request.pk}", request=request, items=items)
    return request


@transaction.atomic
def recommend(application, *, by, seen_version=None, despite=""):
    """Recommend the application; another officer must sign. ``despite`` is kept as the reason: see ``assessment``."""
    application = locked(application)
    require_unchanged(application, seen_version)
    return MACHINE.perform(
        "recommend",
        application,
        by=by,
        internal=True,
        reason=despite,
        is_recommended=True,
        recommended_by=by,
        recommended_at=clock.now(),
        reason_code="",
        reason_text="",
    )


@transaction.atomic
def recommend_against(application, *, by, reason_code, reason_text, seen_version=None):
    """Recommend against, with a coded reason and words; another officer must sign."""
    application = locked(application)
    require_unchanged(application, seen_version)
    if reason_code not in ReasonCode.values:
        raise Refused(_("Choose the reason."), field="reason_code")
    if not reason_text.strip():
        raise Refused(_("Say the reason in words."), field="reason_text")
    return MACHINE.perform(
        "recommend_against",
        application,
        by=by,
        internal=True,
        reason=reason_text.strip(),
        is_recommended=False,
        recommended_by=by,
        recommended_at=clock.now(),
        reason_code=reason_code,
        reason_text=reason_text.strip(),
    )


@transaction.atomic
def reopen(application, *, by, reason):
    """Send an assessed application back to review, with a reason: the second officer does not agree."""
    application = locked(application)
    if not reason.strip():
        raise Refused(_("Say why the assessment goes back."), field="reason")
    return MACHINE.perform("reopen", application, by=by, reason=reason, internal=True, **UNASSESSED)


@transaction.atomic
def approve(application, *, by, seen_version=None):
    """Give the second signature; refused for the officer who recommended, here and by the database."""
    application = locked(application)
    require_unchanged(application, seen_version)
    if application.recommended_by_id == by.pk:
        raise Refused(_("You recommended this yourself. Another officer must sign."))
    verb = "approve_against" if application.is_recommended is False else "approve"
    return MACHINE.perform(verb, application, by=by, internal=True, signed_by=by, signed_at=clock.now())


@transaction.atomic
def accredit(application, *, by, reason=""):
    """Accredit: the application is decided and the organization holds an accreditation for the Forum."""
    application = locked(application)
    _require_period_closed(application)
    if application.status == Status.OBJECTED:
        if application.forum.clause != Forum.Clause.ASSEMBLY_DECIDES:
            raise Refused(_("An objection stands. Under this Forum’s clause the name cannot be accredited."))
        if not reason.strip():
            raise Refused(_("Name the decision of the General Assembly."), field="reason")
    if Accreditation.objects.filter(forum=application.forum, organization=application.organization).exists():
        raise Refused(
            _("%(who)s holds an accreditation to this Forum already, without an application.")
            % {"who": application.organization}
        )
    MACHINE.perform(
        "accredit",
        application,
        by=by,
        reason=reason,
        decided_by=by,
        decided_at=clock.now(),
        decision_reason=reason.strip(),
    )
    accreditation = Accreditation.objects.create(
        forum=application.forum,
        organization=application.organization,
        basis=Accreditation.Basis.SPECIAL,
        application=application,
        granted_by=by,
    )
    tell(application, "accredited", key="application.accredit")
    return accreditation


def _require_period_closed(application):
    entry = (
        application.entries.filter(stakeholder_list__kind="proposed")
        .exclude(stakeholder_list__circulated_at=None)
        .select_related("stakeholder_list__forum")
        .order_by("-stakeholder_list__circulated_at")
        .first()
    )
    if entry and not entry.stakeholder_list.is_closed:
        raise Refused(
            _("The non-objection period is open until %(when)s.")
            % {"when": at_zone(entry.stakeholder_list.closes_at, application.forum.time_zone)}
        )


@transaction.atomic
def not_accredit(application, *, by, reason):
    """Decide not to accredit, with a reason; the applicant reads it only where the Forum's clause allows."""
    application = locked(application)
    if not reason.strip():
        raise Refused(_("Give the reason of the decision."), field="reason")
    if application.status != Status.INELIGIBLE:
        _require_period_closed(application)
    MACHINE.perform(
        "not_accredit",
        application,
        by=by,
        reason=reason,
        internal=not application.forum.reason_told_to_applicant,
        decided_by=by,
        decided_at=clock.now(),
        decision_reason=reason.strip(),
    )
    tell(application, "not_accredited", key="application.not_accredit")
    return application


@transaction.atomic
def revoke(application, *, by, reason):
    """Revoke an accreditation; what it opened is suspended, because everything asks whether it is in force."""
    application = locked(application)
    if not reason.strip():
        raise Refused(_("Give the reason of the revocation."), field="reason")
    MACHINE.perform(
        "revoke", application, by=by, reason=reason, internal=not application.forum.reason_told_to_applicant
    )
    Accreditation.objects.filter(application=application).update(
        revoked_at=clock.now(), revoked_by=by, revoked_reason=reason.strip()
    )
    again = Event.objects.about(application).filter(verb="application.revoke").count()
    tell(application, "accreditation_revoked", key=f"application.revoke:{again}")
    return application


@transaction.atomic
def reverse_revocation(application, *, by, reason):
    """Take a revocation back: the accreditation is in force again, and what it had opened is given back as it fits."""
    application = locked(application)
    if not reason.strip():
        raise Refused(_("Say why the revocation is taken back."), field="reason")
    MACHINE.perform("reverse_revocation", application, by=by, reason=reason)
    Accreditation.objects.filter(application=application).update(revoked_at=None, revoked_by=None, revoked_reason="")
    again = Event.objects.about(application).filter(verb="application.reverse_revocation").count()
    tell(application, "accreditation_in_force_again", key=f"application.reverse_revocation:{again}")
    return application


@transaction.atomic
def decide_late_request(request, *, by, granted, answer, hours=48):
    """Grant or refuse a late request, with words to the applicant. Granted: open for ``hours``; or, where the time to
    answer questions had passed, the answer as it stands is accepted with a late mark (T-A41, T-S17)."""
    require(by, Capability.SIGN)
    application = locked(request.application)
    conflicts.require_may_work_on(application, by)
    if not answer.strip():
        raise Refused(_("Write the reason; the applicant reads it."), field="answer")
    until = clock.now() + timedelta(hours=hours) if granted else None
    changed = (
        type(request)
        .objects.filter(pk=request.pk, decided_at=None)
        .update(decided_at=clock.now(), decided_by=by, is_granted=granted, answer=answer.strip(), open_until=until)
    )
    if not changed:
        raise Refused(_("This request was decided already."))
    request.refresh_from_db()
    if granted and application.status == Status.CLOSED:
        MACHINE.perform("reinstate", application, by=by, reason=answer)
        closed = application.information_requests.filter(answered_at=None).first()
        InformationRequest.objects.filter(pk=closed.pk).update(closed_at=None)
    waiting = open_request(application)
    if granted and application.status == Status.RETURNED and waiting:
        InformationRequest.objects.filter(pk=waiting.pk).update(answer_by=until, late_answer_accepted=True)
        Application.objects.filter(pk=application.pk).update(is_late=True, late_reason=answer.strip())
    audit.record(
        "application.late_granted" if granted else "application.late_refused", application, by=by, reason=answer
    )
    tell(application, "late_request_decided", key=f"late_request:{request.pk}", request=request)
    return request


@transaction.atomic
def note(application, *, by, text):
    """Keep an internal note; never sent, never exported. Colleagues named in it (``@name``) see it when they come."""
    require(by, Capability.VIEW)
    conflicts.require_may_work_on(application, by)
    if not text.strip():
        raise Refused(_("Write the note."), field="text")
    kept = InternalNote.objects.create(application=application, written_by=by, text=text.strip())
    mentions.keep(kept, by=by)
    audit.record("application.note", application, by=by, internal=True)
    return kept


def decide_duplicate(first, second, *, by, is_same, reason):
    """Keep what an officer decided about a pair that looks alike, and why; deciding again replaces the decision, of
    which the record keeps the reason."""
    require(by, Capability.SCREEN)
    for application in (first, second):
        conflicts.require_may_work_on(application, by)
    first, second = sorted((first, second), key=lambda application: application.pk)
    if first.pk == second.pk:
        raise Refused(_("These are one application."))
    if not reason.strip():
        raise Refused(_("Say how you know; colleagues read it with both applications."), field="reason")
    with transaction.atomic():
        decided = {"is_same": is_same, "reason": reason.strip(), "decided_by": by, "decided_at": clock.now()}
        decision, _created = DuplicateDecision.objects.update_or_create(first=first, second=second, defaults=decided)
        for application, other in ((first, second), (second, first)):
            audit.record(
                "application.duplicate" if is_same else "application.not_duplicate",
                application,
                by=by,
                reason=reason.strip(),
                internal=True,
                other=other.reference,
            )
    return decision


VERBS = {
    "assign": assign,
    "release": release,
    "recommend": recommend,
    "recommend_against": recommend_against,
    "approve": approve,
    "reopen": reopen,
    "accredit": accredit,
    "not_accredit": not_accredit,
    "revoke": revoke,
    "reverse_revocation": reverse_revocation,
}
"""The verbs that the admin offers as buttons and in bulk, by name."""
