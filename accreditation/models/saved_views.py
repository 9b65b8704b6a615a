"""Views of the queue that officers keep: a name for the filters of an address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock


class SavedViewQuerySet(models.QuerySet):
    def usable_by(self, user):
        """Those this officer made, and those made for the whole desk, without the deleted ones."""
        return self.filter(Q(owner=user) | Q(is_shared=True), deleted_at=None)


class SavedView(models.Model):
    """``address`` is the query string of the queue, as ``QueueFilters.address`` writes it."""

    name = models.CharField(_("name"), max_length=60)
    address = models.CharField(max_length=1000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    is_shared = models.BooleanField(_("for the whole desk"), default=False)
    saved_at = models.DateTimeField(_("saved"), default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(deleted_at=None), name="view_named_once_per_officer"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(deleted_at=None, is_shared=True), name="shared_view_named_once"
            ),
        ]

    def __str__(self):
        return self.name
