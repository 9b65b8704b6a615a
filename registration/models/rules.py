"""What a Forum rules about its seats, and what became of each change of a session."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from sessions_app.models import SessionChange

from .seats import Registration


class SeatRule(models.Model):
    """The published rule of a Forum for rooms that are too small, and how long an offer stands."""

    class SecondSeats(models.TextChoices):
        ORDER = "order", _("In the order received")
        BALANCED = "balanced", _("Balanced by region and type, in turn")

    forum = models.OneToOneField("imrf_portal.Forum", on_delete=models.PROTECT, related_name="seat_rule")
    second_seats = models.CharField(
        _("seats after the first of each organization"), max_length=10, choices=SecondSeats, default=SecondSeats.ORDER
    )
    offer_hours = models.PositiveSmallIntegerField(_("hours an offer from the waiting list stands"), default=48)
    words = models.TextField(_("the rule as published"), blank=True)
    minors_words = models.TextField(
        _("what a parent or guardian agrees to, for people under 18"),
        blank=True,
        help_text=_("Empty: the general words. Nobody under 18 comes in without this agreement."),
    )
    security_email = models.EmailField(
        _("address of security"), blank=True, help_text=_("Told of entries that should not have been let in.")
    )

    class Meta:
        verbose_name = _("rule of seats")
        verbose_name_plural = _("rules of seats")

    def __str__(self):
        return f"{self.forum}: {self.get_second_seats_display()}"


class HandledChange(models.Model):
    """A change of a session about which everybody registered has been written to, once."""

    change = models.OneToOneField(SessionChange, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("handled change")
        verbose_name_plural = _("handled changes")

    def __str__(self):
        return str(self.change)


class ChangeNotice(models.Model):
    """One registration that a change touched: when its people were told, and whether they keep the seat."""

    class Answer(models.TextChoices):
        OPEN = "", _("Not answered")
        KEPT = "kept", _("Kept")
        RELEASED = "released", _("Released")

    change = models.ForeignKey(SessionChange, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="change_notices")
    told_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")
        ordering = ["-told_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change", "registration"], name="change_notice_once_per_registration")
        ]

    def __str__(self):
        return f"{self.registration}: {self.change}"
