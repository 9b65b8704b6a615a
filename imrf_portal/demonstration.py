"""People of the demonstration: invented, with a password that is printed and a second factor that can be read.

Nothing here works outside the embedded portal, whose data are a demonstration.
"""

from functools import cache

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache

from . import roles as staff_roles
from .access import Audience
from .errors import Refused
from .officers import ForumOfficer
from .users import User

DOMAIN = "demo.example"
PASSWORD = "open seat in the chamber"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def require_demonstration():
    if not settings.EMBEDDED:
        raise Refused(_t("There are no people of a demonstration in a portal in production."))


@cache
def hashed_password():
    """``PASSWORD`` as it is kept: hashed once for all, because each time costs a quarter of a second."""
    return make_password(PASSWORD)


@transaction.atomic
def create_person(email, name, audience=Audience.APPLICANT, *, roles=(), state=None, mission_role="", superuser=False):
    """A person who can sign in with ``PASSWORD``; Missions and staff have an authenticator with ``SECRET``."""
    require_demonstration()
    staff_roles.sync_roles()
    person = User.objects.filter(email__iexact=email).first() or User(email=email.lower())
    person.name, person.audience, person.is_superuser = name, audience, superuser
    person.member_state, person.mission_role = state, mission_role
    person.password = hashed_password()
    person.save()
    person.groups.set(Group.objects.filter(name__in=roles))
    if audience == Audience.SECRETARIAT and not person.forum_offices.exists():
        ForumOfficer.objects.create(officer=person)
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    if audience != Audience.APPLICANT and not person.authenticator_set.exists():
        TOTP.activate(person, SECRET)
        RecoveryCodes.activate(person)
    return person


def current_code(person):
    """The six digits that the authenticator app of ``person`` would show now."""
    require_demonstration()
    authenticator = person.authenticator_set.filter(type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return ""
    counter = list(yield_hotp_counters_from_time())[settings.MFA_TOTP_TOLERANCE]
    return format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter))


def people():
    """Who can be tried: rows of person, password and code."""
    require_demonstration()
    rows = User.objects.filter(email__endswith=f"@{DOMAIN}", is_active=True).order_by("audience", "email")
    return [
        {"person": person, "password": PASSWORD, "code": current_code(person)}
        for person in rows.select_related("member_state").prefetch_related("groups")
    ]


@never_cache
def page(request):
    if not settings.EMBEDDED:
        raise Http404
    return render(request, "account/demonstration.html", {"people": people()})
