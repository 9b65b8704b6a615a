"""Accreditations without an application: organizations on a reference list, confirmed by an officer.

Source: product rules “Four routes”. Only an accreditation in force opens registration.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, mail
from imrf_portal.access import Audience, Capability
from imrf_portal.errors import Refused

from .models import Accreditation, Membership, Organization, RecognitionRequest, RouteVerdict
from .review import require

BASIS = {
    RouteVerdict.Route.ECOSOC: Accreditation.Basis.ECOSOC,
    RouteVerdict.Route.GCM: Accreditation.Basis.GCM,
    RouteVerdict.Route.NHRI: Accreditation.Basis.NHRI,
}


@transaction.atomic
def ask_for_recognition(verdict, *, by):
    """An organization that need not apply asks to be let in on the route finder's verdict; an officer confirms.

    Asking again returns the same request.
    """
    if Audience.of(by) != Audience.APPLICANT:
        raise Refused(_("Only an organization’s account can ask. Sign in with the account of your organization."))
    if verdict.route not in BASIS:
        raise Refused(_("This route needs an application for special accreditation."))
    waiting = RecognitionRequest.objects.filter(verdict=verdict, asked_by=by).first()
    if waiting:
        return waiting
    request = RecognitionRequest.objects.create(forum=verdict.forum, verdict=verdict, asked_by=by)
    audit.record("recognition.ask", request, by=by, route=verdict.route)
    return request


@transaction.atomic
def recognize(request, *, by, organization=None):
    """Confirm a request: the organization holds an accreditation for the Forum, with list, version and evidence.

    ``organization`` joins the request to a body that exists; else one is made from the verdict.
    """
    require(by, Capability.REGISTER)
    verdict = request.verdict
    if not RecognitionRequest.objects.filter(pk=request.pk, decided_at=None).update(
        decided_at=clock.now(), decided_by=by, is_granted=True
    ):
        raise Refused(_("This request was decided already."))
    organization = organization or Organization.objects.create(
        name=verdict.name, country=verdict.country, type=verdict.type
    )
    if not Membership.objects.filter(organization=organization, user=request.asked_by, ended_at=None).exists():
        owned = Membership.objects.filter(organization=organization, role=Membership.Role.OWNER, ended_at=None).exists()
        Membership.objects.create(
            organization=organization,
            user=request.asked_by,
            role=Membership.Role.EDITOR if owned else Membership.Role.OWNER,
        )
    accreditation, _happening = _grant(organization, verdict, by=by)
    request.refresh_from_db()
    _tell(request, "recognized", accreditation=accreditation)
    return accreditation


def _grant(organization, verdict, *, by):
    """The accreditation on the basis of a verdict, with its event; one that was revoked before is in force again."""
    values = {
        "basis": BASIS[verdict.route],
        "evidence": {
            "verdict": verdict.key,
            "lists": [str(version) for version in verdict.lists.all()],
            "evidence": verdict.evidence,
        },
        "granted_at": clock.now(),
        "granted_by": by,
        "revoked_at": None,
        "revoked_by": None,
        "revoked_reason": "",
    }
    ended = Accreditation.objects.filter(forum=verdict.forum, organization=organization, application=None)
    if ended.exclude(revoked_at=None).update(**values):
        accreditation = ended.get()
    else:
        try:
            with transaction.atomic():
                accreditation = Accreditation.objects.create(forum=verdict.forum, organization=organization, **values)
        except IntegrityError:
            raise Refused(_("%(who)s holds an accreditation to this Forum already.") % {"who": organization})
    return accreditation, audit.record("recognition.grant", accreditation, by=by, route=verdict.route)


@transaction.atomic
def recognize_applicant(application, verdict, *, by):
    """Recognize the organization of an application, because a list gives it status now.

    The application stays as it is: its owner may withdraw it, or it is decided as any other.
    """
    require(by, Capability.REGISTER)
    accreditation, happening = _grant(application.organization, verdict, by=by)
    _tell_organization(accreditation, "recognized", happening)
    return accreditation


@transaction.atomic
def decline(request, *, by, answer):
    """Decline a request, with words to the organization."""
    require(by, Capability.REGISTER)
    if not answer.strip():
        raise Refused(_("Say why; the organization reads it."), field="answer")
    if not RecognitionRequest.objects.filter(pk=request.pk, decided_at=None).update(
        decided_at=clock.now(), decided_by=by, is_granted=False, answer=answer.strip()
    ):
        raise Refused(_("This request was decided already."))
    request.refresh_from_db()
    audit.record("recognition.decline", request, by=by, reason=answer)
    _tell(request, "recognition_declined")
    return request


def _tell(request, template, **context):
    mail.queue(
        f"recognition:{request.pk}",
        template,
        to=request.asked_by.email,
        recipient=request.asked_by,
        about=request.forum.reference_prefix,
        context={"request": request, "forum": request.forum, **context},
    )


@transaction.atomic
def revoke(accreditation, *, by, reason):
    """Revoke an accreditation that was recognized; what it opened is suspended, because everything asks whether it is
    in force. One that came from an application is revoked there."""
    require(by, Capability.DECIDE)
    _require_recognized(accreditation)
    if not reason.strip():
        raise Refused(_("Give the reason of the revocation."), field="reason")
    if not Accreditation.objects.filter(pk=accreditation.pk, revoked_at=None).update(
        revoked_at=clock.now(), revoked_by=by, revoked_reason=reason.strip()
    ):
        raise Refused(_("This accreditation was revoked already."))
    accreditation.refresh_from_db()
    told = accreditation.forum.reason_told_to_applicant
    happening = audit.record("recognition.revoke", accreditation, by=by, reason=reason, internal=not told)
    _tell_organization(accreditation, "recognition_revoked", happening)
    return accreditation


@transaction.atomic
def reverse_revocation(accreditation, *, by, reason):
    """Take the revocation of a recognized accreditation back: what it had opened is given back as it fits (T-R20)."""
    require(by, Capability.DECIDE)
    _require_recognized(accreditation)
    if not reason.strip():
        raise Refused(_("Say why the revocation is taken back."), field="reason")
    if not Accreditation.objects.filter(pk=accreditation.pk, revoked_at__isnull=False).update(
        revoked_at=None, revoked_by=None, revoked_reason=""
    ):
        raise Refused(_("This accreditation is not revoked."))
    accreditation.refresh_from_db()
    happening = audit.record("recognition.reverse_revocation", accreditation, by=by, reason=reason)
    _tell_organization(accreditation, "recognition_in_force_again", happening)
    return accreditation


def _require_recognized(accreditation):
    if accreditation.application_id is not None:
        raise Refused(_("This accreditation came from an application. Revoke it there."))


def _tell_organization(accreditation, template, happening):
    """To everybody who acts for the organization, once for each event."""
    for membership in Membership.objects.filter(
        organization=accreditation.organization_id,
        ended_at=None,
        role__in=[Membership.Role.OWNER, Membership.Role.EDITOR],
    ).select_related("user"):
        mail.queue(
            f"{template}:{happening.pk}:{membership.user_id}",
            template,
            to=membership.user.email,
            recipient=membership.user,
            about=accreditation.forum.reference_prefix,
            context={"accreditation": accreditation, "forum": accreditation.forum},
        )


def accreditations_of(user, forum):
    """The accreditations to a Forum of the organizations this person works for, in force or not."""
    return Accreditation.objects.filter(
        Q(organization__memberships__user=user, organization__memberships__ended_at=None), forum=forum
    ).select_related("organization", "forum")
