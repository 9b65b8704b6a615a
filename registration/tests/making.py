"""Small makers for the tests of this app: several organizations, rooms with a limit, places given."""

from accreditation.tests.cast import make_officer, make_person
from imrf_portal import clock
from registration import workflow
from registration.models import Allocation, Registration, Status

from .test_seats import CLOSES, DURING, make_accreditation, make_people, make_session

__all__ = [
    "CLOSES",
    "DURING",
    "give_places",
    "make_accreditation",
    "make_desk",
    "make_organization",
    "make_people",
    "make_session",
    "register",
]


def make_desk():
    return make_officer("desk@secretariat.example", "Registration desk")


def make_organization(forum, name):
    """An accreditation of an organization with an owner of its own, as (accreditation, owner)."""
    owner = make_person(f"owner@{name.lower().replace(' ', '-')}.example")
    return make_accreditation(forum, owner, name), owner


def register(accreditation, session, *people, by):
    """Register people in the order given, while registration is open; their registrations."""
    with clock.frozen(DURING):
        workflow.save_matrix(accreditation, {session: [(person, False) for person in people]}, by=by)
    return [Registration.objects.get(forum_session=session, representative=person, seat__gte=1) for person in people]


def give_places(session, *registrations, by):
    """As a run that seated exactly these, in this order."""
    Allocation.objects.create(forum_session=session, rule="order", input_sha256="0" * 64, result={}, confirmed_by=by)
    for place, registration in enumerate(registrations, start=1):
        Registration.objects.filter(pk=registration.pk).update(status=Status.CONFIRMED, place=place)
        registration.refresh_from_db()
