"""How many of a final list registered and came, as the statistics of the Forum tell it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from accreditation import circulation, review
from accreditation.models import Accreditation
from accreditation.tests.cast import AFTER, make_circulated, make_eligible, make_person
from accreditation.tests.mission_browser import words
from imrf_portal import clock
from imrf_portal.tests.clients import signed_in
from registration import doors
from registration.models import CheckIn

from .making import make_desk, make_people, make_session, register


@pytest.fixture
def held(call, chen, noor):
    """Of seven on the final list six registered one person each, five came; of them one by a code not in use."""
    eligible = [
        make_eligible(call, make_person(f"one@a{n}.example"), by=chen, signed_by=noor, name=f"Body {n}")
        for n in range(7)
    ]
    listed = make_circulated(eligible, by=chen)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
        for application in eligible:
            review.accredit(application, by=noor)
        circulation.final_list(call.forum, by=chen)
    hearing, desk = make_session(call.forum, "hearing"), make_desk()
    make_session(call.forum, "nobody")
    for number, accreditation in enumerate(Accreditation.objects.order_by("pk")[:6]):
        (person,) = make_people(accreditation, f"Ana{number}")
        (seat,) = register(accreditation, hearing, person, by=accreditation.application.applicant)
        if number < 5:
            with clock.frozen(hearing.starts_at):
                doors.scan(seat.code, by=desk)
    CheckIn.objects.filter(registration__accreditation=Accreditation.objects.order_by("pk")[4]).update(flag="void")
    forum = call.forum
    forum.starts_on = forum.ends_on = hearing.day_on
    forum.statistics_are_public = True
    forum.save()
    return forum


def page_of(client, forum, at):
    cache.clear()
    with clock.frozen(at):
        return words(client.get(reverse("statistics", args=[forum.slug])))


def test_the_public_reads_who_came_when_the_forum_is_over_and_never_a_small_figure(held, client):
    last_minute = held.sessions.first().starts_at.replace(hour=3) + timedelta(days=1)  # 23:00 in New York
    assert "entered" not in page_of(client, held, last_minute).partition("How we count")[0]

    shown = page_of(client, held, last_minute + timedelta(hours=1))

    assert "Registered people of the final list: at least one person all but fewer than 5" in shown
    assert "Came of the final list: at least one person entered fewer than 5" in shown


def test_staff_read_every_figure_of_the_turnout(held, chen):
    with clock.frozen(AFTER + timedelta(days=60)):
        desk = signed_in(chen)
        page = words(desk.get(reverse("admin:statistics", args=[held.slug])))
        table = desk.get(reverse("admin:statistics_csv", args=[held.slug]))

    assert "at least one person 6" in page
    assert "at least one person entered 4" in page
    lines = b"".join(table).decode("utf-8-sig").splitlines()
    assert '"Turnout","People who entered","","4"' in lines
    assert '"Turnout","Sessions with stakeholders","","1"' in lines
