"""A door without a connection: the list that a device keeps, and what it sends when it is connected again.

A lost device gives no code away. Its list holds initials and the room under a mark, a salted slow hash of the code that
is cut so short that of all codes that can be, one in ``FALSE`` has a mark of the list by chance: whoever tries them all
finds a thousand million, and no way to tell which are ours. Each list has a salt of its own, so that what passes by
chance at one door does not pass at another. The device hashes a typed code once, however long its list is.

What a device let in by its list is recorded when it is connected again; where the portal knew better by then, the entry
is flagged and security is told (T-R21), as it is of a code that passed by chance.
"""

import hashlib
import secrets
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


ROUNDS = 1000
"""Of PBKDF2 for each mark: 3,000 people take a list 0.7 s."""
FALSE = 512
"""One in so many codes that are not ours has a mark of the list."""


def mark_of(code, *, salt, bits):
    """What a device keeps in place of a code: the first ``bits`` of its hash, as a number."""
    derived = hashlib.pbkdf2_hmac("sha256", codes.normalise(code).encode(), salt, ROUNDS, dklen=4)
    return int.from_bytes(derived) >> (32 - bits)


def device_list(session, *, by):
    """What a device keeps of one session; taking it is recorded.

    ``people`` holds under each mark a row ``[initials, "ok" or "other", already in]`` for everybody whose code has it:
    two people may share one. ``salt`` (hexadecimal), ``rounds`` and ``bits`` say how a mark is made.
    """
    doors.require_door(by)
    inside = set(CheckIn.objects.filter(registration__forum_session=session).values_list("registration", flat=True))
    expected = list(valid(session.forum).filter(forum_session=session))
    salt, bits = secrets.token_bytes(16), min((max(len(expected), 1) * FALSE - 1).bit_length(), 32)
    people = {}
    for one in expected:
        row = [initials(one.representative.name), "other" if one.status == Status.OVERFLOW else "ok", one.pk in inside]
        people.setdefault(mark_of(one.code, salt=salt, bits=bits), []).append(row)
    audit.record("door.list", session, by=by, internal=True, people=len(expected))
    return {
        "made_at": clock.now().isoformat(),
        "salt": salt.hex(),
        "rounds": ROUNDS,
        "bits": bits,
        "count": len(expected),
        "people": people,
    }


def receive(entries, *, by, session=None, entrance=""):
    """Record what a device let in while it had no connection: ``(recorded, flagged, unknown)``; sent twice, once.

    An entry is ``{"code", "at", "list_made_at"}`` with ISO instants. An instant that cannot be is taken as now.
    ``session`` is the one the door let into: with it, a code that nobody has is an event, and security is told.
    """
    doors.require_door(by)
    if len(entries) > MOST:
        raise Refused(_("Send at most %(most)s entries at a time.") % {"most": MOST})
    recorded = flagged = unknown = 0
    for entry in entries:
        code = doors.code_in(str(entry.get("code", "")))
        registration = doors.find(code, by=by)
        if registration is None:
            unknown += session is not None and _note_unknown(entry, code, session, by=by, entrance=entrance)
        elif kept := _receive_one(entry, registration, by=by, entrance=entrance):
            recorded += 1
            flagged += bool(kept.flag)
    return recorded, flagged, unknown


@transaction.atomic
def _note_unknown(entry, code, session, *, by, entrance):
    """A code that nobody has was let in by chance; whether this is the first time that we hear of it."""
    at, list_made_at = _instant(entry.get("at")), _instant(entry.get("list_made_at"))
    if audit.Event.objects.about(session).filter(verb="door.unknown", happened_at=at).exists():
        return False
    happening = audit.record(
        "door.unknown", session, by=by, internal=True, happened_at=at, entrance=entrance, code=code
    )
    flag = _("Nobody has this code. Find the person, and send the person to the help desk.")
    url = reverse("admin:registration_door") + f"?session={session.pk}"
    _write_to_security(
        session, key=f"door_unknown:{happening.pk}", code=code, initials="–", entrance=entrance, flag=flag, url=url,
        came_in=at, list_of=list_made_at,
    )  # fmt: skip
    return True


@transaction.atomic
def _receive_one(entry, registration, *, by, entrance):
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
    """The desk has the queue in any case."""
    registration = check_in.registration
    _write_to_security(
        registration.forum_session,
        key=f"door_flagged:{check_in.pk}",
        code=registration.code,
        initials=initials(registration.representative.name),
        entrance=check_in.entrance,
        flag=check_in.get_flag_display(),
        url=reverse("admin:registration_door_flags"),
        came_in=check_in.at,
        list_of=check_in.list_made_at,
    )


def _write_to_security(session, *, key, url, came_in, list_of, **context):
    """A letter to the Forum's address of security, where there is one."""
    rule = SeatRule.objects.filter(forum=session.forum_id).exclude(security_email="").first()
    if rule is None:
        return
    mail.queue(
        key,
        "door_flagged",
        to=rule.security_email,
        about=session.forum.reference_prefix,
        context={
            "session": session,
            "came_in": clock_of(came_in, session.time_zone),
            "list_of": clock_of(list_of, session.time_zone),
            "url": settings.PORTAL_URL + url,
            **context,
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
