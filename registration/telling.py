"""Who is written to about a registration."""

from django.conf import settings
from django.urls import reverse

from accreditation.models import Membership
from imrf_portal import mail


def focal_points(accreditation):
    """The users who may act for the organization, the owner first."""
    return [
        membership.user
        for membership in Membership.objects.filter(
            organization_id=accreditation.organization_id,
            ended_at=None,
            role__in=[Membership.Role.OWNER, Membership.Role.EDITOR],
        )
        .select_related("user")
        .order_by("-role", "pk")
    ]


def tell_person(registration, template, *, key, **context):
    """Write to the representative; where no address is known, to the organization."""
    address = registration.representative.email
    if address:
        _write(registration, template, key=key, to=address, recipient=None, context=context)
    else:
        tell_organization(registration, template, key=key, **context)


def tell_organization(registration, template, *, key, **context):
    """Write to each focal point of the organization."""
    for user in focal_points(registration.accreditation):
        _write(registration, template, key=f"{key}:{user.pk}", to=user.email, recipient=user, context=context)


def tell_all(registration, template, *, key, **context):
    """Write to the organization and, at another address, to the representative."""
    tell_organization(registration, template, key=key, **context)
    address = registration.representative.email
    if address and address not in {user.email for user in focal_points(registration.accreditation)}:
        _write(registration, template, key=key, to=address, recipient=None, context=context)


def _write(registration, template, *, key, to, recipient, context):
    mail.queue(key, template, **_letter(registration, to=to, recipient=recipient, context=context))


def address_for(accreditation):
    """Where the focal points of an organization keep, release, accept and register."""
    return settings.PORTAL_URL + reverse("registration_of", args=[accreditation.forum.slug, accreditation.pk])


def _letter(registration, *, to, recipient, context):
    """``address`` is where the reader can act: a focal point on the organization's page, the person nowhere."""
    forum = registration.forum_session.forum
    registration.accreditation.forum = forum
    return {
        "to": to,
        "recipient": recipient,
        "about": forum.reference_prefix,
        "context": {
            "registration": registration,
            "session": registration.forum_session,
            "organization": registration.accreditation.organization,
            "forum": forum,
            "address": address_for(registration.accreditation) if recipient else "",
            **context,
        },
    }


def tell_result(registrations, allocation, *, words=""):
    """The result of a run to everybody in it; many thousands at once."""
    letters = []
    for registration in registrations:
        key = f"allocation:{allocation.pk}:{registration.pk}"
        address = registration.representative.email
        if address:
            letter = _letter(registration, to=address, recipient=None, context={"rule": words})
            letters.append(mail.compose(key, "allocation_result", **letter))
        else:
            tell_organization(registration, "allocation_result", key=key, rule=words)
    mail.queue_many(letters)
