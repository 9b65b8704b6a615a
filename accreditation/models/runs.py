"""Bulk runs: one verb on many applications, previewed first, kept as a record, and safe to take up again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .applications import Application, Status


class BulkRun(models.Model):
    """What an officer asked for, with the words that go with it; its items say what came of each."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Previewed, nothing changed")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    verb = models.CharField(_("verb"), max_length=40)
    arguments = models.JSONField(_("words"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREVIEW)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    previewed_at = models.DateTimeField(_("worked out"), default=clock.now)
    letter_count = models.PositiveIntegerField(default=0)
    sample_letter = models.JSONField(default=dict, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.verb} {self.pk}"


class BulkRunItem(models.Model):
    """One application of a run. The row is changed in the transaction of the verb, so none is done twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To go")
        SKIPPED = "skipped", _("Left as it is")
        DROPPED = "dropped", _("Taken off by you")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused since you confirmed")

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    seen_version = models.PositiveSmallIntegerField(default=0)
    seen_status = models.CharField(max_length=20, choices=Status, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("goes to"),
    )  # fmt: skip
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("held by, when worked out"),
    )  # fmt: skip
    state = models.CharField(_("result"), max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(_("why"), blank=True)
    before = models.CharField(_("from"), max_length=80, blank=True)
    after = models.CharField(_("to"), max_length=80, blank=True)
    letters = models.PositiveSmallIntegerField(_("letters"), default=0)
    happened_at = models.DateTimeField(_("when"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "application"], name="run_names_an_application_once")]

    def __str__(self):
        return f"{self.run}: {self.application_id}"
