"""What happened: an event table that nobody can edit (a trigger on both databases refuses UPDATE and DELETE)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock
from .access import Audience


class EventQuerySet(models.QuerySet):
    def about(self, subject):
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def public_to_applicant(self):
        """What an applicant may read of its own record: verbs, never internal matters."""
        return self.filter(is_internal=False)


class Event(models.Model):
    """When, who, as what, did what to which record, from, to, why."""

    happened_at = models.DateTimeField(_("happened at"), db_index=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("who"), max_length=200, blank=True)
    audience = models.CharField(_("as"), max_length=20, choices=Audience)
    verb = models.CharField(_("verb"), max_length=80, db_index=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(_("about"), max_length=255, blank=True)
    before = models.CharField(_("from"), max_length=80, blank=True)
    after = models.CharField(_("to"), max_length=80, blank=True)
    reason = models.TextField(_("why"), blank=True)
    detail = models.JSONField(default=dict, blank=True)
    is_internal = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-happened_at"], name="event_by_subject")]

    def __str__(self):
        return f"{self.verb} {self.subject_name}"


def event(verb, subject, *, by, before="", after="", reason="", happened_at=None, internal=False, **detail):
    """An unsaved event, for ``bulk_create``; see ``record``."""
    return Event(
        happened_at=happened_at or clock.now(),
        recorded_at=clock.now(),
        actor=by if by is not None and by.is_authenticated else None,
        actor_name=str(by)[:200] if by is not None and by.is_authenticated else "",
        audience=Audience.of(by),
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=str(subject)[:255],
        before=str(before)[:80],
        after=str(after)[:80],
        reason=reason,
        detail=detail,
        is_internal=internal,
    )


def record(verb, subject, *, by, before="", after="", reason="", happened_at=None, internal=False, **detail):
    """Write one event in the running transaction and return it.

    ``by`` is a user, or None for the calendar. ``happened_at`` (aware) is when it fell due, where that was earlier
    than now. ``internal`` events are for the secretariat only. ``detail`` must be JSON; no personal contact data.
    """
    happening = event(
        verb,
        subject,
        by=by,
        before=before,
        after=after,
        reason=reason,
        happened_at=happened_at,
        internal=internal,
        **detail,
    )
    happening.save(force_insert=True)
    return happening
