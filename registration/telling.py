"""Who is written to about a registration."""

from django.conf import settings
from django.urls import reverse

from accreditation.models import Membership
from imrf_portal import mail


def focal_points(accreditation):
    """The users who may act for the organization, the owner first."""
    return focal_points_of([accreditation])[accreditation.organization_id]


def focal_points_of(accreditations):
    """The same for many, by key of the organization, in one statement."""
    found = {accreditation.organization_id: [] for accreditation in accreditations}
    for membership in (
        Membership.objects.filter(
            organization__in=list(found), ended_at=None, role__in=[Membership.Role.OWNER, Membership.Role.EDITOR]
        )
        .select_related("user")
        .order_by("-role", "pk")
    ):
        found[membership.organization_id].append(membership.user)
    return found


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
    """The result of a run to everybody in it, to their organization where no address is known; many at once."""
    silent = [one.accreditation for one in registrations if not one.representative.email]
    users = focal_points_of(silent) if silent else {}
    letters = []
    for registration in registrations:
        key = f"allocation:{allocation.pk}:{registration.pk}"
        if address := registration.representative.email:
            readers = [(key, address, None)]
        else:
            acting = users[registration.accreditation.organization_id]
            readers = [(f"{key}:{user.pk}", user.email, user) for user in acting]
        for own_key, to, recipient in readers:
            letter = _letter(registration, to=to, recipient=recipient, context={"rule": words})
            letters.append(mail.compose(own_key, "allocation_result", **letter))
    mail.queue_many(letters)
