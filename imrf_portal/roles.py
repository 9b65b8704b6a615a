"""Staff roles as groups, and people as members of the secretariat."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t

from . import audit, mail
from .access import ROLES, Audience, Capability, may
from .errors import Refused
from .officers import ForumOfficer
from .users import User, end_sessions


@transaction.atomic
def sync_roles():
    """Make the groups be exactly ``access.ROLES``; what a role may do is read there, never from the database."""
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    Group.objects.exclude(name__in=ROLES).delete()


@transaction.atomic
def create_officer(address, *, roles, name="", superuser=False, by=None, all_forums=False):
    """A member of the secretariat with a proven address and no password: signs in with a code. Returns the person.

    ``by`` is the officer who does it, or None on the command line. Without ``all_forums`` the person works on no Forum
    until somebody assigns one.
    """
    if by is not None:
        require_configure(by)
    sync_roles()
    officer = User.objects.create_user(address, name=name, audience=Audience.SECRETARIAT, is_superuser=superuser)
    officer.groups.set(Group.objects.filter(name__in=roles))
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    if all_forums:
        ForumOfficer.objects.create(officer=officer)
    audit.record("user.create", officer, by=by, after=", ".join(roles))
    return officer


def require_configure(by, person=None):
    if not may(by, Capability.CONFIGURE):
        raise Refused(_t("Your role does not include changing people."))
    if person is not None and person.pk == by.pk:
        raise Refused(_t("Another officer must do this for you."))


@transaction.atomic
def disable(person, *, by):
    """End a person's access at once: no sign-in, and running sessions stop. History keeps the name."""
    require_configure(by, person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    audit.record("user.disable", person, by=by)
    return person


@transaction.atomic
def enable(person, *, by):
    require_configure(by, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("user.enable", person, by=by)
    return person


def forget_second_factor(person, *, by):
    """Let a person who lost every device set up a new second factor; who they are was checked by other means."""
    require_configure(by, person)
    return take_second_factor_away(person, by=by)


@transaction.atomic
def take_second_factor_away(person, *, by):
    """Sign the person out and tell them: somebody else may have asked for it. The caller knows that ``by`` may."""
    person.authenticator_set.all().delete()
    end_sessions(person)
    event = audit.record("user.forget_second_factor", person, by=by)
    of_the_mission = by.audience == Audience.MEMBER_STATE
    mail.queue(
        f"second-factor:{event.pk}",
        "second_factor_forgotten",
        to=person.email,
        recipient=person,
        context={"by": by if of_the_mission else "", "url": settings.PORTAL_URL + reverse("account_login")},
    )
    return person
