from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from imrf_portal import clock, times
from imrf_portal.errors import Refused

CLOSE = datetime(2022, 1, 26, 22, 0, tzinfo=UTC)


def test_new_york_is_written_with_day_place_and_letters():
    assert times.at_zone(CLOSE) == "Wednesday 26 January 2022, 17:00 New York (EST)"
    assert times.short_at_zone(CLOSE) == "Wed 26 Jan 2022, 17:00 EST (UTC−5)"


# T-A35
@pytest.mark.parametrize(
    ("zone", "long", "short"),
    [
        ("Asia/Kathmandu", "Thursday 27 January 2022, 03:45 Kathmandu (UTC+5:45)", "Thu 27 Jan 2022, 03:45 UTC+5:45"),
        (
            "Pacific/Pago_Pago",
            "Wednesday 26 January 2022, 11:00 Pago Pago (SST)",
            "Wed 26 Jan 2022, 11:00 SST (UTC−11)",
        ),
        ("Pacific/Kiritimati", "Thursday 27 January 2022, 12:00 Kiritimati (UTC+14)", "Thu 27 Jan 2022, 12:00 UTC+14"),
        ("Africa/Nairobi", "Thursday 27 January 2022, 01:00 Nairobi (EAT)", "Thu 27 Jan 2022, 01:00 EAT (UTC+3)"),
        ("Europe/Zurich", "Wednesday 26 January 2022, 23:00 Geneva (CET)", "Wed 26 Jan 2022, 23:00 CET (UTC+1)"),
        ("UTC", "Wednesday 26 January 2022, 22:00 UTC (UTC)", "Wed 26 Jan 2022, 22:00 UTC"),
    ],
)
def test_reader_elsewhere_gets_local_date_and_minute(zone, long, short):
    assert (times.at_zone(CLOSE, zone), times.short_at_zone(CLOSE, zone)) == (long, short)


# T-A37
def test_week_in_which_new_york_changes_its_clocks():
    before, after = datetime(2022, 3, 11, 22, 0, tzinfo=UTC), datetime(2022, 3, 14, 21, 0, tzinfo=UTC)
    assert times.short_at_zone(before) == "Fri 11 Mar 2022, 17:00 EST (UTC−5)"
    assert times.short_at_zone(after) == "Mon 14 Mar 2022, 17:00 EDT (UTC−4)"
    assert times.machine_time(before) == "2022-03-11T17:00-05:00"
    assert times.machine_time(after) == "2022-03-14T17:00-04:00"
    assert times.short_at_zone(after, "Africa/Nairobi") == "Tue 15 Mar 2022, 00:00 EAT (UTC+3)"


# T-A37
def test_hour_that_happens_twice_is_told_apart():
    first = datetime(2022, 11, 6, 5, 30, tzinfo=UTC)
    assert times.short_at_zone(first) == "Sun 6 Nov 2022, 01:30 EDT (UTC−4)"
    assert times.short_at_zone(first + timedelta(hours=1)) == "Sun 6 Nov 2022, 01:30 EST (UTC−5)"


def test_seconds_where_a_second_decides():
    assert times.at_zone(CLOSE + timedelta(seconds=40), seconds=True) == (
        "Wednesday 26 January 2022, 17:00:40 New York (EST)"
    )


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh-hans"])
def test_a_day_is_read_back_as_it_is_written_in_every_language(language):
    with translation.override(language):
        for month in range(1, 13):
            day = date(2027, month, 26)
            assert times.read_day(times.days_between(day, None)) == day
        assert times.read_day(" 26 Jan  2027") == times.read_day("2027-01-26") == date(2027, 1, 26)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31 February 2027", "31 February 2027 does not exist"),
        ("2027-02-31", "2027-02-31 does not exist"),
        ("03/04/2027", "month in letters"),
        ("26 Janvember 2027", "month in letters"),
        ("26 January", "month in letters"),
    ],
)
def test_a_day_that_says_nothing_or_two_things_is_refused(typed, sentence):
    with pytest.raises(Refused, match=sentence):
        times.read_day(typed)


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        times.at_zone(datetime(2022, 1, 26, 17, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(days=6, hours=7), "6 days left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(days=2) - timedelta(microseconds=1), "47 hours left"),
        (timedelta(hours=2), "2 hours left"),
        (timedelta(hours=2) - timedelta(seconds=1), "119 minutes left"),
        (timedelta(seconds=61), "1 minute left"),
        (timedelta(seconds=59), "Less than a minute left"),
        (timedelta(microseconds=1), "Less than a minute left"),
        (timedelta(0), "No time left"),
        (timedelta(seconds=-1), "No time left"),
    ],
)
def test_time_left_in_words(ahead, words):
    with clock.frozen(CLOSE - ahead):
        assert times.time_left(CLOSE) == words


@pytest.mark.parametrize(
    ("ahead", "soon"), [(48 * 3600, False), (48 * 3600 - 1, True), (1, True), (0, False), (-1, False)]
)
def test_soon_from_forty_eight_hours(ahead, soon):
    with clock.frozen(CLOSE - timedelta(seconds=ahead)):
        assert times.is_soon(CLOSE) is soon


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2022, 5, 10), date(2022, 5, 13), "10–13 May 2022"),
        (date(2022, 4, 30), date(2022, 5, 2), "30 April – 2 May 2022"),
        (date(2021, 12, 30), date(2022, 1, 2), "30 December 2021 – 2 January 2022"),
        (date(2022, 5, 9), date(2022, 5, 9), "9 May 2022"),
        (date(2022, 5, 9), None, "9 May 2022"),
        (None, None, "Date to be announced"),
    ],
)
def test_days_of_a_meeting(first, last, words):
    assert times.days_between(first, last) == words


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("fr", "mercredi 26 janvier 2022"),
        ("es", "miércoles 26 de enero de 2022"),
        ("ru", "среда, 26 января 2022 г."),
        ("zh-hans", "2022年1月26日 星期三"),
        ("ar", "الأربعاء 26 يناير 2022"),
    ],
)
def test_date_in_each_language(language, day):
    with translation.override(language):
        assert times.long_date(date(2022, 1, 26)).lower() == day


@pytest.mark.parametrize(("name", "known"), [("Asia/Kathmandu", True), ("UTC", True), ("../etc", False), ("", False)])
def test_zones_a_reader_may_choose(name, known):
    assert times.is_zone(name) is known
