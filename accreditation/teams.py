"""The people of an organization: invited by its owner, their parts, their leaving, and who takes over as owner.

The owner alone lets people in. A letter carries a key that works for some days, and only for somebody who has proven
the address it was sent to; the page of the owner says the same whether an address has an account or not. A membership
is never rewritten: another part ends one row and begins the next, so the history keeps both.
"""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, mail
from imrf_portal.access import Audience, Capability
from imrf_portal.errors import Refused
from imrf_portal.users import User

from .models import Application, Membership, Organization, OwnershipRequest, TeamInvitation
from .review import require

Role, Part = Membership.Role, TeamInvitation.Part
KEY_WORKS = timedelta(days=14)
OWNER_ANSWERS_WITHIN = timedelta(days=7)
MOST_INVITED_A_DAY = 20
CHANGEABLE_ROLES = {Role.EDITOR, Role.VIEWER}


def members(organization):
    """Who works for the organization now, the owner first."""
    rows = Membership.objects.filter(organization=organization, ended_at=None).select_related("user")
    return sorted(rows, key=lambda row: (list(Role).index(row.role), row.since_at))


def former(organization):
    """Parts that ended, the latest first."""
    rows = Membership.objects.filter(organization=organization).exclude(ended_at=None)
    return rows.select_related("user").order_by("-ended_at", "-pk")


def role_of(user, organization):
    """The part of a person in an organization now; an empty text for none."""
    row = Membership.objects.filter(organization=organization, user=user, ended_at=None).first()
    return row.role if row else ""


def open_invitations(organization):
    return TeamInvitation.objects.filter(
        organization=organization, accepted_at=None, ended_at=None, expires_at__gt=clock.now()
    )


def _digest(key):
    return salted_hmac("accreditation.teams", key, algorithm="sha256").hexdigest()


def _require_owner(organization, by):
    if role_of(by, organization) != Role.OWNER:
        raise Refused(_("Only the owner decides who works on this. Ask the owner."))


def _locked(organization):
    found = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if found.merged_into_id:
        raise Refused(_("This organization was joined with another one. Ask the people there."))
    return found


@transaction.atomic
def invite(organization, address, *, part, by):
    """Write to ``address`` with a key that works for ``KEY_WORKS``; an earlier one to it stops working."""
    organization = _locked(organization)
    _require_owner(organization, by)
    if not organization.name:
        raise Refused(_("Write the official name into the application first: the letter says who invites."))
    address = address.strip().lower()
    if address == by.email.lower():
        raise Refused(_("This is your own address."), field="email")
    since = clock.now() - timedelta(days=1)
    if TeamInvitation.objects.filter(invited_by=by, invited_at__gt=since).count() >= MOST_INVITED_A_DAY:
        raise Refused(_("That is enough letters for one day. Go on tomorrow."), field="email")
    _end(TeamInvitation.objects.filter(organization=organization, email=address, accepted_at=None, ended_at=None))
    key = secrets.token_urlsafe(24)
    invitation = TeamInvitation.objects.create(
        organization=organization,
        email=address,
        part=part,
        key_digest=_digest(key),
        invited_by=by,
        expires_at=clock.now() + KEY_WORKS,
    )
    audit.record("team.invite", organization, by=by, after=part)
    mail.queue(
        f"team.invite:{invitation.pk}",
        "team_sponsor" if part == Part.SPONSOR else "team_invitation",
        to=address,
        language=get_language(),
        context={
            "organization": organization,
            "person": by,
            "part": invitation.get_part_display(),
            "url": settings.PORTAL_URL + reverse("team_invitation", args=[key]),
            "expires_at": invitation.expires_at,
        },
    )
    return invitation


def _end(invitations):
    """These do not work any more; the address is not ours to keep, nor in their letters."""
    keys = [f"team.invite:{pk}" for pk in invitations.values_list("pk", flat=True)]
    mail.forget(mail.OutgoingMail.objects.filter(key__in=keys))
    return invitations.update(ended_at=clock.now(), email="")


@transaction.atomic
def take_back(invitation, *, by):
    """The owner takes an invitation back; its letter leads nowhere then."""
    _require_owner(invitation.organization, by)
    if not _end(TeamInvitation.objects.filter(pk=invitation.pk, accepted_at=None, ended_at=None)):
        raise Refused(_("This invitation was used or taken back already."))
    audit.record("team.take_back", invitation.organization, by=by, before=invitation.part)


def forget_run_out():
    """Sweep: the addresses of invitations that nobody used in time; returns how many."""
    return _end(TeamInvitation.objects.filter(accepted_at=None, ended_at=None, expires_at__lte=clock.now()))


def invitation_by(key, *, reader):
    """The invitation of a key that works, for the person who has proven its address; refused in words otherwise."""
    found = TeamInvitation.objects.select_related("organization", "invited_by").filter(key_digest=_digest(key)).first()
    if found is None or found.ended_at or found.accepted_at or clock.now() >= found.expires_at:
        raise Refused(_("This invitation no longer works. Ask for a new one: it comes by e-mail."))
    if not EmailAddress.objects.filter(user=reader, email=found.email, verified=True).exists():
        raise Refused(_("This invitation was sent to another address. Sign in with the address that got the letter."))
    return found


@transaction.atomic
def join(key, *, by):
    """Take up an invitation; a sponsor becomes the owner. Returns the organization."""
    if Audience.of(by) != Audience.APPLICANT:
        raise Refused(_("Only an applicant’s account can work on an application."))
    invitation = invitation_by(key, reader=by)
    organization = _locked(invitation.organization)
    if not TeamInvitation.objects.filter(pk=invitation.pk, accepted_at=None, ended_at=None).update(
        accepted_at=clock.now(), accepted_by=by, email=""
    ):
        raise Refused(_("This invitation no longer works. Ask for a new one: it comes by e-mail."))
    before = role_of(by, organization)
    if not before:
        role = Role.EDITOR if invitation.part == Part.SPONSOR else invitation.part
        Membership.objects.create(organization=organization, user=by, role=role)
    audit.record("team.join", organization, by=by, before=before, after=invitation.part)
    if invitation.part == Part.SPONSOR and before != Role.OWNER:
        if role_of(invitation.invited_by, organization) != Role.OWNER:
            raise Refused(_("Who invited you is not the owner any more. Ask for a new invitation."))
        _make_owner(organization, by, former_stays=True)
    return organization


@transaction.atomic
def change_role(membership, role, *, by):
    """The owner makes an editor a viewer, or a viewer an editor; returns the membership that stands now."""
    organization = _locked(membership.organization)
    _require_owner(organization, by)
    if role not in CHANGEABLE_ROLES:
        raise Refused(_("An owner hands over by confirming the wish of another member."))
    row = _end_membership(membership)
    changed = Membership.objects.create(organization=organization, user=row.user, role=role)
    audit.record("team.change_role", organization, by=by, before=row.role, after=role, person=row.user_id)
    return changed


@transaction.atomic
def end_access(membership, *, by):
    """The owner ends the access of a member, or a member leaves. What they wrote stays; letters go to the owner."""
    organization = _locked(membership.organization)
    leaves = membership.user_id == by.pk
    if not leaves:
        _require_owner(organization, by)
    row = _end_membership(membership)
    owner = Membership.objects.filter(organization=organization, role=Role.OWNER, ended_at=None).first()
    if owner:
        Application.objects.filter(organization=organization, applicant=row.user).update(applicant=owner.user)
    audit.record(
        "team.leave" if leaves else "team.end_access", organization, by=by, before=row.role, person=row.user_id
    )
    return row


def _end_membership(membership):
    row = Membership.objects.select_related("user").filter(pk=membership.pk, ended_at=None).first()
    if row is None:
        raise Refused(_("This person does not work here any more."))
    if row.role == Role.OWNER:
        raise Refused(_("There is always one owner. Another member must ask to become the owner first."))
    Membership.objects.filter(pk=row.pk).update(ended_at=clock.now())
    return row


def open_request(organization):
    """The wish to become owner that waits, or None."""
    return (
        OwnershipRequest.objects.filter(organization=organization, decided_at=None).select_related("asked_by").first()
    )


@transaction.atomic
def ask_to_be_owner(organization, *, by, reason):
    """A member whose address is proven asks to take over; the owner is written to (T-A28). Returns the request."""
    organization = _locked(organization)
    if role_of(by, organization) not in CHANGEABLE_ROLES:
        raise Refused(_("Only somebody who works on this application, and is not its owner, can ask this."))
    if not EmailAddress.objects.filter(user=by, email=by.email, verified=True).exists():
        raise Refused(_("Prove your e-mail address first: sign in once with a code."))
    if not reason.strip():
        raise Refused(_("Say why you should be the owner."), field="reason")
    if open_request(organization):
        raise Refused(_("Somebody has asked already, and it is not decided yet."))
    request = OwnershipRequest.objects.create(
        organization=organization, asked_by=by, reason=reason.strip(), answer_by=clock.now() + OWNER_ANSWERS_WITHIN
    )
    audit.record("team.ask_ownership", organization, by=by, reason=request.reason)
    owner = Membership.objects.filter(organization=organization, role=Role.OWNER, ended_at=None).first()
    if owner:
        _write(request, "ownership_asked", owner.user, url=_team_address(organization))
    return request


def _team_address(organization):
    application = organization.applications.order_by("-pk").first()
    path = reverse("team", args=[application.reference]) if application else reverse("my_applications")
    return settings.PORTAL_URL + path


def _write(request, template, person, **context):
    mail.queue(
        f"{template}:{request.pk}:{person.pk}",
        template,
        to=person.email,
        recipient=person,
        context={"organization": request.organization, "person": request.asked_by, "request": request, **context},
    )


@transaction.atomic
def answer_as_owner(request, *, by, granted):
    """The owner hands over and stays as an editor, or says no, while the secretariat has not decided."""
    organization = _locked(request.organization)
    _require_owner(organization, by)
    _decide(request, by=by, granted=granted, proof="")
    verb = "team.confirm_ownership" if granted else "team.decline_ownership"
    audit.record(verb, organization, by=by, person=request.asked_by_id)
    if granted:
        _make_owner(organization, request.asked_by, former_stays=True)
    _write(request, "ownership_decided", request.asked_by, granted=granted, url=_team_address(organization))
    return request


def for_the_secretariat():
    """The requests that the owner did not answer in time, or that have no owner who can sign in."""
    owner = Membership.objects.filter(
        organization=OuterRef("organization"),
        role=Role.OWNER,
        ended_at=None,
        user__in=User.objects.with_access().values("pk"),
    )
    waits = OwnershipRequest.objects.filter(decided_at=None).filter(Q(answer_by__lte=clock.now()) | ~Exists(owner))
    return waits.select_related("organization", "asked_by").order_by("asked_at")


@transaction.atomic
def decide_by_proof(request, *, by, granted, proof):
    """An officer decides what the owner did not answer; the access of an owner who is replaced ends."""
    require(by, Capability.SIGN)
    if not proof.strip():
        raise Refused(
            _("Say what the decision rests on, such as a letter of the head of the organization."), field="proof"
        )
    organization = _locked(request.organization)
    if not for_the_secretariat().filter(pk=request.pk).exists():
        raise Refused(_("This is decided, or the owner still has time to answer."))
    _decide(request, by=by, granted=granted, proof=proof.strip())
    verb = "team.grant_ownership" if granted else "team.refuse_ownership"
    audit.record(verb, organization, by=by, reason=proof.strip(), person=request.asked_by_id)
    told = [request.asked_by]
    if granted:
        told += filter(None, [_make_owner(organization, request.asked_by, former_stays=False)])
    for person in told:
        _write(request, "ownership_decided", person, granted=granted, url=_team_address(organization))
    return request


def _decide(request, *, by, granted, proof):
    if not OwnershipRequest.objects.filter(pk=request.pk, decided_at=None).update(
        decided_at=clock.now(), decided_by=by, is_granted=granted, proof=proof
    ):
        raise Refused(_("This was decided already."))
    request.refresh_from_db()


def _make_owner(organization, person, *, former_stays):
    """Make a member the owner, who gets the letters from now on; returns who owned it before, or None."""
    rows = Membership.objects.filter(organization=organization, ended_at=None)
    mine = rows.filter(user=person).first()
    if mine is None:
        raise Refused(_("This person does not work here any more."))
    owner = rows.filter(role=Role.OWNER).select_related("user").first()
    ending = [row.pk for row in (mine, owner) if row]
    Membership.objects.filter(pk__in=ending).update(ended_at=clock.now())
    Membership.objects.create(organization=organization, user=person, role=Role.OWNER)
    if owner and former_stays:
        Membership.objects.create(organization=organization, user=owner.user, role=Role.EDITOR)
    working = Membership.objects.filter(organization=organization, ended_at=None).values("user")
    of_others = ~Q(applicant__in=working) | Q(applicant=owner.user if owner else person)
    Application.objects.filter(of_others, organization=organization).update(applicant=person)
    return owner.user if owner else None
