"""At the door: what a code says, and the record of who came in.

One verdict each: come in, overflow room, already in, or ask the desk. The door never says why somebody may not come in.
"""

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, sight
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused
from imrf_portal.times import clock_of
from sessions_app.models import ForumSession

from . import guardians, passes
from .models import CheckIn, Registration, Status

CODE = re.compile(r"S-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[A-Z]")


@dataclass(frozen=True)
class Verdict:
    """``state``: ok, other (overflow room), again, stop, unknown. ``first``: the first time this code was let in."""

    state: str
    title: str
    words: str
    code: str
    registration: Registration | None = None
    first: CheckIn | None = None


def code_in(text):
    """The code in what was typed or scanned: alone, in lower case, or in the address of a QR code."""
    typed = codes.normalise(text)
    found = CODE.search(typed)
    return found[0] if found else typed[:40]


def find(code, *, by):
    """The registration of a code with all that the door shows; None when there is none in this officer's Forums."""
    rows = Registration.objects.select_related(
        "representative", "accreditation__organization", "forum_session__forum", "replaced_by"
    )
    return sight.visible(rows, by).filter(code=code).first()


def require_door(by):
    if not may(by, Capability.REGISTER):
        raise Refused(_("Your role does not include this. Ask a coordinator."))


@transaction.atomic
def scan(text, *, by, entrance="", session=None):
    """Check a code and record that the person came in; ``session`` is the one this door lets into (None: any).

    A second scan is recorded too, and says when and where the first was (T-R22).
    """
    require_door(by)
    code = code_in(text)
    registration = find(code, by=by)
    if registration is None:
        return Verdict("unknown", _("We do not know this code"), _unknown_words(code), code)
    if stop := _stop(registration, session):
        audit.record("door.stop", registration, by=by, entrance=entrance, internal=True)
        return Verdict("stop", *stop, code, registration)
    if not _record_first(registration, by=by, entrance=entrance):
        first = registration.check_ins.get(is_first=True)
        CheckIn.objects.create(registration=registration, by=by, entrance=entrance, is_first=False, at=clock.now())
        return Verdict("again", *_again_words(registration, first), code, registration, first)
    return _welcome(registration, code)


def _record_first(registration, *, by, entrance):
    try:
        with transaction.atomic():
            CheckIn.objects.create(registration=registration, by=by, entrance=entrance, at=clock.now())
    except IntegrityError:
        return False
    audit.record("door.in", registration, by=by, entrance=entrance, internal=True)
    return True


def _welcome(registration, code):
    if registration.status == Status.OVERFLOW:
        words = _("Show the way: %(room)s.") % {"room": registration.forum_session.overflow_room}
        return Verdict("other", _("Overflow room"), words, code, registration)
    where = registration.forum_session.room or _("Main room")
    return Verdict("ok", _("Let in"), where, code, registration)


def _unknown_words(code):
    if CODE.fullmatch(code) and not codes.is_valid(code):
        return _("One letter or digit is not right. Scan again, or type it.")
    return _("Scan again, or type it. For another day or another meeting? Then it does not work here.")


def _stop(registration, session):
    """Title and words when nobody comes in with this code; None when they do. The reason stays at the desk (T-R19)."""
    if session is not None and registration.forum_session_id != session.pk:
        return _("Another session"), _("This code is for “%(session)s”.") % {"session": registration.forum_session}
    if may_come_in(registration):
        return None
    return _("Please ask the desk"), _("This code is not in use. Say: “The help desk will help you.”")


def may_come_in(registration):
    """Whether a code opens a door now."""
    return (
        registration.status in {Status.CONFIRMED, Status.OVERFLOW}
        and registration.accreditation.is_in_force
        and registration.forum_session.status != ForumSession.Status.CANCELLED
        and not guardians.is_missing(registration.representative)
    )


def _again_words(registration, first):
    zone = registration.forum_session.time_zone
    at = clock_of(first.at, zone)
    if first.entrance:
        where = _("First scan at %(time)s, entrance %(entrance)s. Look at the person before you decide.")
    else:
        where = _("First scan at %(time)s. Look at the person before you decide.")
    title = _("Already in since %(time)s") % {"time": at}
    return title, where % {"time": at, "entrance": first.entrance}


@transaction.atomic
def let_in_again(registration, *, by, reason, entrance=""):
    """Staff decide that it is the same person: let in once more, with the reason."""
    require_door(by)
    if not reason.strip():
        raise Refused(_("Say why this person is let in again."), field="reason")
    if _stop(registration, None):
        raise Refused(_("This code is not in use. The help desk decides."))
    if not registration.check_ins.filter(is_first=True).exists():
        raise Refused(_("Nobody came in with this code yet: scan it."))
    kept = CheckIn.objects.create(
        registration=registration,
        by=by,
        entrance=entrance,
        is_first=False,
        override_reason=reason.strip()[:200],
        at=clock.now(),
    )
    audit.record("door.again", registration, by=by, reason=reason, entrance=entrance, internal=True)
    return kept


def counts(session):
    """How many came in, of how many expected: those whom the door would let in."""
    expected = passes.valid(session.forum).filter(forum_session=session).order_by()
    return CheckIn.objects.filter(registration__in=expected, is_first=True).count(), expected.count()


def last_scans(session, entrance, most=8):
    """The latest at this entrance, newest first."""
    scans = CheckIn.objects.filter(registration__forum_session=session)
    if entrance:
        scans = scans.filter(entrance=entrance)
    return list(
        scans.select_related("registration__representative", "registration__accreditation__organization").order_by(
            "-at", "-pk"
        )[:most]
    )
