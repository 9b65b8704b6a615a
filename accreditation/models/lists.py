"""The list of stakeholders: compiled, frozen, circulated under silence, closed; objections and questions of States."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, sight
from imrf_portal.access import Audience, Capability, may
from imrf_portal.deadlines import Window
from imrf_portal.geography import Country

from .applications import Application


class StakeholderListQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lists this person may know exist: staff those of their Forums, Missions those circulated, nobody else any."""
        match Audience.of(user):
            case Audience.SECRETARIAT if may(user, Capability.VIEW):
                return sight.visible(self, user)
            case Audience.MEMBER_STATE:
                return self.exclude(circulated_at=None)
            case _:
                return self.none()


class StakeholderList(models.Model):
    """A numbered version of the names; immutable once frozen (a trigger refuses changes of its entries)."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("Proposed list")
        FINAL = "final", _("Final list")

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="stakeholder_lists")
    number = models.PositiveSmallIntegerField(_("number"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PROPOSED)
    title = models.CharField(_("title"), max_length=200)
    compiled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    compiled_at = models.DateTimeField(_("compiled"), default=clock.now)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True)
    circulated_at = models.DateTimeField(_("circulated"), null=True, blank=True)
    circulated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closes_at = models.DateTimeField(_("non-objection period closes"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closing recorded"), null=True, blank=True)
    letter = models.TextField(_("covering letter"), blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    needs_new_version = models.BooleanField(_("needs a new version"), default=False)

    objects = StakeholderListQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder list")
        verbose_name_plural = _("stakeholder lists")
        ordering = ["-compiled_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "number", "version"], name="list_version_numbered_once"),
            models.CheckConstraint(
                name="list_circulated_is_frozen_signed_and_has_an_end",
                condition=Q(circulated_at=None)
                | (
                    Q(frozen_at__isnull=False, circulated_by__isnull=False)
                    & ~Q(sha256="")
                    & (Q(kind="final") | Q(closes_at__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="list_closes_after_it_is_circulated",
                condition=Q(circulated_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("circulated_at")),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.forum.reference_prefix}-L{self.number} v{self.version})"

    def get_absolute_url(self):
        return reverse("list", args=[self.pk])

    def window(self):
        """The non-objection period; the clock decides whether it is open. Needs ``forum``."""
        return Window(
            label=_t("The non-objection period"),
            opens_at=self.circulated_at,
            closes_at=self.closes_at,
            zone=self.forum.time_zone,
        )

    @property
    def is_closed(self):
        """By the clock, whoever looks."""
        return self.closes_at is not None and clock.now() >= self.closes_at


class ListExtension(models.Model):
    """A non-objection period that was extended; the old end stays."""

    stakeholder_list = models.ForeignKey(StakeholderList, on_delete=models.PROTECT, related_name="extensions")
    old_closes_at = models.DateTimeField()
    new_closes_at = models.DateTimeField()
    reason = models.TextField()
    extended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    extended_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["extended_at"]
        constraints = [
            models.CheckConstraint(name="extension_is_later", condition=Q(new_closes_at__gt=F("old_closes_at")))
        ]

    def __str__(self):
        return f"{self.stakeholder_list}: {self.new_closes_at:%Y-%m-%d %H:%M}"


class ListEntry(models.Model):
    """One name on one list, as shown: the words a State saw, kept for ever.

    ``folded_name`` is the name without case and accents, for search; it is never shown.
    """

    stakeholder_list = models.ForeignKey(StakeholderList, on_delete=models.PROTECT, related_name="entries")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=255)
    folded_name = models.CharField(max_length=255, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, verbose_name=_("country"))
    category = models.CharField(_("category"), max_length=20, blank=True)
    key = models.CharField(max_length=12, unique=True)

    class Meta:
        verbose_name = _("name on a list")
        verbose_name_plural = _("names on lists")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["stakeholder_list", "application"], name="entry_once_per_list"),
        ]
        indexes = [models.Index(fields=["stakeholder_list", "position"], name="entry_in_order")]

    def __str__(self):
        return self.name


class Objection(models.Model):
    """A Member State's objection to a name: recorded, talked about, withdrawn or maintained."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft: not yet complete")
        RECORDED = "recorded", _("Recorded")
        MAINTAINED = "maintained", _("Maintained")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LATE = "late", _("Received late, no effect")

    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="objections")
    state = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="objections", verbose_name=_("State"))
    status = models.CharField(_("status"), max_length=10, choices=State)
    basis = models.TextField(_("general basis"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("received"))
    received_by_letter = models.BooleanField(_("received by letter"), default=False)
    letter = models.ForeignKey(
        "imrf_portal.PrivateFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt_code = models.CharField(_("code of the receipt"), max_length=20, unique=True)
    contributors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    STANDING = ("recorded", "maintained")

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "state"],
                condition=Q(status__in=["draft", "recorded", "maintained"]),
                name="objection_one_standing_per_state_and_name",
            ),
            models.CheckConstraint(
                name="objection_withdrawn_with_date_and_author",
                condition=(Q(status="withdrawn") & Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False))
                | (~Q(status="withdrawn") & Q(withdrawn_at=None, withdrawn_by=None)),
            ),
        ]

    def __str__(self):
        return f"{self.state}: {self.entry}"


class ObjectionSupporter(models.Model):
    """A State on whose behalf another objected; it sees that, and may disown it until the closing instant."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="supporters")
    state = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    disowned_at = models.DateTimeField(null=True, blank=True)
    disowned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objection", "state"], name="supporter_named_once")]

    def __str__(self):
        return f"{self.state}: {self.objection}"


class ObjectionTalk(models.Model):
    """A note of the secretariat on talks about an objection."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="talks")
    held_at = models.DateTimeField(default=clock.now)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))

    class Meta:
        ordering = ["-held_at"]

    def __str__(self):
        return f"{self.objection}: {self.held_at:%Y-%m-%d}"


class StateRequest(models.Model):
    """A Member State asks, about one name, for the homepage, the reason for participation or an objection's basis."""

    class What(models.TextChoices):
        HOMEPAGE = "homepage", _("Homepage")
        REASON = "reason", _("Reason for participation")
        BASIS = "basis", _("Basis of the objection")

    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="state_requests")
    state = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="state_requests")
    what = models.CharField(_("what"), max_length=10, choices=What)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_released = models.BooleanField(_("released"), null=True)
    answer = models.TextField(_("words of refusal"), blank=True)
    released_value = models.TextField(blank=True)
    to_all = models.BooleanField(_("visible to all States"), default=False)

    class Meta:
        verbose_name = _("State request")
        verbose_name_plural = _("State requests")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "state", "what"], name="state_asks_once_per_name"),
            models.CheckConstraint(
                name="state_request_answered_is_released_or_refused",
                condition=Q(answered_at=None, is_released=None)
                | Q(answered_at__isnull=False, is_released__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.state}: {self.get_what_display()}, {self.entry}"
