"""What a new version of a reference list would change in what the portal once answered: a queue that people settle."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, sight

from .applications import Application
from .organizations import Accreditation, RecognitionRequest
from .references import ReferenceList, RouteVerdict

SUBJECTS = ("application", "accreditation", "recognition_request", "verdict")
"""What a line can be about: exactly one of these columns is filled."""


class VerdictReview(models.Model):
    """The stored answers run again because a version came into use: where the worker is, so that it can go on there."""

    class Stage(models.TextChoices):
        ACCREDITATIONS = "accreditation", _("accreditations without an application")
        REQUESTS = "recognition_request", _("requests for recognition")
        APPLICATIONS = "application", _("applications")
        VERDICTS = "verdict", _("answers to people who went on")
        DONE = "done", _("done")

    reference_list = models.OneToOneField(ReferenceList, on_delete=models.PROTECT, related_name="review")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.ACCREDITATIONS)
    last_key = models.BigIntegerField(default=0)
    read_count = models.PositiveIntegerField(_("answers read"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("review of stored answers")
        verbose_name_plural = _("reviews of stored answers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="review_of_verdicts_done_iff_dated",
                condition=Q(stage="done", finished_at__isnull=False) | ~Q(stage="done") & Q(finished_at=None),
            )
        ]

    def __str__(self):
        return f"{self.reference_list}: {self.get_stage_display()}"


class ConsequenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The lines that a member of the secretariat may know of: see ``places``."""
        return sight.visible(self, user)

    def open(self):
        return self.filter(settled_at=None)


class Consequence(models.Model):
    """A difference between what was answered and what the lists say now. Nothing changes until a person settles it."""

    class Settlement(models.TextChoices):
        KEEP = "keep", _("Leave everything as it is")
        TELL = "tell", _("Tell the organization what the list says now")
        RECOGNIZE = "recognize", _("Recognize the organization without an application")
        DECLINE = "decline", _("Decline its request for recognition")
        REVOKE = "revoke", _("Revoke its recognition")
        OVERTAKEN = "overtaken", _("Overtaken by a newer version")

    reference_list = models.ForeignKey(
        ReferenceList, on_delete=models.PROTECT, related_name="consequences", verbose_name=_("new version")
    )
    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="+", verbose_name=_("Forum"))
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences",
        verbose_name=_("application"),
    )  # fmt: skip
    accreditation = models.ForeignKey(
        Accreditation, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences",
        verbose_name=_("accreditation"),
    )  # fmt: skip
    recognition_request = models.ForeignKey(
        RecognitionRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences",
        verbose_name=_("request for recognition"),
    )  # fmt: skip
    verdict = models.ForeignKey(
        RouteVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="consequences",
        verbose_name=_("answer of the route finder"),
    )  # fmt: skip
    name = models.CharField(_("organization"), max_length=255)
    before = models.ForeignKey(
        RouteVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("answer before"),
    )  # fmt: skip
    before_route = models.CharField(_("route before"), max_length=10, choices=RouteVerdict.Route)
    after = models.ForeignKey(
        RouteVerdict, on_delete=models.PROTECT, related_name="+", verbose_name=_("answer of the new version")
    )
    after_route = models.CharField(_("route now"), max_length=10, choices=RouteVerdict.Route)
    found_at = models.DateTimeField(_("found"), default=clock.now)
    settlement = models.CharField(_("settled"), max_length=10, choices=Settlement, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)

    objects = ConsequenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("consequence of a new list")
        verbose_name_plural = _("consequences of new lists")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="consequence_is_about_one_thing",
                condition=Q(application__isnull=False, accreditation=None, recognition_request=None, verdict=None)
                | Q(application=None, accreditation__isnull=False, recognition_request=None, verdict=None)
                | Q(application=None, accreditation=None, recognition_request__isnull=False, verdict=None)
                | Q(application=None, accreditation=None, recognition_request=None, verdict__isnull=False),
            ),
            models.CheckConstraint(
                name="consequence_settled_by_a_person_with_reason",
                condition=Q(settlement="", settled_at=None, settled_by=None, reason="")
                | Q(settlement="overtaken", settled_at__isnull=False, settled_by=None)
                | ~Q(settlement__in=["", "overtaken"])
                & Q(settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(settled_at=None), name="consequence_one_open_per_application"
            ),
            models.UniqueConstraint(
                fields=["accreditation"], condition=Q(settled_at=None), name="consequence_one_open_per_accreditation"
            ),
            models.UniqueConstraint(
                fields=["recognition_request"], condition=Q(settled_at=None), name="consequence_one_open_per_request"
            ),
            models.UniqueConstraint(
                fields=["verdict"], condition=Q(settled_at=None), name="consequence_one_open_per_verdict"
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.get_before_route_display()} → {self.get_after_route_display()}"

    @property
    def subject(self):
        """The row that this line is about."""
        return next(row for row in (getattr(self, name) for name in SUBJECTS) if row is not None)
