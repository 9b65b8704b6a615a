"""Pairs of applications that look alike, noted when one is sent, so that the queue need not compare all with all."""

from django.db import models
from django.db.models import F, Q

from imrf_portal import clock

from .applications import Application, ApplicationVersion


class Likeness(models.Model):
    """How much two applications of one Forum look alike, 0 to 100; only what is worth a look."""

    first = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likeness_of_a_pair_noted_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="likeness_names_an_ordered_pair"),
        ]

    def __str__(self):
        return f"{self.first_id} / {self.second_id}: {self.score}"


class LikenessNoted(models.Model):
    """A version that was compared with the other applications of its Forum."""

    version = models.OneToOneField(
        ApplicationVersion, on_delete=models.CASCADE, primary_key=True, related_name="likeness_noted"
    )
    noted_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return str(self.version)
