"""Who is looking, and what a member of the secretariat may do: two tables that everything else reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    PUBLIC = "public", _("the public")
    APPLICANT = "applicant", _("the applicant")
    MEMBER_STATE = "member_state", _("a Member State")
    SECRETARIAT = "secretariat", _("the secretariat")
    CALENDAR = "calendar", _("the calendar")

    @classmethod
    def of(cls, actor):
        """The audience of a user; ``None`` is the calendar (a sweep), anonymous is the public."""
        if actor is None:
            return cls.CALENDAR
        return cls(actor.audience) if actor.is_authenticated else cls.PUBLIC


class Capability(models.TextChoices):
    """What a member of the secretariat may be allowed to do."""

    VIEW = "view", _("read applications and open documents")
    SCREEN = "screen", _("ask, take notes, recommend")
    SIGN = "sign", _("give the second signature")
    CIRCULATE = "circulate", _("compile, circulate, extend and close lists; record talks; answer States")
    DECIDE = "decide", _("accredit, not accredit, revoke")
    EXPORT = "export", _("take data out of the portal")
    REGISTER = "register", _("run registration and seats")
    CONFIGURE = "configure", _("change Forums, Calls, dates, reference lists, people")
    SUPPORT = "support", _("see the pages of an applicant or a Mission as they see them, to help")


_ALL = frozenset(Capability)
ROLES = {
    "Reviewer": frozenset({Capability.VIEW, Capability.SCREEN}),
    "Senior reviewer": frozenset({Capability.VIEW, Capability.SCREEN, Capability.SIGN, Capability.EXPORT}),
    "Coordinator": _ALL - {Capability.CONFIGURE},
    "Registration desk": frozenset({Capability.VIEW, Capability.REGISTER}),
    "Administrator": frozenset({Capability.VIEW, Capability.CONFIGURE, Capability.EXPORT, Capability.SUPPORT}),
}
"""Staff roles (names of groups) and what each may do. Roles add up.

``SUPPORT`` goes to those who answer Missions and look after people: a person's pages hold drafts, and the affairs of a
State, which no single review needs.
"""


def capabilities_of(user):
    """What this person may do; a superuser may do all, and still meets every rule of the workflow."""
    if not (user.is_authenticated and user.is_active and user.audience == Audience.SECRETARIAT):
        return frozenset()
    if user.is_superuser:
        return _ALL
    return frozenset().union(*(ROLES.get(name, frozenset()) for name in user.role_names))


def may(user, capability):
    return capability in capabilities_of(user)
