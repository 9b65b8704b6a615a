"""Who joins an organization in this portal, and who takes it over from an owner who left."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .organizations import Membership, Organization


class TeamInvitation(models.Model):
    """An owner asks somebody in, by letter. Only a digest of the key is stored; the address goes when it is settled."""

    class Part(models.TextChoices):
        EDITOR = Membership.Role.EDITOR.value, Membership.Role.EDITOR.label
        VIEWER = Membership.Role.VIEWER.value, Membership.Role.VIEWER.label
        SPONSOR = "sponsor", _("Sponsor, becomes the owner")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="team_invitations")
    email = models.EmailField(_("e-mail address"), blank=True)
    part = models.CharField(_("part"), max_length=10, choices=Part)
    key_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=clock.now)
    expires_at = models.DateTimeField(_("works until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("taken back or run out"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to a team")
        verbose_name_plural = _("invitations to teams")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=Q(accepted_at=None, ended_at=None),
                name="team_invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                name="team_invitation_accepted_by_somebody_or_ended_or_open",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, ended_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.organization}: {self.get_part_display()}"


class OwnershipRequest(models.Model):
    """A member asks to take the organization over; its owner answers until ``answer_by``, then the secretariat."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ownership_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    reason = models.TextField(_("reason"))
    answer_by = models.DateTimeField(_("owner answers until"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_granted = models.BooleanField(_("granted"), null=True)
    proof = models.TextField(_("what the decision rests on"), blank=True)

    class Meta:
        verbose_name = _("request to become owner")
        verbose_name_plural = _("requests to become owner")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(decided_at=None), name="ownership_one_open_request"
            ),
            models.CheckConstraint(
                name="ownership_decided_with_author",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
            ),
            models.CheckConstraint(
                name="ownership_decided_by_another_than_who_asked",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self):
        return f"{self.organization}: {self.asked_by}"
