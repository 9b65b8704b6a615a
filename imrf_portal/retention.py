"""How long what is private is kept: a date for each Forum and kind of data, a sweep that erases, a report that stays.

The foundation knows no app: each brings its kinds of data with ``register``. A hold on a record (a dispute is open)
keeps that record alone from being erased, and the report says so. Nothing else in the portal deletes a record (T-S33).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock
from .access import Capability, may
from .errors import Refused

logger = logging.getLogger(__name__)
TIME_TO_LOOK = timedelta(days=7)
ONE_REPORT = timedelta(hours=20)
"""What runs within so long goes into one report."""


@dataclass(frozen=True)
class Kind:
    """One kind of data that is erased on a date.

    ``due(forum)`` gives the rows that still hold it, ``erase(row)`` takes it out of one (in a transaction of its own),
    ``record(row)`` is the record that a hold is put on and that the report names.
    """

    name: str
    label: Any
    due: Callable
    erase: Callable
    record: Callable


_kinds = {}
_records_of_people = []


def register(kind):
    _kinds[kind.name] = kind


def register_records_of_people(records):
    """``records(user)`` gives the records of an app that a person has part in: a hold there keeps the account too."""
    _records_of_people.append(records)


def records_of_person(user):
    return [record for records in _records_of_people for record in records(user)]


def kinds():
    """``[(name, label)]`` of all kinds of data that can be erased on a date."""
    return [(name, kind.label) for name, kind in _kinds.items()]


def label_of(name):
    return _kinds[name].label if name in _kinds else name


class RetentionDate(models.Model):
    """The day after which one kind of data of a Forum is erased; none where nobody has set one."""

    forum = models.ForeignKey(
        "imrf_portal.Forum", on_delete=models.PROTECT, related_name="retention_dates", verbose_name=_("Forum")
    )
    kind = models.CharField(_("what is erased"), max_length=40)
    due_on = models.DateField(_("kept until"), help_text=_("Erased on the day after, at the place of the Forum."))

    class Meta:
        verbose_name = _("retention date")
        verbose_name_plural = _("retention dates")
        ordering = ["forum", "due_on"]
        constraints = [models.UniqueConstraint(fields=["forum", "kind"], name="retention_one_date_of_a_kind")]

    def __str__(self):
        return f"{self.forum}: {self.label}"

    @property
    def label(self):
        return label_of(self.kind)


class Hold(models.Model):
    """A record that may not be erased while this stands, and why."""

    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(_("record"), max_length=255)
    reason = models.TextField(_("reason"))
    placed_at = models.DateTimeField(_("since"), default=clock.now)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("put on by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("lifted by"),
    )  # fmt: skip
    lifted_reason = models.TextField(_("reason of lifting it"), blank=True)

    class Meta:
        verbose_name = _("hold on erasure")
        verbose_name_plural = _("holds on erasure")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], condition=Q(lifted_at=None), name="hold_one_on_a_record"
            ),
            models.CheckConstraint(name="hold_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="hold_lifted_with_author_and_reason",
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
            ),
        ]

    def __str__(self):
        return self.subject_name


class RetentionReport(models.Model):
    """One run over one kind of data of a Forum: what was erased, and what stayed because of a hold."""

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="+", verbose_name=_("Forum"))
    kind = models.CharField(_("what was erased"), max_length=40)
    due_on = models.DateField(_("kept until"))
    started_at = models.DateTimeField(_("run"), default=clock.now)

    class Meta:
        verbose_name = _("retention report")
        verbose_name_plural = _("retention reports")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.forum}: {self.label} ({self.due_on})"

    @property
    def label(self):
        return label_of(self.kind)


class RetentionItem(models.Model):
    """One record in a report, written in the transaction of its erasure."""

    class Outcome(models.TextChoices):
        ERASED = "erased", _("Erased")
        HELD = "held", _("Kept: a hold stands")
        FAILED = "failed", _("Not erased: an error, tried again")

    report = models.ForeignKey(RetentionReport, on_delete=models.PROTECT, related_name="items")
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(_("record"), max_length=255)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    why = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("line of a retention report")
        verbose_name_plural = _("lines of retention reports")
        ordering = ["-outcome", "pk"]

    def __str__(self):
        return f"{self.subject_name}: {self.get_outcome_display()}"


def key_of(record):
    """``(type, id)`` of a record, as events name it."""
    return record._meta.label_lower, str(record.pk)


def hold_on(record):
    """The hold that stands on a record, or None."""
    subject_type, subject_id = key_of(record)
    return Hold.objects.filter(subject_type=subject_type, subject_id=subject_id, lifted_at=None).first()


def is_held(subject, *, what, records=()):
    """Whether a hold stands on ``subject``, or on one of the other ``records`` that ``what`` is part of.

    For sweeps that write no report: an event of the subject says once for each hold what stayed and why (T-S40).
    """
    hold = next(filter(None, map(hold_on, (subject, *records))), None)
    if hold is None:
        return False
    told = audit.Event.objects.about(subject).filter(verb="retention.held", detail__hold=hold.pk, detail__what=what)
    if not told.exists():
        audit.record(
            "retention.held", subject, by=None, reason=hold.reason, internal=True, hold=hold.pk, what=what,
            record=hold.subject_name,
        )  # fmt: skip
    return True


@transaction.atomic
def place_hold(record, *, by, reason):
    """Keep a record from being erased, with a reason; returns the hold."""
    _require(by)
    if not reason.strip():
        raise Refused(_t("Say why the record must be kept."), field="reason")
    if hold_on(record):
        raise Refused(_t("A hold stands on this record already."))
    subject_type, subject_id = key_of(record)
    hold = Hold.objects.create(
        subject_type=subject_type, subject_id=subject_id, subject_name=str(record)[:255], reason=reason.strip(),
        placed_by=by,
    )  # fmt: skip
    audit.record("retention.hold", record, by=by, reason=reason.strip(), internal=True)
    return hold


@transaction.atomic
def lift_hold(record, *, by, reason):
    """Let a record be erased again; if its date has passed, the next run of the sweep erases it."""
    _require(by)
    if not reason.strip():
        raise Refused(_t("Say why the hold is lifted."), field="reason")
    hold = hold_on(record)
    if hold is None or not Hold.objects.filter(pk=hold.pk, lifted_at=None).update(
        lifted_at=clock.now(), lifted_by=by, lifted_reason=reason.strip()
    ):
        raise Refused(_t("No hold stands on this record."))
    hold.refresh_from_db()
    audit.record("retention.lift", record, by=by, reason=reason.strip(), internal=True)
    return hold


def _require(by):
    if not may(by, Capability.DECIDE):
        raise Refused(_t("Your role does not include this. Ask a coordinator."))


def require_time_to_look(forum, due_on):
    """Raise where a new date comes so soon that nobody could see it and put a hold: what is erased never comes back."""
    if due_on < _today_at(forum) + TIME_TO_LOOK:
        raise Refused(
            _t("Give a day at least %(days)d days from now, so that a hold can still be put on what must stay.")
            % {"days": TIME_TO_LOOK.days},
            field="due_on",
        )


def erase_due():
    """Sweep: erase what is due in every Forum; returns the reports that were written.

    A run that finds nothing new writes none: neither something to erase nor a hold that an earlier report did not name.
    """
    dates = RetentionDate.objects.filter(kind__in=_kinds).select_related("forum")
    reports = [_run(date) for date in dates if _today_at(date.forum) > date.due_on]
    return [report for report in reports if report is not None]


def _today_at(forum):
    return clock.now().astimezone(ZoneInfo(forum.time_zone)).date()


def _run(date):
    kind, report = _kinds[date.kind], None
    told = set(
        RetentionItem.objects.filter(
            report__forum=date.forum, report__kind=date.kind, outcome=RetentionItem.Outcome.HELD
        ).values_list("subject_type", "subject_id", "why")
    )
    for row in kind.due(date.forum):
        record = kind.record(row)
        hold = hold_on(record)
        if hold and (*key_of(record), hold.reason) in told:
            continue
        report = report or _report_of_the_day(date)
        if hold:
            _note(report, record, RetentionItem.Outcome.HELD, hold.reason)
        else:
            _erase(kind, row, record, report)
    return report


def _report_of_the_day(date):
    last = RetentionReport.objects.filter(forum=date.forum, kind=date.kind, due_on=date.due_on).first()
    if last and clock.now() - last.started_at < ONE_REPORT:
        return last
    return RetentionReport.objects.create(forum=date.forum, kind=date.kind, due_on=date.due_on)


def _erase(kind, row, record, report):
    try:
        with transaction.atomic():
            kind.erase(row)
            _note(report, record, RetentionItem.Outcome.ERASED)
            audit.record("retention.erase", record, by=None, kind=kind.name)
    except Exception as problem:  # one record must not stop the others; the next run tries it again
        # Not its words: a database quotes the values of the row in them.
        logger.error("Could not erase %s of %s %s (%s)", kind.name, *key_of(record), type(problem).__name__)
        _note(report, record, RetentionItem.Outcome.FAILED)


def _note(report, record, outcome, why=""):
    """Once for each record and outcome: a record may hold several things to erase, or fail every hour."""
    subject_type, subject_id = key_of(record)
    RetentionItem.objects.get_or_create(
        report=report, subject_type=subject_type, subject_id=subject_id, outcome=outcome,
        defaults={"subject_name": str(record)[:255], "why": why},
    )  # fmt: skip
