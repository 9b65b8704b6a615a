"""What one application is allowed that the others are not: more time, or a rule that does not hold for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .applications import Application


class CountersignedException(models.Model):
    """Granted to one application by an officer, with a reason, and signed by another; never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="%(class)ss")
    act = models.OneToOneField("imrf_portal.CountersignedAct", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    granted_at = models.DateTimeField(_("granted"), default=clock.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_signed_by_another_person",
                condition=~Q(signed_by=F("granted_by")) & ~Q(reason=""),
            )
        ]


class Extension(CountersignedException):
    """More time for one application; it ends by itself when its instant has passed."""

    open_until = models.DateTimeField(_("open until"))

    class Meta(CountersignedException.Meta):
        verbose_name = _("extension for one application")
        verbose_name_plural = _("extensions for one application")

    def __str__(self):
        return f"{self.application}: {self.open_until:%Y-%m-%d}"


class Waiver(CountersignedException):
    """A rule of completeness that does not hold for one application."""

    class Rule(models.TextChoices):
        """The rules that can be waived, each by the kind of document that is then not required. No other can."""

        LEGAL_STATUS = "legal_status", _("Proof of legal status")
        HEAD_LETTER = "head_letter", _("Letter from the head of the organization")

    rule = models.CharField(_("rule"), max_length=20, choices=Rule)

    class Meta(CountersignedException.Meta):
        verbose_name = _("waiver of a rule")
        verbose_name_plural = _("waivers of rules")
        constraints = [
            *CountersignedException.Meta.constraints,
            models.UniqueConstraint(fields=["application", "rule"], name="rule_waived_once_for_an_application"),
        ]

    def __str__(self):
        return f"{self.application}: {self.get_rule_display()}"
