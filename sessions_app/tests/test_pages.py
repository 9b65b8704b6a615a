"""The public programme: pages, filters, feeds, and how many statements they take."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from accreditation.models import Accreditation
from accreditation.tests.cast import make_forum, make_officer
from imrf_portal import clock
from imrf_portal.errors import Refused
from registration.tests.making import make_accreditation, make_people, register
from sessions_app import workflow
from sessions_app.models import ForumSession, Objective

START = datetime(2026, 5, 5, 14, 0, tzinfo=UTC)


def make_session(forum, slug="table-1", **fields):
    return ForumSession.objects.create(
        **{
            "forum": forum,
            "slug": slug,
            "kind": ForumSession.Kind.ROUND_TABLE,
            "title": slug.replace("-", " ").title(),
            "day_on": START.date(),
            "starts_at": START,
            "ends_at": START + timedelta(hours=3),
            "is_published": True,
            "status": ForumSession.Status.CONFIRMED,
            **fields,
        }
    )


@pytest.fixture
def forum(db):
    return make_forum()


@pytest.fixture
def desk(db):
    return make_officer("desk@secretariat.example", "Registration desk")


def programme(client, forum, query=""):
    return client.get(f"/meetings/{forum.slug}/programme/{query}")


@pytest.mark.parametrize("count", [1, 3])
def test_the_programme_takes_the_same_statements_at_any_length(client, forum, django_assert_num_queries, count):
    for number in range(count):
        make_session(forum, f"table-{number}")
    with django_assert_num_queries(5):
        programme(client, forum)


def test_a_filter_stays_in_the_address_and_an_empty_result_says_so(client, forum):
    session = make_session(forum)
    make_session(forum, "hall", kind=ForumSession.Kind.PLENARY)
    session.objectives.add(Objective.objects.create(number=4, title="Legal identity"))
    page = programme(client, forum, "?objective=4").content.decode()
    assert ("Table 1</bdi></a>" in page, "Hall</bdi></a>" in page) == (True, False)
    assert "Objective 4 of the Global Compact" in page
    assert "At the same time as <bdi>Hall</bdi>" in page
    assert "No session fits this filter" in programme(client, forum, "?kind=hearing").content.decode()


def test_the_hours_of_the_reader_stand_beside_those_of_the_host(client, forum):
    make_session(forum)
    client.cookies["tz"] = "Asia/Kathmandu"
    page = programme(client, forum).content.decode()
    assert ">10:00</time>" in page
    assert "Kathmandu" in page
    assert ">19:45</time>" in page


def test_the_zone_is_changed_on_the_page_and_remembered(client, forum):
    session = make_session(forum)
    here = f"/meetings/{forum.slug}/programme/?kind=round_table"
    assert f'name="next" value="{here}"' in client.get(here).content.decode()
    client.post("/preferences/", {"next": here, "tz": "UTC"}, follow=True)
    for page in (client.get(here), client.get(session.get_absolute_url())):
        assert "UTC <time" in page.content.decode()
    client.post("/preferences/", {"next": here, "tz": ""})
    assert "UTC <time" not in client.get(here).content.decode()


def test_a_focal_point_reads_how_many_people_are_where(client, forum, amina):
    session, _other = make_session(forum), make_session(forum, "table-2")
    accreditation = make_accreditation(forum, amina)
    register(accreditation, session, *make_people(accreditation, "Ana", "Ben"), by=amina)
    assert "people here" not in programme(client, forum).content.decode()
    client.force_login(amina)
    page = programme(client, forum).content.decode()
    assert page.count("You have 2 people here") == 1
    Accreditation.objects.update(revoked_at=START, revoked_by=amina, revoked_reason="Specimen")
    assert "people here" not in programme(client, forum).content.decode()


def test_a_session_is_live_by_the_clock(client, forum):
    make_session(forum)
    with clock.frozen(START):
        assert "Live now" in programme(client, forum).content.decode()
    with clock.frozen(START + timedelta(hours=3)):
        assert "Live now" not in programme(client, forum).content.decode()


# T-R27
def test_the_feed_keeps_the_uid_and_counts_a_move(client, forum, desk):
    session = make_session(forum, time_zone="Europe/Zurich")
    address = f"/meetings/{forum.slug}/programme.ics"
    before = Calendar.from_ical(client.get(address).content).walk("VEVENT")[0]
    workflow.move(
        session,
        by=desk,
        reason="Another room",
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=2),
    )
    feed = Calendar.from_ical(client.get(address).content)
    (after,) = feed.walk("VEVENT")
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt == START + timedelta(days=1)
    assert [zone["TZID"] for zone in feed.walk("VTIMEZONE")] == ["Europe/Zurich"]


# T-R18
def test_a_cancelled_session_stays_marked_with_its_reason(client, forum, desk):
    session = make_session(forum)
    workflow.cancel(session, by=desk, reason="No interpreters")
    assert "Cancelled" in programme(client, forum).content.decode()
    assert "No interpreters" in client.get(session.get_absolute_url()).content.decode()
    feed = Calendar.from_ical(client.get(f"/meetings/{forum.slug}/programme/table-1.ics").content)
    assert feed.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_nobody_is_warned_of_a_clash_with_a_session_that_is_cancelled(client, forum, desk):
    sessions = make_session(forum), make_session(forum, "table-2")
    words = "One person cannot be in both."
    pages = [session.get_absolute_url() for session in sessions]
    assert all(words in client.get(page).content.decode() for page in pages)
    workflow.cancel(sessions[1], by=desk, reason="No interpreters")
    assert not any(words in client.get(page).content.decode() for page in pages)


def test_a_move_needs_a_reason_and_the_old_day_stays(client, forum, desk):
    session = make_session(forum)
    week = timedelta(days=7)
    later = {"day_on": START.date() + week, "starts_at": session.starts_at + week, "ends_at": session.ends_at + week}
    with pytest.raises(Refused):
        workflow.move(session, by=desk, reason=" ", **later)
    with pytest.raises(Refused, match="By the clock of New York the session starts on Tuesday 5 May 2026"):
        workflow.move(session, by=desk, reason="The Forum moves", day_on=later["day_on"])
    workflow.move(session, by=desk, reason="The Forum moves", **later)
    page = programme(client, forum).content.decode()
    assert "5 May 2026</del>" in page
    assert "12 May 2026</ins>" in page


def test_what_is_not_published_is_not_there(client, forum):
    session = make_session(forum, is_published=False)
    assert client.get(session.get_absolute_url()).status_code == 404
    assert "The programme is not announced yet" in programme(client, forum).content.decode()
