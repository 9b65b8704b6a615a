"""Private calendar addresses: made, taken back, and what the calendar behind one holds."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock
from sessions_app import feeds
from sessions_app.models import ForumSession

from .models import FeedKey, Registration, Status
from .models.seats import PRESENT


def address_of(accreditation, *, person=None):
    """The calendar address in force for a person, or for the whole organization; None when there is none."""
    return FeedKey.objects.filter(accreditation=accreditation, representative=person, revoked_at=None).first()


def address_for(accreditation, *, person=None, by=None):
    """The calendar address in force for a person, or for the whole organization; made when there is none."""
    if found := address_of(accreditation, person=person):
        return found
    try:
        with transaction.atomic():
            found = FeedKey.objects.create(accreditation=accreditation, representative=person)
            audit.record("calendar.open", found, by=by)
            return found
    except IntegrityError:
        return address_of(accreditation, person=person)


@transaction.atomic
def take_back(feed, *, by=None):
    """The address answers no more, at once; another one can be made."""
    if FeedKey.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record("calendar.close", feed, by=by)


def content(feed):
    """The bytes of the calendar: sessions of the person, or of all people of the organization.

    A session that was cancelled stays, marked: else calendars that fetched it would go on to show it.
    """
    registrations = Registration.objects.filter(accreditation=feed.accreditation_id)
    if feed.representative_id:
        registrations = registrations.filter(representative=feed.representative_id)
    held = registrations.filter(PRESENT) | registrations.filter(status=Status.CANCELLED)
    sessions = ForumSession.objects.filter(pk__in=held.values("forum_session")).select_related("forum")
    owner = feed.representative or feed.accreditation.organization
    return feeds.calendar(_("Sessions of %(who)s") % {"who": owner}, list(sessions))
