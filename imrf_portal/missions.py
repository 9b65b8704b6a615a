"""Who speaks for a State: a Mission's administrator invites delegates and ends their access."""

import secrets
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t

from . import audit, clock, mail, roles
from .access import Audience, Capability, may
from .audit import Event
from .errors import Refused
from .forum import Forum
from .users import User, end_sessions

PRIVATE_DOMAINS = frozenset(
    "126.com 163.com aol.com fastmail.com free.fr gmail.com gmx.com gmx.de gmx.net googlemail.com hotmail.com "
    "hotmail.fr icloud.com laposte.net libero.it live.com mail.com mail.ru mailbox.org me.com msn.com naver.com "
    "orange.fr outlook.com outlook.fr proton.me protonmail.com qq.com rediffmail.com t-online.de web.de yahoo.co.in "
    "yahoo.co.uk yahoo.com yahoo.com.br yahoo.es yahoo.fr yandex.com yandex.ru ymail.com zoho.com".split()
)
"""Providers of private addresses: an address there says nothing of who employs its owner."""
INVITED_ROLES = {User.MissionRole.OBJECTOR, User.MissionRole.READER}


def is_private(address):
    return address.rpartition("@")[2].strip().lower() in PRIVATE_DOMAINS


def delegates_of(user):
    """The people who speak for the same State as ``user``: for the Mission's administrator only."""
    if Audience.of(user) != Audience.MEMBER_STATE or user.mission_role != User.MissionRole.ADMINISTRATOR:
        return User.objects.none()
    return User.objects.filter(member_state=user.member_state_id)


def meetings_ahead():
    return Forum.objects.filter(is_published=True, ends_on__gte=clock.now().date())


def usual_end_of_access():
    """The midnight after the last day of the last meeting ahead, at its place; None when no meeting is ahead."""
    last = meetings_ahead().order_by("ends_on").last()
    if last is None:
        return None
    return datetime.combine(last.ends_on + timedelta(days=1), time(), ZoneInfo(last.time_zone))


def require_administrator(by):
    if not (by.audience == Audience.MEMBER_STATE and by.mission_role == User.MissionRole.ADMINISTRATOR):
        raise Refused(_t("Only the administrator of your Mission may do this."))


def require_private_addresses_allowed():
    if not meetings_ahead().filter(missions_may_use_private_addresses=True).exists():
        raise Refused(
            _t("This is a private e-mail address. This meeting asks for an address of the Mission or the government."),
            field="email",
        )


MOST_TAKEN_A_DAY = 3


class Taken(Refused):
    """The address has an account that does not speak for this State."""


def invite(address, *, role, by, name="", private_confirmed=False, access_ends_at=None):
    """The Mission's administrator lets a delegate in, and writes to the delegate. Returns the delegate.

    An address that somebody else uses here is refused, which says that it is used. So a Mission is refused few times a
    day, and each time stands on the record of the Office: nobody tries out whom the portal knows.
    """
    require_administrator(by)
    tried = Event.objects.about(by.member_state).filter(verb="user.invite_taken")
    if tried.filter(happened_at__gt=clock.now() - timedelta(days=1)).count() >= MOST_TAKEN_A_DAY:
        raise Refused(_t("Ask the Office to let more people in today."), field="email")
    try:
        return _let_in(address, role, by, name, private_confirmed, access_ends_at)
    except Taken:
        audit.record("user.invite_taken", by.member_state, by=by, internal=True)
        raise


@transaction.atomic
def _let_in(address, role, by, name, private_confirmed, access_ends_at):
    if role not in INVITED_ROLES:
        raise Refused(_t("Only the Office may name another administrator."), field="role")
    private = is_private(address)
    if private:
        require_private_addresses_allowed()
    if private and not private_confirmed:
        raise Refused(
            _t(
                "This is a private e-mail address, and anyone can open one. Tick the box to invite it all the same; "
                "the Office will see it."
            ),
            field="private_confirmed",
        )
    return admit(
        address,
        state=by.member_state,
        role=role,
        by=by,
        name=name,
        access_ends_at=access_ends_at or usual_end_of_access(),
        private_address=private,
    )


def create_administrator(address, *, state, by, name=""):
    """The Office names the administrator of a Mission. Returns the person."""
    if not may(by, Capability.CONFIGURE):
        raise Refused(_t("Your role does not include changing people."))
    with transaction.atomic():
        return admit(
            address,
            state=state,
            role=User.MissionRole.ADMINISTRATOR,
            by=by,
            name=name,
            access_ends_at=usual_end_of_access(),
            private_address=is_private(address),
        )


def admit(address, *, state, role, by, name, access_ends_at, private_address):
    address = address.strip().lower()
    delegate = User.objects.at(address).first()
    if delegate is None:
        delegate = User(email=address, audience=Audience.MEMBER_STATE, member_state=state)
        delegate.set_unusable_password()
    elif delegate.member_state_id != state.pk:
        raise Taken(_t("This address cannot be invited. Use another address, or ask the Office."), field="email")
    elif not delegate.is_active and by.audience == Audience.MEMBER_STATE:
        raise Refused(_t("The Office ended the access of this person. Ask the Office."), field="email")
    elif delegate.mission_role == User.MissionRole.ADMINISTRATOR and role != delegate.mission_role:
        raise Refused(_t("This is an administrator of your Mission. Only the Office changes that."), field="email")
    delegate.name = name or delegate.name
    delegate.mission_role, delegate.access_ends_at, delegate.is_active = role, access_ends_at, True
    delegate.save()
    audit.record("user.invite", delegate, by=by, after=role, private_address=private_address, state=state.pk)
    mail.queue(
        f"invitation:{delegate.pk}:{secrets.token_hex(6)}",
        "mission_invitation",
        to=address,
        recipient=delegate,
        context={
            "state": state,
            "by": str(by) if by.audience == Audience.MEMBER_STATE else _t("The Office"),
            "role": delegate.get_mission_role_display(),
            "url": settings.PORTAL_URL + reverse("account_login"),
        },
    )
    return delegate


def require_other_delegate(delegate, by):
    require_administrator(by)
    if delegate.member_state_id != by.member_state_id:
        raise Refused(_t("This person does not speak for your State."))
    if delegate.pk == by.pk or delegate.mission_role == User.MissionRole.ADMINISTRATOR:
        raise Refused(_t("For an administrator of the Mission, ask the Office."))


@transaction.atomic
def end_access(delegate, *, by):
    """End a delegate's access now: sign-in is refused and running sessions stop. Returns the delegate."""
    require_other_delegate(delegate, by)
    delegate.access_ends_at = clock.now()
    delegate.save(update_fields=["access_ends_at"])
    end_sessions(delegate)
    audit.record("user.end_access", delegate, by=by)
    return delegate


def forget_second_factor(delegate, *, by):
    """Let a delegate who lost every device set up a second factor anew. Returns the delegate."""
    require_other_delegate(delegate, by)
    return roles.take_second_factor_away(delegate, by=by)
