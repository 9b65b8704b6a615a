"""Letters about a person, and what their codes and the seats' codes say when somebody checks them.

A letter keeps the facts it states. Whether it is valid is asked of the record each time: void at once when the seat,
the organization's accreditation or the session ends, replaced when a fact on it changed (T-R24, T-R25).
"""

import hashlib
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, times
from imrf_portal.errors import Refused
from imrf_portal.verification import Verdict, initials

from . import guardians
from .models import Letter, Registration, Status

SEATED = {Status.CONFIRMED, Status.OVERFLOW}
"""Those who may be told in a letter that they take part."""


def confirmed(person):
    """The registrations of a person that a letter may name, in the order of the programme; four statements at most."""
    return list(
        Registration.objects.filter(representative=person, status__in=SEATED)
        .exclude(forum_session__status="cancelled")
        .select_related("forum_session__forum", "accreditation__organization__country", "accreditation__forum")
        .order_by("forum_session__day_on", "forum_session__starts_at", "pk")
    )


@transaction.atomic
def letter_for(person, *, kind, registration=None, by):
    """The letter that states the facts of now: the one written before if they are still the same, else a new one.

    A confirmation is of one ``registration``; a visa support letter of all confirmed sessions of the person.
    """
    held = [one for one in confirmed(person) if registration is None or one.pk == registration.pk]
    if not person.accreditation.is_in_force:
        raise Refused(_("The accreditation of your organization is not in force, so there is no letter."))
    guardians.require_agreement(person)
    if not held:
        raise Refused(_("There is a letter as soon as a place is confirmed."))
    if kind == Letter.Kind.VISA and not person.wants_visa_letter:
        raise Refused(
            _("No visa support letter is asked for. Tick it with the details of %(name)s.") % {"name": person}
        )
    for letter in person.letters.filter(kind=kind):
        same_seats = set(letter.facts["seats"]) == {one.code for one in held}
        if same_seats and _state(letter)[0] == "valid":
            return letter
    letter = Letter(representative=person, kind=kind, written_by=by)
    letter.facts = {
        "name": person.name,
        "passport": _digest(letter.code, person.passport_number),
        "organization": str(person.accreditation.organization),
        "seats": {one.code: _hours(one.forum_session) for one in held},
        "first_on": min(one.forum_session.day_on for one in held).isoformat(),
        "last_on": max(one.forum_session.last_day_on or one.forum_session.day_on for one in held).isoformat(),
    }
    letter.save(force_insert=True)
    audit.record("letter.write", letter, by=by, kind=kind)
    return letter


def _digest(code, passport_number):
    """Keeps whether the passport is the same, without keeping its number."""
    return hashlib.sha256(f"{code}:{passport_number}".encode()).hexdigest() if passport_number else ""


def _hours(session):
    return session.starts_at.isoformat() if session.starts_at else session.day_on.isoformat()


def _state(letter):
    """``(state, day of the end or None)`` of a letter, from the record as it stands now."""
    person = letter.representative
    accreditation = person.accreditation
    if not accreditation.is_in_force:
        return "void", _day(accreditation.revoked_at, accreditation.forum) or accreditation.valid_until_on
    if clock.now().astimezone(ZoneInfo(accreditation.forum.time_zone)).date() > last_day(letter):
        return "void", last_day(letter)
    seats = list(Registration.objects.filter(code__in=list(letter.facts["seats"])).select_related("forum_session"))
    if guardians.is_missing(person):
        return "void", None
    standing = [one for one in seats if one.status in SEATED and one.forum_session.status != "cancelled"]
    if not standing:
        ended = [one.ended_at for one in seats if one.ended_at]
        state = "replaced" if seats and all(one.status == Status.REPLACED for one in seats) else "void"
        return state, _day(max(ended, default=None), accreditation.forum)
    if _facts_changed(letter, person, standing):
        return "replaced", None
    newer = letter.representative.letters.filter(kind=letter.kind, written_at__gt=letter.written_at)
    for one in newer:
        if set(one.facts["seats"]) == set(letter.facts["seats"]):
            return "replaced", _day(one.written_at, accreditation.forum)
    return "valid", None


def _facts_changed(letter, person, standing):
    facts = letter.facts
    if len(standing) != len(facts["seats"]) or person.name != facts["name"]:
        return True
    if any(facts["seats"][one.code] != _hours(one.forum_session) for one in standing):
        return True
    # A passport number that was erased on its date says nothing about the passport.
    return bool(person.passport_number) and facts["passport"] != _digest(letter.code, person.passport_number)


def last_day(letter):
    return date.fromisoformat(letter.facts["last_on"])


def _day(moment, forum):
    return moment.astimezone(ZoneInfo(forum.time_zone)).date() if moment else None


def verify_letter(code, fingerprint, day):
    """The verdict on a letter's code: initials and dates, nothing more."""
    letter = Letter.objects.select_related("representative__accreditation__forum").filter(code=code).first()
    if letter is None:
        return None
    forum = letter.representative.accreditation.forum
    written_on = _day(letter.written_at, forum)
    first = date.fromisoformat(letter.facts["first_on"])
    rows = [
        (_("Initials"), initials(letter.facts["name"])),
        (_("Meeting"), forum.title),
        (_("Dates"), times.days_between(first, last_day(letter))),
        (_("Letter of"), times.long_date(written_on)),
    ]
    if day and day != written_on:
        return Verdict("mismatch", _("This code is ours, but the letter has another date. Do not rely on it."), rows=[])
    state, ended_on = _state(letter)
    return Verdict(state, kind=letter.get_kind_display(), rows=rows + _end_rows(state, ended_on))


def verify_seat(code, fingerprint, day):
    """The verdict on the code of one seat, as it stands on passes."""
    registration = (
        Registration.objects.select_related("representative", "forum_session", "accreditation__forum")
        .filter(code=code)
        .first()
    )
    if registration is None:
        return None
    session = registration.forum_session
    rows = [
        (_("Initials"), initials(registration.representative.name)),
        (_("Meeting"), registration.accreditation.forum.title),
        (_("Dates"), times.days_between(session.day_on, session.last_day_on or session.day_on)),
    ]
    state, ended_on = _seat_state(registration)
    return Verdict(state, kind=_("Place in one session"), rows=rows + _end_rows(state, ended_on))


def _seat_state(registration):
    accreditation, session = registration.accreditation, registration.forum_session
    if registration.status == Status.REPLACED:
        return "replaced", _day(registration.ended_at, accreditation.forum)
    if not accreditation.is_in_force:
        return "void", _day(accreditation.revoked_at, accreditation.forum) or accreditation.valid_until_on
    if guardians.is_missing(registration.representative):
        return "void", None
    if registration.status not in SEATED or session.status == session.Status.CANCELLED:
        return "void", _day(registration.ended_at, accreditation.forum)
    return "valid", None


def _end_rows(state, ended_on):
    if not ended_on or state == "valid":
        return []
    return [(_("Replaced") if state == "replaced" else _("Void since"), times.long_date(ended_on))]
