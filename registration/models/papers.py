"""What an organization takes away from its registrations: letters with a code, and calendar addresses."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accreditation.models import Accreditation
from imrf_portal import clock, codes

from .people import Representative


def new_letter_code():
    return codes.random_code("L")


def new_feed_key():
    return secrets.token_urlsafe(24)


class Letter(models.Model):
    """A letter about a person, with the facts it states. Whether it is valid is asked of the record, never kept."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", _("Confirmation of participation")
        VISA = "visa", _("Visa support letter")

    representative = models.ForeignKey(Representative, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    code = models.CharField(_("code"), max_length=20, unique=True, default=new_letter_code, editable=False)
    facts = models.JSONField(_("facts it states"))
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("letter about a person")
        verbose_name_plural = _("letters about people")
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.code}"


class FeedKey(models.Model):
    """The private address of a calendar: of one person, or of all people of an organization. It can be taken back."""

    key = models.CharField(max_length=40, unique=True, default=new_feed_key, editable=False)
    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="feed_keys")
    representative = models.ForeignKey(
        Representative, on_delete=models.PROTECT, null=True, blank=True, related_name="feed_keys"
    )
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["accreditation"],
                condition=Q(revoked_at=None, representative=None),
                name="feed_one_address_per_organization",
            ),
            models.UniqueConstraint(
                fields=["representative"], condition=Q(revoked_at=None), name="feed_one_address_per_person"
            ),
        ]

    def __str__(self):
        return f"{self.representative or self.accreditation}"
