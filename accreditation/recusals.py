"""The verbs of conflicts of interest: declare what ties one to applicants, answer for one file, lift a recusal."""

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, countersigned
from imrf_portal.access import Audience, Capability, may
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.errors import Refused

from . import extensions, waivers
from .models import Application, ConflictDeclaration, DeclaredInterest, Status
from .workflow import MACHINE, UNASSESSED, locked


@transaction.atomic
def declare_interest(*, by, country=None, organization=""):
    """Keep a country of one's own, or an organization one works or worked for; declared twice it is the same."""
    if Audience.of(by) != Audience.SECRETARIAT:
        raise Refused(_("Only members of the secretariat declare interests."))
    if (country is None) == (not organization):
        raise Refused(_("Give a country or an organization."), field="organization")
    interest, is_new = DeclaredInterest.objects.get_or_create(
        officer=by, country=country, organization=organization, ended_at=None
    )
    if is_new:
        audit.record("interest.declare", interest, by=by, internal=True)
    return interest


@transaction.atomic
def end_interest(interest, *, by):
    """Take back what one declared oneself; files that were declared on stay as they are."""
    if interest.officer_id != by.pk:
        raise Refused(_("Only the officer who declared it can take it back."))
    if not DeclaredInterest.objects.filter(pk=interest.pk, ended_at=None).update(ended_at=clock.now()):
        raise Refused(_("This was taken back already."))
    audit.record("interest.end", interest, by=by, internal=True)
    interest.refresh_from_db()
    return interest


@transaction.atomic
def declare(application, *, by, has_conflict, reason=""):
    """Say that one has no conflict of interest with a file, or recuse oneself from it, with the reason.

    A recused officer holds it no longer; her recommendation and her proposals that wait for a signature are taken back.
    """
    if Audience.of(by) != Audience.SECRETARIAT:
        raise Refused(_("Only members of the secretariat declare conflicts of interest."))
    if has_conflict and not reason.strip():
        raise Refused(_("Say what the conflict is; your coordinator reads it."), field="reason")
    application = locked(application)
    if ConflictDeclaration.objects.recusals().filter(application=application, officer=by).exists():
        raise Refused(_("You are recused from this application. A coordinator can lift that."))
    if has_conflict:
        _let_go(application, by)
    declaration, _created = ConflictDeclaration.objects.update_or_create(
        application=application,
        officer=by,
        defaults={
            "has_conflict": has_conflict,
            "reason": reason.strip(),
            "declared_at": clock.now(),
            "lifted_at": None,
            "lifted_by": None,
            "lifted_reason": "",
        },
    )
    verb = "conflict.recuse" if has_conflict else "conflict.none"
    audit.record(verb, application, by=by, reason=reason.strip(), internal=True)
    return declaration


def exceptions_proposed(application):
    """What was proposed for one application and waits for a second signature."""
    kinds = (extensions.NAME, waivers.NAME)
    return CountersignedAct.objects.waiting().filter(kind__in=kinds, subject_id=application.pk)


def _let_go(application, officer):
    if application.status == Status.ASSESSED and application.recommended_by_id == officer.pk:
        words = _("The officer who recommended is recused.")
        MACHINE.perform("reopen", application, by=officer, reason=words, internal=True, **UNASSESSED)
    for act in exceptions_proposed(application).filter(proposed_by=officer):
        countersigned.withdraw(act, by=officer)
    held = Application.objects.filter(pk=application.pk, assigned_to=officer)
    if held.update(assigned_to=None, assigned_at=None):
        audit.record("application.release", application, by=officer, before=str(officer), internal=True)


@transaction.atomic
def lift(declaration, *, by, reason):
    """Let a recused officer work on the file again, with the reason; never by herself."""
    if not may(by, Capability.DECIDE):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    if declaration.officer_id == by.pk:
        raise Refused(_("Another officer must do this for you."))
    if not reason.strip():
        raise Refused(_("Say why the recusal is lifted."), field="reason")
    changed = (
        ConflictDeclaration.objects.recusals()
        .filter(pk=declaration.pk)
        .update(lifted_at=clock.now(), lifted_by=by, lifted_reason=reason.strip())
    )
    if not changed:
        raise Refused(_("This recusal was lifted already."))
    declaration.refresh_from_db()
    audit.record(
        "conflict.lift", declaration.application, by=by, reason=reason, internal=True, officer=str(declaration.officer)
    )
    return declaration
