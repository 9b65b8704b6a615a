"""When a homepage was last asked whether it answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from imrf_portal.outward import Answer

from .applications import Application


class HomepageCheck(models.Model):
    """The last answer of one address of an application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="homepage_checks")
    address = models.CharField(_("address"), max_length=500)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer)
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of a homepage")
        verbose_name_plural = _("checks of homepages")
        constraints = [
            models.UniqueConstraint(fields=["application", "address"], name="homepage_checked_once_per_address")
        ]

    def __str__(self):
        return f"{self.application}: {self.answer}"
