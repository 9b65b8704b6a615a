"""The dates of the Forum itself and the lines of its calendar, as they can be moved."""

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _t

from . import audit, dates
from .forum import Forum, KeyDate, moved
from .retention import RetentionDate

EVERYBODY = ("applicants", "accredited", "missions")


def lines(forum):
    for name in ("starts_on", "ends_on", "hearing_on"):
        yield _day(forum, name)
    first = min(filter(None, (forum.hearing_on, forum.starts_on)), default=None)
    for entry in KeyDate.objects.filter(forum=forum):
        yield _key_date(forum, entry, first)
    for kept in RetentionDate.objects.filter(forum=forum):
        yield _retention(forum, kept)


def _day(forum, name):
    def move(new, *, by, reason, signed_by):
        moved(Forum.objects.get(pk=forum.pk), name, new, forum=forum, what=what, by=by, reason=reason,
              signed_by=signed_by)  # fmt: skip

    what = {"starts_on": _t("The Forum begins"), "ends_on": _t("The Forum ends"), "hearing_on": _t("The hearing")}[name]
    return dates.Line(
        f"forum.{name}",
        what,
        getattr(forum, name),
        forum.time_zone,
        move,
        is_instant=False,
        part="meeting",
        guarded="moved",
        concerns=EVERYBODY,
        leads=name == "starts_on",
    )


def _key_date(forum, entry, first):
    is_instant = entry.at is not None

    def move(new, *, by, reason, signed_by):
        stored = KeyDate.objects.get(pk=entry.pk)
        old, until = stored.on, stored.until_on
        moved(stored, "at" if is_instant else "on", new, forum=forum, what=entry.label, by=by, reason=reason,
              signed_by=signed_by)  # fmt: skip
        if until and old:
            KeyDate.objects.filter(pk=entry.pk).update(until_on=until + timedelta(days=(new - old).days))

    line = dates.Line(
        f"key_date-{entry.pk}.{'at' if is_instant else 'on'}",
        _t("Key date: %(label)s") % {"label": entry.label},
        entry.at or entry.on,
        forum.time_zone,
        move,
        is_instant=is_instant,
        until=entry.until_on,
        concerns=EVERYBODY,
    )
    of_the_meeting = first is not None and line.value is not None and line.day >= first
    return replace(line, part="meeting") if of_the_meeting else line


def _retention(forum, kept):
    """Until when something is kept: it follows the meeting. No public line, because it was never announced."""

    def move(new, *, by, reason, signed_by):
        stored = RetentionDate.objects.get(pk=kept.pk)
        RetentionDate.objects.filter(pk=kept.pk).update(due_on=new)
        signed = {"signed_by": str(signed_by)} if signed_by else {}
        audit.record(
            "date.move",
            stored,
            by=by,
            before=str(stored.due_on),
            after=str(new),
            reason=reason,
            internal=True,
            **signed,
        )

    return dates.Line(
        f"retention-{kept.pk}.due_on",
        _t("Kept until: %(what)s") % {"what": kept.label},
        kept.due_on,
        forum.time_zone,
        move,
        is_instant=False,
        part="meeting",
    )
