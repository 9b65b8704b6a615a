"""Seeing what a person sees, to help: an officer reads the pages of an applicant or a Mission as that person (T-S30).

A look has a reason and half an hour by the clock: from ``started_at`` until, but not at, ``ends_at``. The session stays
the officer's own; ``look_middleware`` swaps who is shown a page. The person reads the reason in their own record.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Trim
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock
from .access import Audience, Capability, may
from .errors import Refused

LASTS = timedelta(minutes=30)
SEEN = (Audience.APPLICANT, Audience.MEMBER_STATE)
"""Whose pages can be seen; nobody looks with the eyes of the secretariat."""

OPEN_PAGES = set()
"""Names of the addresses that a look opens, said by each app; any other is refused, one that is made later too.

Kept out on purpose: the account and its sessions, settings, people of a Mission, private data of representatives,
keys of invitations and calendars, and whatever is downloaded or leaves a record of who read it.
"""
NOT_HERS = []
"""Functions from a person and an officer to whether some of what the person sees is withheld from the officer."""
RECORDS = []
"""Functions that write a look that has begun into what else the person reads of it."""


class SupportLookQuerySet(models.QuerySet):
    def running(self):
        now = clock.now()
        return self.filter(ended_at=None, started_at__lte=now, ends_at__gt=now)


class SupportLook(models.Model):
    """One look. A trigger lets nothing but its early end be written afterwards."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("with the eyes of")
    )
    reason = models.CharField(_("reason"), max_length=300)
    started_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(_("ends at"))
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    objects = SupportLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("look with the eyes of a person")
        verbose_name_plural = _("looks with the eyes of a person")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="support_look_has_a_reason", condition=~Q(Exact(Trim("reason"), ""))),
            models.CheckConstraint(name="support_look_ends_after_its_start", condition=Q(ends_at__gt=F("started_at"))),
            models.CheckConstraint(
                name="support_look_ends_early_within_its_time",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"), ended_at__lte=F("ends_at")),
            ),
            models.CheckConstraint(name="support_look_is_at_another_person", condition=~Q(officer=F("person"))),
        ]

    def __str__(self):
        return f"{self.officer}: {self.person}"


def hindrance(person, by):
    """Why ``by`` may not see what ``person`` sees, as a sentence; empty when nothing stands against it."""
    if not may(by, Capability.SUPPORT):
        return _t("Your role does not include seeing what others see.")
    if person.audience not in SEEN:
        return _t("Only the pages of applicants and Missions can be seen in this way.")
    if not person.is_active or person.access_has_ended():
        return _t("The access of %(who)s has ended: there is nothing to see.") % {"who": person}
    if any(withheld(person, by) for withheld in NOT_HERS):
        return _t(
            "Some of what %(who)s sees is not open to you. Ask an officer who works on all the Forums concerned."
        ) % {"who": person}
    return ""


@transaction.atomic
def begin(person, *, by, reason):
    """Start a look of half an hour and tell the person's record why; returns the ``SupportLook``."""
    reason = reason.strip()
    if not reason:
        raise Refused(_t("Say why you look; the person reads it."), field="reason")
    if why_not := hindrance(person, by):
        raise Refused(why_not)
    now = clock.now()
    look = SupportLook.objects.create(officer=by, person=person, reason=reason, started_at=now, ends_at=now + LASTS)
    audit.record("user.look", person, by=by, reason=reason, look=look.pk, until=look.ends_at.isoformat())
    for write in RECORDS:
        write(look)
    return look


def running(pk, *, by):
    """The look of this officer that lasts still, and that nothing has come to stand against since; else None."""
    look = SupportLook.objects.running().select_related("person").filter(pk=pk, officer=by).first()
    return look if look and not hindrance(look.person, by) else None


@transaction.atomic
def end(look, *, by):
    """End a look before its time; returns it."""
    if not SupportLook.objects.running().filter(pk=look.pk, officer=by).update(ended_at=clock.now()):
        raise Refused(_t("This look has ended already."))
    look.refresh_from_db()
    audit.record("user.end_look", look.person, by=by, internal=True, look=look.pk)
    return look
