"""A door without a connection: the list that a device keeps, and what it sends when it is connected again.

A device knows codes by their hash only, with initials and the room. What it let in by its list is recorded when it is
connected again; where the portal knew better by then, the entry is flagged and security is told (T-R21).
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, mail
from imrf_portal.errors import Refused
from imrf_portal.times import clock_of
from imrf_portal.verification import initials

from . import doors
from .models import CheckIn, Registration, SeatRule, Status
from .passes import valid

MOST = 500
"""Entries that one device sends at a time."""
OLDEST = timedelta(days=2)
"""How old an entry may be that a device sends."""


def mark_of(code):
    """What a device keeps in place of a code."""
    return hashlib.sha256(codes.normalise(code).encode()).hexdigest()[:24]


def device_list(session, *, by):
    """``{"made_at", "people": {mark: [initials, "ok" or "other", already in]}}`` of one session, recorded."""
    doors.require_door(by)
    inside = set(CheckIn.objects.filter(registration__forum_session=session).values_list("registration", flat=True))
    people = {
        mark_of(one.code): [
            initials(one.representative.name),
            "other" if one.status == Status.OVERFLOW else "ok",
            one.pk in inside,
        ]
        for one in valid(session.forum).filter(forum_session=session)
    }
    audit.record("door.list", session, by=by, internal=True, people=len(people))
    return {"made_at": clock.now().isoformat(), "people": people}


def receive(entries, *, by, entrance=""):
    """Record what a device let in while it had no connection: ``(recorded, flagged)``. Sent twice, it counts once.

    An entry is ``{"code", "at", "list_made_at"}`` with ISO instants. An instant that cannot be is taken as now.
    """
    doors.require_door(by)
    if len(entries) > MOST:
        raise Refused(_("Send at most %(most)s entries at a time.") % {"most": MOST})
    recorded = flagged = 0
    for entry in entries:
        if kept := _receive_one(entry, by=by, entrance=entrance):
            recorded += 1
            flagged += bool(kept.flag)
    return recorded, flagged


@transaction.atomic
def _receive_one(entry, *, by, entrance):
    registration = doors.find(doors.code_in(str(entry.get("code", ""))), by=by)
    if registration is None:
        return None
    Registration.objects.select_for_update().get(pk=registration.pk)  # entries of one person are taken in turn
    list_made_at = _instant(entry.get("list_made_at"))
    at = _instant(entry.get("at"))
    if CheckIn.objects.filter(registration=registration, at=at, list_made_at__isnull=False).exists():
        return None
    fields = {"registration": registration, "by": by, "entrance": entrance, "at": at, "list_made_at": list_made_at}
    if doors.may_come_in(registration):
        kept = _first_or_again(fields)
    else:
        kept = CheckIn.objects.create(is_first=False, flag=CheckIn.Flag.VOID, **fields)
    audit.record("door.offline", registration, by=by, internal=True, happened_at=at, entrance=entrance, flag=kept.flag)
    if kept.flag:
        _tell_security(kept)
    return kept


def _first_or_again(fields):
    try:
        with transaction.atomic():
            return CheckIn.objects.create(**fields)
    except IntegrityError:
        return CheckIn.objects.create(is_first=False, flag=CheckIn.Flag.TWICE, **fields)


def _instant(text):
    """An instant that a device sent; now, where it is none, lies ahead or is too old."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return clock.now()
    if moment.tzinfo is None or not clock.now() - OLDEST <= moment <= clock.now():
        return clock.now()
    return moment


def _tell_security(check_in):
    """A letter to the Forum's address of security, where there is one; the desk has the queue in any case."""
    registration = check_in.registration
    session = registration.forum_session
    rule = SeatRule.objects.filter(forum=session.forum_id).exclude(security_email="").first()
    if rule is None:
        return
    mail.queue(
        f"door_flagged:{check_in.pk}",
        "door_flagged",
        to=rule.security_email,
        about=session.forum.reference_prefix,
        context={
            "session": session,
            "code": registration.code,
            "initials": initials(registration.representative.name),
            "entrance": check_in.entrance,
            "came_in": clock_of(check_in.at, session.time_zone),
            "list_of": clock_of(check_in.list_made_at, session.time_zone),
            "flag": check_in.get_flag_display(),
            "url": settings.PORTAL_URL + reverse("admin:registration_door_flags"),
        },
    )


def flagged():
    """Entries that security or the desk must look at, the newest first."""
    return (
        CheckIn.objects.exclude(flag="")
        .filter(settled_at=None)
        .select_related("registration__representative", "registration__accreditation__organization", "by")
        .select_related("registration__forum_session__forum")
        .order_by("-at", "-pk")
    )


@transaction.atomic
def settle(check_in, *, by, words):
    """Somebody looked at a flagged entry, and says what came of it."""
    doors.require_door(by)
    if not words.strip():
        raise Refused(_("Say what came of it."), field="words")
    if (
        not flagged()
        .filter(pk=check_in.pk)
        .update(settled_at=clock.now(), settled_by=by, settled_words=words.strip()[:300])
    ):
        raise Refused(_("Somebody settled this already."))
    check_in.refresh_from_db()
    audit.record("door.settle", check_in.registration, by=by, reason=words, internal=True)
    return check_in
