"""The programme of a Forum: hearings, round tables, the policy debate, plenaries, thematic sessions."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.deadlines import HEADQUARTERS, Window


class Objective(models.Model):
    """An objective of the Global Compact (A/RES/73/195), with the round table of the Forum that takes it."""

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)
    title = models.CharField(_("title"), max_length=255)
    round_table = models.PositiveSmallIntegerField(_("round table"), null=True, blank=True)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["number"]

    def __str__(self):
        return f"{self.number}. {self.title}"


class ForumSessionQuerySet(models.QuerySet):
    def public(self):
        """Those on the published programme."""
        return self.filter(is_published=True, forum__is_published=True)


class ForumSession(models.Model):
    """One meeting of a Forum that people attend. Days without hours are sessions whose times are not announced."""

    class Kind(models.TextChoices):
        HEARING = "hearing", _("Multi-stakeholder hearing")
        ROUND_TABLE = "round_table", _("Round table")
        POLICY_DEBATE = "policy_debate", _("Policy debate")
        PLENARY = "plenary", _("Plenary")
        THEMATIC = "thematic", _("Thematic session")

    class Status(models.TextChoices):
        TENTATIVE = "tentative", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        MOVED = "moved", _("Moved")
        CANCELLED = "cancelled", _("Cancelled")

    class Webcast(models.TextChoices):
        NONE = "", _("Not announced")
        ANNOUNCED = "announced", _("Announced")
        LIVE = "live", _("Live")
        RECORDING = "recording", _("Recording")

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="sessions")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=200)
    theme = models.TextField(_("theme"), blank=True)
    objectives = models.ManyToManyField(Objective, blank=True, related_name="sessions", verbose_name=_("objectives"))
    day_on = models.DateField(_("day"), help_text=_("In the zone of the host city."))
    last_day_on = models.DateField(_("last day"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    part_of_day = models.CharField(_("part of the day, where hours are not announced"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default=HEADQUARTERS)
    city = models.CharField(_("city"), max_length=80, blank=True)
    room = models.CharField(_("room"), max_length=120, blank=True)
    overflow_room = models.CharField(_("overflow room"), max_length=120, blank=True)
    capacity = models.PositiveIntegerField(_("capacity of the room"), null=True, blank=True)
    stakeholder_seats = models.PositiveIntegerField(_("seats for stakeholders"), null=True, blank=True)
    overflow_seats = models.PositiveIntegerField(
        _("seats in the overflow room"), null=True, blank=True, help_text=_("Empty: as many as come.")
    )
    seats_per_organization = models.PositiveSmallIntegerField(_("people per organization"), default=2)
    webcast_url = models.URLField(_("webcast"), blank=True)
    webcast = models.CharField(_("state of the webcast"), max_length=10, choices=Webcast, blank=True)
    languages = models.CharField(_("interpretation"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.TENTATIVE, editable=False)
    is_published = models.BooleanField(_("published"), default=False, editable=False)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = ForumSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Forum session")
        verbose_name_plural = _("Forum sessions")
        ordering = ["day_on", F("starts_at").asc(nulls_last=True), F("number").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "slug"], name="session_slug_once_per_forum"),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="session_registration_closes_after_it_opens",
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
            ),
            models.CheckConstraint(
                name="session_lets_in_at_least_one_of_an_organization", condition=Q(seats_per_organization__gte=1)
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("session", args=[self.forum.slug, self.slug])

    def registration_window(self):
        """When representatives can be registered, replaced and withdrawn."""
        return Window(
            label=_t("Registration for “%(session)s”") % {"session": self.title},
            opens_at=self.registration_opens_at,
            closes_at=self.registration_closes_at,
            zone=self.time_zone,
        )

    @property
    def is_live(self):
        """By the clock."""
        return (
            self.status != self.Status.CANCELLED
            and self.starts_at is not None
            and self.starts_at <= clock.now() < self.ends_at
        )

    @property
    def is_over(self):
        """By the clock; without announced hours it is over when its last day is, at the place of the meeting."""
        if self.ends_at is not None:
            return self.ends_at <= clock.now()
        today = clock.now().astimezone(ZoneInfo(self.time_zone)).date()
        return (self.last_day_on or self.day_on) < today

    def overlaps(self, other):
        """Whether nobody can sit in both: their hours meet (sessions without announced hours never do)."""
        if None in (self.starts_at, other.starts_at, self.ends_at, other.ends_at):
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class SessionPerson(models.Model):
    """A co-chair, moderator or panellist."""

    class Part(models.TextChoices):
        CO_CHAIR = "co_chair", _("Co-chair")
        MODERATOR = "moderator", _("Moderator")
        PANELLIST = "panellist", _("Panellist")

    forum_session = models.ForeignKey(ForumSession, on_delete=models.CASCADE, related_name="people")
    part = models.CharField(_("part"), max_length=10, choices=Part)
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("person on the podium")
        verbose_name_plural = _("people on the podium")
        ordering = ["part", "position", "pk"]

    def __str__(self):
        return self.name


class SessionChange(models.Model):
    """A session that was moved or cancelled: old and new time and room, why; shown for ever."""

    forum_session = models.ForeignKey(ForumSession, on_delete=models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=10)
    old_day_on = models.DateField()
    new_day_on = models.DateField(null=True, blank=True)
    old_starts_at = models.DateTimeField(null=True, blank=True)
    new_starts_at = models.DateTimeField(null=True, blank=True)
    old_room = models.CharField(max_length=120, blank=True)
    new_room = models.CharField(max_length=120, blank=True)
    reason = models.TextField(_("reason"))
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("change of a session")
        verbose_name_plural = _("changes of sessions")
        ordering = ["-changed_at"]

    def __str__(self):
        return f"{self.forum_session}: {self.verb}"
