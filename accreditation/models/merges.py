"""Organizations that an officer found to be one: what the merge moved, so that it can be taken back whole."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .organizations import Organization


class OrganizationMerge(models.Model):
    """One merge. ``moved`` keeps the keys of every row that it changed, and what stood there before."""

    kept = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="merges_taken_in", verbose_name=_("kept")
    )
    merged = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="merges_given_up", verbose_name=_("merged into it")
    )
    reason = models.TextField(_("reason"))
    merged_at = models.DateTimeField(_("merged at"), default=clock.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged by")
    )
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("taken back by"),
    )  # fmt: skip
    undone_reason = models.TextField(_("reason of taking it back"), blank=True)

    class Meta:
        verbose_name = _("merge of organizations")
        verbose_name_plural = _("merges of organizations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="merge_is_of_two_organizations", condition=~Q(kept=F("merged"))),
            models.CheckConstraint(name="merge_has_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merge_of_an_organization_stands_once"
            ),
            models.CheckConstraint(
                name="merge_undone_with_author_and_reason",
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.merged} → {self.kept}"
