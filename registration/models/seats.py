"""Seats: at most two representatives of an organization in a session, one of them priority.

The database holds the rule, as seat numbers under unique constraints and a trigger that reads the session's limit, so
that no race, admin action, import or shell can break it. Source: product rules “Sessions and registration”.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accreditation.models import Accreditation
from imrf_portal import clock
from sessions_app.models import ForumSession

from .people import Representative


class Status(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    CONFIRMED = "confirmed", _("Confirmed")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Place offered")
    OVERFLOW = "overflow", _("Overflow room")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Session cancelled")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Offer not taken in time")


LIVE = Q(status__in=["registered", "confirmed", "overflow"])
"""Holds one of the organization's seats."""

PRESENT_STATUSES = ["registered", "confirmed", "overflow", "waiting", "offered"]
PRESENT = Q(status__in=PRESENT_STATUSES)
"""In some way still wants to come."""


class Registration(models.Model):
    """A representative's seat at one Forum session, or the wish for one."""

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="registrations")
    forum_session = models.ForeignKey(ForumSession, on_delete=models.PROTECT, related_name="registrations")
    representative = models.ForeignKey(Representative, on_delete=models.PROTECT, related_name="registrations")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REGISTERED, editable=False)
    seat = models.PositiveSmallIntegerField(_("seat of the organization"), null=True, editable=False)
    is_priority = models.BooleanField(_("priority"), default=False, editable=False)
    place = models.PositiveIntegerField(_("place in the room"), null=True, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    registered_at = models.DateTimeField(_("registered at"), default=clock.now, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    rank = models.PositiveIntegerField(
        _("number in the overflow room or on the waiting list"), null=True, blank=True, editable=False
    )
    waiting_since_at = models.DateTimeField(null=True, blank=True, editable=False)
    passed_over_at = models.DateTimeField(null=True, blank=True, editable=False)
    offer_ends_at = models.DateTimeField(_("offer ends"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_from = models.CharField(max_length=10, blank=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", editable=False
    )
    exception_reason = models.TextField(_("reason of the exception"), blank=True, editable=False)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["forum_session", "accreditation", "seat", "pk"]
        indexes = [models.Index(fields=["forum_session", "status"], name="registration_by_session")]
        constraints = [
            models.CheckConstraint(
                name="registration_holds_a_seat_iff_live",
                condition=(LIVE & Q(seat__isnull=False)) | (~LIVE & Q(seat=None)),
            ),
            models.CheckConstraint(
                name="registration_seat_is_a_number_from_one", condition=Q(seat=None) | Q(seat__gte=1)
            ),
            models.UniqueConstraint(
                name="registration_one_person_per_seat", fields=["accreditation", "forum_session", "seat"]
            ),
            models.UniqueConstraint(
                name="registration_one_priority_per_organization",
                fields=["accreditation", "forum_session"],
                condition=LIVE & Q(is_priority=True),
            ),
            models.UniqueConstraint(
                name="registration_person_once_per_session",
                fields=["forum_session", "representative"],
                condition=PRESENT,
            ),
            models.UniqueConstraint(name="registration_one_person_per_place", fields=["forum_session", "place"]),
            models.CheckConstraint(
                name="registration_offered_until_an_instant",
                condition=~Q(status="offered") | Q(offer_ends_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.representative}, {self.forum_session}"


class SpeakingRequest(models.Model):
    """A wish to speak in a session."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        SELECTED = "selected", _("Selected")
        DECLINED = "declined", _("Not selected")

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="speaking_requests")
    forum_session = models.ForeignKey(ForumSession, on_delete=models.PROTECT, related_name="speaking_requests")
    representative = models.ForeignKey(Representative, on_delete=models.PROTECT, related_name="speaking_requests")
    topic = models.CharField(_("topic"), max_length=300)
    language = models.CharField(_("language"), max_length=40)
    presents_summary = models.BooleanField(_("presents the summary of the hearing"), default=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SUBMITTED, editable=False)
    asked_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("request to speak")
        verbose_name_plural = _("requests to speak")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["forum_session", "representative"], name="speaking_asked_once_per_person_and_session"
            )
        ]

    def __str__(self):
        return f"{self.representative}: {self.topic}"


class Allocation(models.Model):
    """A confirmed run that gave places in a room: the rule, the seed of its order, and its result, kept."""

    forum_session = models.ForeignKey(ForumSession, on_delete=models.PROTECT, related_name="allocations")
    rule = models.CharField(max_length=20)
    input_sha256 = models.CharField(max_length=64)
    result = models.JSONField()
    confirmed_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("allocation of places")
        verbose_name_plural = _("allocations of places")
        ordering = ["-confirmed_at"]

    def __str__(self):
        return f"{self.forum_session}: {self.confirmed_at:%Y-%m-%d %H:%M}"


class PassExport(models.Model):
    """An export for grounds passes, archived with its hash; the next one can be the difference."""

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="pass_exports")
    number = models.PositiveIntegerField()
    is_difference = models.BooleanField(default=False)
    rows = models.JSONField()
    changed_count = models.PositiveIntegerField(_("rows in the files"), null=True)
    file = models.ForeignKey("imrf_portal.PrivateFile", on_delete=models.PROTECT, related_name="+")
    csv_file = models.ForeignKey("imrf_portal.PrivateFile", on_delete=models.PROTECT, null=True, related_name="+")
    exported_at = models.DateTimeField(default=clock.now)
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("export for passes")
        verbose_name_plural = _("exports for passes")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["forum", "number"], name="pass_export_numbered_once")]

    def __str__(self):
        return f"{self.forum} {self.number}"


class CheckIn(models.Model):
    """Somebody came through a door: the first time counts, later scans are shown with it.

    ``list_made_at`` is set where a device without a connection let in by the list it had; ``flag`` where the portal
    knew better.
    """

    class Flag(models.TextChoices):
        VOID = "void", _("The code was not in use")
        TWICE = "twice", _("The code came in before")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="check_ins")
    at = models.DateTimeField(default=clock.now)
    entrance = models.CharField(_("entrance"), max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_first = models.BooleanField(default=True)
    override_reason = models.CharField(max_length=200, blank=True)
    list_made_at = models.DateTimeField(_("let in by a list of"), null=True, blank=True)
    flag = models.CharField(_("for security"), max_length=10, choices=Flag, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_words = models.CharField(_("what came of it"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["registration"], condition=Q(is_first=True), name="check_in_first_once"),
            models.UniqueConstraint(
                fields=["registration", "at"],
                condition=Q(list_made_at__isnull=False),
                name="check_in_offline_entry_sent_once",
            ),
            models.CheckConstraint(
                name="check_in_settled_by_somebody_with_words",
                condition=Q(settled_at=None, settled_by=None, settled_words="")
                | (Q(settled_at__isnull=False) & Q(settled_by__isnull=False) & ~Q(settled_words="") & ~Q(flag="")),
            ),
        ]

    def __str__(self):
        return f"{self.registration}: {self.at:%H:%M}"
