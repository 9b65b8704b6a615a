"""The agreement of a parent or guardian, without which a person under 18 has no letter, no pass and no entry."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .people import Representative

CLEARED = Q(is_minor=False, of_age_said_at=None) | Q(guardian_form__agreed_at__isnull=False)
"""Representatives who are of age, or whose guardian agreed; after an entry as under 18 the desk says who is of age."""

WAITING = Q(is_minor=True, guardian_form__agreed_at=None)
"""Representatives under 18 whose guardian has not agreed."""
IN_QUESTION = Q(of_age_said_at__isnull=False)
"""Representatives entered as under 18 and said to be of age, whom the desk has not looked at."""


def new_guardian_key():
    return secrets.token_urlsafe(24)


class GuardianForm(models.Model):
    """Asked of a guardian by letter; given on the page behind ``key``, or received on paper by the desk."""

    representative = models.OneToOneField(Representative, on_delete=models.PROTECT, related_name="guardian_form")
    key = models.CharField(max_length=40, unique=True, default=new_guardian_key, editable=False)
    name = models.CharField(_("name of the parent or guardian"), max_length=200)
    email = models.EmailField(_("e-mail address of the parent or guardian"), blank=True)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    relation = models.CharField(_("relation to the person"), max_length=80, blank=True)
    phone = models.CharField(_("telephone during the meeting"), max_length=40, blank=True)
    accompanied_by = models.CharField(_("who of age accompanies the person"), max_length=200, blank=True)
    words = models.TextField(_("what was agreed to"), blank=True)
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("form of a guardian")
        verbose_name_plural = _("forms of guardians")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="guardian_agreed_to_words_or_on_paper",
                condition=Q(agreed_at=None, received_by=None)
                | (Q(agreed_at__isnull=False) & (~Q(words="") | Q(received_by__isnull=False))),
            )
        ]

    def __str__(self):
        return f"{self.name}: {self.representative}"
