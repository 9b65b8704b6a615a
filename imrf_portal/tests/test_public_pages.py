from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imrf_portal import clock, meetings
from imrf_portal.forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate

pytestmark = pytest.mark.django_db
OPENS, CLOSES = datetime(2022, 1, 4, 14, tzinfo=UTC), datetime(2022, 1, 26, 22, tzinfo=UTC)
DURING = datetime(2022, 1, 20, 14, 30, tzinfo=UTC)


def make_forum(slug="imrf-2022", **fields):
    fields = {
        "title": f"Forum {slug}",
        "short_title": slug,
        "reference_prefix": slug.upper().replace("-", "")[:10],
        "starts_on": date(2022, 5, 10),
        "ends_on": date(2022, 5, 13),
        "is_published": True,
    } | fields
    return Forum.objects.create(slug=slug, **fields)


def make_call(forum):
    return Call.objects.create(forum=forum, kind=Call.Kind.SPECIAL_ACCREDITATION, opens_at=OPENS, closes_at=CLOSES)


def furnish(forum, call, lines):
    for number in range(lines):
        KeyDate.objects.create(forum=forum, label=f"Date {number}", on=date(2022, 3, number + 1))
        Announcement.objects.create(forum=forum, title=f"News {number}", body="Text", published_at=OPENS)
        DateChange.objects.create(
            forum=forum, what="Forum", reason="Room", old_on=date(2022, 5, 3), new_on=forum.starts_on, changed_at=OPENS
        )
    for kind, route in zip(CallDocument.Kind, list(ForumRoute.Route)[:lines], strict=False):
        CallDocument.objects.create(call=call, kind=kind)
        ForumRoute.objects.create(forum=forum, route=route, words=f"Words of {route}")


def get(client, path, at=DURING, **headers):
    with (
        clock.frozen(at),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        response = client.get(path, headers=headers)
    return response, len(queries)


@pytest.mark.parametrize("size", [1, 3])
def test_front_page_reads_two_statements_at_any_size(client, size):
    for number in range(size):
        make_call(make_forum(f"forum-{number}"))
    response, statements = get(client, "/")
    assert (response.status_code, statements) == (200, 2)


@pytest.mark.parametrize("lines", [1, 3])
def test_page_of_a_forum_reads_four_statements_at_any_size(client, lines):
    forum = make_forum()
    furnish(forum, make_call(forum), lines)
    response, statements = get(client, "/meetings/imrf-2022/")
    assert (response.status_code, statements) == (200, 4)


# T-A01
def test_first_visit_shows_deadline_at_both_places_routes_and_what_is_needed(client):
    forum = make_forum()
    furnish(forum, make_call(forum), 3)
    client.cookies["tz"] = "Asia/Kathmandu"
    page = get(client, "/meetings/imrf-2022/")[0].content.decode()
    for words in (
        "6 days left to apply",
        "<b>Wed 26 Jan 2022, 17:00</b> EST (UTC−5)",
        "<b>Thu 27 Jan 2022, 03:45</b> UTC+5:45",
        "Your homepage",
        "The scope of your work",
        "Proof of legal status",
        "Letter from the head of your organization",
    ):
        assert words in page
    home = get(client, "/")[0].content.decode()
    for words in (
        "consultative status",
        "accredited before",
        "national human rights institution",
        "Special accreditation",
    ):
        assert words in home


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (OPENS - timedelta(seconds=1), "Applications not open yet"),
        (OPENS, "Open until 26 January"),
        (CLOSES - timedelta(microseconds=1), "Open until 26 January"),
        (CLOSES, "Applications closed"),
        (datetime(2022, 5, 15, tzinfo=UTC), "Past meeting"),
    ],
)
def test_state_follows_the_servers_clock(client, at, state):
    make_call(make_forum())
    assert state in get(client, "/", at)[0].content.decode()


def test_before_opening_the_page_says_when_it_opens(client):
    make_call(make_forum())
    page = get(client, "/meetings/imrf-2022/", OPENS - timedelta(days=3))[0].content.decode()
    assert "Opens in 3 days" in page
    assert "opens on Tuesday 4 January 2022, 09:00 New York (EST)." in page


def test_unpublished_forum_does_not_exist(client):
    make_forum(is_published=False)
    assert client.get("/meetings/imrf-2022/").status_code == 404
    assert "imrf-2022" not in client.get("/").content.decode()


def test_without_a_meeting_the_page_says_so(client):
    page = client.get("/").content.decode()
    assert "No meeting is open for applications now" in page
    assert "No meeting is published yet" in page


def test_a_moved_date_stays_visible_with_its_reason(client):
    forum = make_forum(starts_on=date(2022, 5, 17), ends_on=date(2022, 5, 20))
    DateChange.objects.create(
        forum=forum, what="Forum", reason="Agreed by the Assembly.", old_on=date(2022, 5, 10), new_on=date(2022, 5, 17)
    )
    page = get(client, "/meetings/imrf-2022/")[0].content.decode()
    assert "10 May 2022</del>" in page
    assert "17–20 May 2022</ins>" in page
    assert "Agreed by the Assembly." in page


def test_an_announcement_of_tomorrow_is_not_shown_today(client):
    forum = make_forum()
    Announcement.objects.create(forum=forum, title="Now", body="x", published_at=DURING)
    Announcement.objects.create(forum=forum, title="Later", body="x", published_at=DURING + timedelta(days=1))
    with clock.frozen(DURING):
        assert [a.title for a in meetings.page_of("imrf-2022")["announcements"]] == ["Now"]


def test_calendar_marks_what_is_past_and_what_comes_next(client):
    forum = make_forum()
    KeyDate.objects.create(forum=forum, label="Opened", at=OPENS, position=1)
    KeyDate.objects.create(forum=forum, label="Unknown", position=2)
    KeyDate.objects.create(forum=forum, label="Closes", at=CLOSES, position=3)
    KeyDate.objects.create(forum=forum, label="Forum", on=date(2022, 5, 10), position=4)
    with clock.frozen(DURING):
        dates = meetings.page_of("imrf-2022")["dates"]
    assert [(d.label, d.state) for d in dates] == [
        ("Opened", "done"),
        ("Unknown", ""),
        ("Closes", "now"),
        ("Forum", ""),
    ]


@pytest.mark.parametrize(
    "path", ["/help/", "/help/accessibility/", "/help/who-sees-what/", "/help/what-we-keep/", "/preferences/"]
)
def test_help_needs_no_database(client, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


def test_public_pages_change_nothing_and_take_no_post(client):
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("is_public", [True, False])
def test_the_menu_names_the_register_only_where_it_is_public(client, is_public):
    forum = make_forum(register_is_public=is_public)

    page = client.get(forum.get_absolute_url()).content.decode()

    assert (f"{forum.get_absolute_url()}register/" in page) is is_public
