"""Conflicts of interest: what ties an officer to applicants, and what she declared before she opened a file."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.geography import Country

from .applications import Application


class DeclaredInterest(models.Model):
    """A country or an organization that an officer says she belongs, or belonged, to; kept when she takes it back."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declared_interests", verbose_name=_("officer")
    )
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country")
    )
    organization = models.CharField(_("organization"), max_length=255, blank=True)
    declared_at = models.DateTimeField(_("declared"), default=clock.now)
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="interest_is_a_country_or_an_organization",
                condition=Q(country=None) & ~Q(organization="") | Q(country__isnull=False, organization=""),
            ),
            models.UniqueConstraint(
                fields=["officer", "country"],
                condition=Q(ended_at=None, country__isnull=False),
                name="interest_in_a_country_declared_once",
            ),
            models.UniqueConstraint(
                fields=["officer", "organization"],
                condition=Q(ended_at=None, country=None),
                name="interest_in_an_organization_declared_once",
            ),
        ]

    def __str__(self):
        return str(self.country or self.organization)


class ConflictDeclarationQuerySet(models.QuerySet):
    def recusals(self):
        """Those that stand: a conflict was declared and nobody lifted it."""
        return self.filter(has_conflict=True, lifted_at=None)


class ConflictDeclaration(models.Model):
    """What an officer said about herself and one application: no conflict, or recused; what came before are events."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="conflict_declarations", verbose_name=_("application")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    has_conflict = models.BooleanField(_("conflict of interest"))
    reason = models.TextField(_("reason"), blank=True)
    declared_at = models.DateTimeField(_("declared"), default=clock.now)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lifted_reason = models.TextField(_("why it was lifted"), blank=True)

    objects = ConflictDeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration on conflicts")
        verbose_name_plural = _("declarations on conflicts")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "application"], name="conflict_declared_once_per_officer_and_application"
            ),
            models.CheckConstraint(name="conflict_has_a_reason", condition=Q(has_conflict=False) | ~Q(reason="")),
            models.CheckConstraint(
                name="recusal_lifted_by_another_with_a_reason",
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(has_conflict=True, lifted_at__isnull=False, lifted_by__isnull=False)
                & ~Q(lifted_by=F("officer"))
                & ~Q(lifted_reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.officer}: {self.application}"
