"""Organizations: bodies with names over time; they outlive any Forum."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.geography import Country


class OrganizationType(models.TextChoices):
    NGO = "ngo", _("Non-governmental organization")
    ACADEMIC = "academic", _("Academic, scientific or knowledge-based institution")
    PRIVATE_SECTOR = "private_sector", _("Private sector")
    TRADE_UNION = "trade_union", _("Trade union or workers’ organization")
    FAITH_BASED = "faith_based", _("Faith-based organization")
    MIGRANT = "migrant", _("Migrant organization")
    YOUTH = "youth", _("Youth organization")
    DIASPORA = "diaspora", _("Diaspora organization")
    LOCAL_AUTHORITY = "local_authority", _("Local or regional authority")
    NHRI = "nhri", _("National human rights institution")
    OTHER = "other", _("Other stakeholder")


class Organization(models.Model):
    """A body that takes part: its present official name, country of headquarters and type."""

    name = models.CharField(_("official name"), max_length=255)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("country"))
    type = models.CharField(_("type"), max_length=20, choices=OrganizationType, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="organization_name")]

    def __str__(self):
        return self.name


class OrganizationName(models.Model):
    """A name that an organization bore before."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(_("name"), max_length=255)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["-until_on", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="former_name_once")]

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A person who works for an organization in this portal."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        EDITOR = "editor", _("Editor")
        VIEWER = "viewer", _("Viewer")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    since_at = models.DateTimeField(_("since"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(ended_at=None), name="membership_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(role="owner", ended_at=None), name="organization_has_one_owner"
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}"


class Accreditation(models.Model):
    """The recognition of an organization for one Forum, with its basis."""

    class Basis(models.TextChoices):
        SPECIAL = "special", _("Special accreditation")
        ECOSOC = "ecosoc", _("Consultative status with ECOSOC")
        GCM = "gcm", _("Earlier accreditation to the Global Compact process")
        NHRI = "nhri", _("National human rights institution")

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="accreditations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="accreditations")
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    application = models.OneToOneField(
        "accreditation.Application", on_delete=models.PROTECT, null=True, blank=True, related_name="accreditation"
    )
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    granted_at = models.DateTimeField(_("granted at"), default=clock.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    valid_until_on = models.DateField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_reason = models.TextField(_("reason of the revocation"), blank=True)

    class InForce(models.QuerySet):
        def in_force(self):
            """Those that open the door now."""
            return self.filter(revoked_at=None).filter(
                Q(valid_until_on=None) | Q(valid_until_on__gte=clock.now().date())
            )

    objects = InForce.as_manager()

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        ordering = ["organization__name"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "organization"], name="accreditation_once_per_forum"),
            models.CheckConstraint(
                name="accreditation_special_iff_by_application",
                condition=(Q(basis="special") & Q(application__isnull=False))
                | (~Q(basis="special") & Q(application=None)),
            ),
            models.CheckConstraint(
                name="accreditation_revoked_with_author_and_reason",
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False) & Q(revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.organization} ({self.get_basis_display()})"

    @property
    def is_in_force(self):
        return self.revoked_at is None and (self.valid_until_on is None or self.valid_until_on >= clock.now().date())


class RecognitionRequest(models.Model):
    """An organization on a reference list asks to be let in without an application; an officer confirms."""

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="recognition_requests")
    verdict = models.ForeignKey(
        "accreditation.RouteVerdict", on_delete=models.PROTECT, related_name="recognition_requests"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_granted = models.BooleanField(_("granted"), null=True)
    answer = models.TextField(_("words of refusal"), blank=True)

    class Meta:
        verbose_name = _("request for recognition")
        verbose_name_plural = _("requests for recognition")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "asked_by"], name="recognition_asked_once"),
            models.CheckConstraint(
                name="recognition_decided_with_author",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.forum}: {self.verdict.name}"
