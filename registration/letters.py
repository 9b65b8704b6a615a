"""Letters as PDF: the facts of a ``Letter`` in words, through the paper of the Office."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import papers, times

from .confirmations import confirmed, last_day
from .models import Status


def pdf(letter):
    """The bytes of a valid letter."""
    person = letter.representative
    accreditation = person.accreditation
    forum, organization = accreditation.forum, accreditation.organization
    held = [one for one in confirmed(person) if one.code in letter.facts["seats"]]
    sessions = [one.forum_session for one in held]
    return papers.confirmation_letter(
        code=letter.code,
        place=forum.city or times.city_of(forum.time_zone),
        written_on=letter.written_at.astimezone(ZoneInfo(forum.time_zone)).date(),
        person=person.name,
        organization=organization.name,
        country=organization.country.name if organization.country else "–",
        forum=forum.title,
        venue=forum.venue or forum.city or _("a place to be announced"),
        basis=accreditation.get_basis_display(),
        reference=letter.code if accreditation.application_id is None else accreditation.application.reference,
        dates=times.days_between(min(one.day_on for one in sessions), last_day(letter)),
        sessions=[(one.forum_session.title, _when(one.forum_session), _where(one)) for one in held],
        time_note=_time_note(sessions),
        valid_until=last_day(letter),
        verify_page=settings.PORTAL_URL + reverse("verify"),
        verify_url=settings.PORTAL_URL + reverse("verify_code", args=[letter.code]),
    )


def _when(session):
    if session.starts_at is None:
        return times.days_between(session.day_on, session.last_day_on or session.day_on)
    zone = session.time_zone
    return f"{times.day_and_clock(session.starts_at, zone)}–{times.clock_of(session.ends_at, zone)}"


def _where(registration):
    session = registration.forum_session
    if registration.status == Status.OVERFLOW:
        return session.overflow_room or _("Overflow room")
    return session.room or session.city or _("Not announced")


def _time_note(sessions):
    first = next((one for one in sessions if one.starts_at), None)
    if first is None:
        return ""
    return _("Times in %(city)s: %(zone)s.") % {
        "city": times.city_of(first.time_zone),
        "zone": times.zone_note(first.starts_at, first.time_zone),
    }
