"""Representatives: the people an organization sends."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accreditation.models import Accreditation
from imrf_portal import clock


def new_invitation_key():
    return secrets.token_urlsafe(24)


class Representative(models.Model):
    """A person of one organization at one Forum. Only what is needed; what is private never leaves the secretariat."""

    class Gender(models.TextChoices):
        UNANSWERED = "", _("Not answered")
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")
        OTHER = "other", _("Other")

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="representatives")
    name = models.CharField(_("name as in the passport"), max_length=200, blank=True)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender, blank=True)
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    access_needs = models.TextField(_("access needs"), blank=True)
    wants_visa_letter = models.BooleanField(_("visa support letter wanted"), default=False)
    passport_number = models.CharField(_("passport number"), max_length=30, blank=True)
    is_minor = models.BooleanField(_("under 18 on the first day of the meeting"), default=False)
    of_age_said_at = models.DateTimeField(
        _("entered as under 18 before, said to be of age"), null=True, blank=True, editable=False
    )
    consented_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    invitation_key = models.CharField(max_length=40, unique=True, default=new_invitation_key, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="representative_said_to_be_of_age_is_not_under_18",
                condition=models.Q(of_age_said_at=None) | models.Q(is_minor=False),
            )
        ]

    def __str__(self):
        """Goes into events, lists and letters, so it never holds the address of somebody who has not answered yet."""
        return self.name or _t("Invited person %(number)s") % {"number": self.pk or ""}

    @property
    def known_as(self):
        """For the organization and the registration desk, who know the address."""
        return self.name or self.email
