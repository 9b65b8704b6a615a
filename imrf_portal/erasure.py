"""Erasing an account: asked for by its owner, done on a set date (T-A49).

The record of a meeting stays (applications, lists, decisions, events); what belongs to the person alone goes. A hold on
a record that the person has part in keeps the account too, until it is lifted.
"""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock, mail, retention
from .access import Audience
from .errors import Refused
from .users import User, end_sessions

logger = logging.getLogger(__name__)
WAIT = timedelta(days=30)
SWEPT_WITHIN = timedelta(hours=2)
_what_knows_people = []


def also(forget):
    """``forget(user)`` takes a person out of what an app keeps beside the account; called in the erasure of it."""
    _what_knows_people.append(forget)


class AccountErasure(models.Model):
    """One person's wish to have the account erased. The rows of those who changed their mind are deleted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure")
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    due_at = models.DateTimeField(_("erased on"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure of an account")
        verbose_name_plural = _("erasures of accounts")

    def __str__(self):
        return f"{self.user} ({self.due_at:%Y-%m-%d})"

    def waits_for_a_hold(self):
        """Whether the date has passed and the account stands: the sweep, hourly, erases all but what is on hold."""
        return self.done_at is None and clock.now() >= self.due_at + SWEPT_WITHIN


@transaction.atomic
def ask(user):
    """Set the date on which the account will be erased, and return the request."""
    if user.audience != Audience.APPLICANT:
        raise Refused(_t("Accounts of Missions and of the secretariat are ended by their administrator."))
    wish, created = AccountErasure.objects.get_or_create(user=user, defaults={"due_at": clock.now() + WAIT})
    if created:
        audit.record("user.ask_erasure", user, by=user, after=f"{wish.due_at:%Y-%m-%d}")
    return wish


@transaction.atomic
def keep(user):
    """The person has changed their mind."""
    if AccountErasure.objects.filter(user=user, done_at=None).delete()[0]:
        audit.record("user.keep_account", user, by=user)


def erase_due_accounts():
    """Sweep: erase what is due; return how many."""
    erased = 0
    for wish in AccountErasure.objects.filter(done_at=None, due_at__lte=clock.now()).select_related("user"):
        try:
            if retention.is_held(wish.user, what="account", records=retention.records_of_person(wish.user)):
                continue
            erase(wish)
            erased += 1
        except Exception as problem:  # one account must not stop the others
            # Not its words: a database quotes the values of the row in them.
            logger.error("Could not erase account %s (%s)", wish.user_id, type(problem).__name__)
    return erased


@transaction.atomic
def erase(wish):
    if not AccountErasure.objects.filter(pk=wish.pk, done_at=None).update(done_at=clock.now()):
        return
    user = wish.user
    nobody = f"erased-{user.pk}@erased.invalid"
    end_sessions(user)
    EmailAddress.objects.filter(user=user).delete()
    user.authenticator_set.all().delete()
    letters = mail.OutgoingMail.objects.filter(models.Q(recipient=user) | models.Q(to__iexact=user.email))
    mail.forget(letters, to=nobody)
    for forget in _what_knows_people:
        forget(user)
    User.objects.filter(pk=user.pk).update(email=nobody, name="", password="!", time_zone="", is_active=False)
    user.refresh_from_db()
    audit.record("user.erase", user, by=None)
