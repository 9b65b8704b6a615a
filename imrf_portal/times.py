"""How an instant is written for people: with its place, its zone and its date in words.

Every function takes aware datetimes and IANA zone names, and writes in the active language. Zones without letters of
their own (Kathmandu, Kiritimati) are written by their offset.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.dateformat import format as format_date
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP
from django.utils.translation import get_language, gettext_lazy, ngettext, override, pgettext_lazy
from django.utils.translation import gettext as _

from . import clock
from .errors import Refused

HEADQUARTERS = "America/New_York"
SOON = timedelta(hours=48)
"""From here on a deadline is shown as near."""

LONG_DATE = {
    "ar": "l j F Y",
    "en": "l j F Y",
    "es": r"l j \d\e F \d\e Y",
    "fr": "l j F Y",
    "ru": "l, j E Y г.",
    "zh-hans": "Y年n月j日 l",
}
SHORT_DATE = {
    "ar": "D j M Y",
    "en": "D j M Y",
    "es": "D j M Y",
    "fr": "D j b Y",
    "ru": "D j E Y",
    "zh-hans": "Y年n月j日 D",
}
CITIES = {
    "America/New_York": pgettext_lazy("city", "New York"),
    "Europe/Vienna": pgettext_lazy("city", "Vienna"),
    "Europe/Zurich": pgettext_lazy("city", "Geneva"),
    "UTC": "UTC",
}
"""Names of the places where meetings are held; another zone is called by the city in its IANA name."""

DAY_EXAMPLE = gettext_lazy("Enter the day with its month in letters, for example 26 January 2027.")

REGIONS = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/"),
    *("Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"),
)


@lru_cache(maxsize=1)
def zone_names():
    """Every zone a reader may choose: ``Region/City`` names of the zone database and UTC, in order."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(REGIONS)))


def zone_choices():
    """Every zone with the words of a menu, “Kathmandu, Asia (UTC+5:45)”, in the order of the city."""
    moment = clock.now()
    named = [(name, name.partition("/")[0], city_of(name)) for name in zone_names()]
    return sorted(
        (
            (name, f"{city}, {region} ({offset_of(moment, name)})" if "/" in name else city)
            for name, region, city in named
        ),
        key=lambda choice: choice[1],
    )


def is_zone(name):
    return name in zone_names()


def city_of(zone):
    """“New York” for ``America/New_York``."""
    return str(CITIES.get(str(zone)) or str(zone).rsplit("/", 1)[-1].replace("_", " "))


def offset_of(moment, zone):
    """“UTC−5”, “UTC+5:45” (U+2212 for the minus), as the zone stood or will stand at that moment."""
    minutes = round(_local(moment, zone).utcoffset().total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def abbreviation_of(moment, zone):
    """“EST”; the offset for a zone that has no letters."""
    letters = _local(moment, zone).tzname()
    return letters if letters.isalpha() else offset_of(moment, zone)


def clock_of(moment, zone, *, seconds=False):
    """“17:00”, on the 24-hour clock."""
    return f"{_local(moment, zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


def long_date(day):
    """“Wednesday 26 January 2022” for a date, or for a datetime already in the zone that is meant."""
    return _day_in_words(day.year, day.month, day.day, get_language(), is_long=True)


def short_date(day):
    """“Wed 26 Jan 2022”."""
    return _day_in_words(day.year, day.month, day.day, get_language(), is_long=False)


@lru_cache(maxsize=2048)
def _day_in_words(year, month, day, language, *, is_long):
    """A day in the active language, which is ``language``; a page writes the same few days again and again."""
    forms = LONG_DATE if is_long else SHORT_DATE
    return format_date(date(year, month, day), forms.get(language, forms["en"]))


def at_zone(moment, zone=HEADQUARTERS, *, seconds=False):
    """“Wednesday 26 January 2022, 17:00 New York (EST)”."""
    return _("%(date)s, %(time)s %(city)s (%(zone)s)") % {
        "date": long_date(_local(moment, zone)),
        "time": clock_of(moment, zone, seconds=seconds),
        "city": city_of(zone),
        "zone": abbreviation_of(moment, zone),
    }


def short_at_zone(moment, zone=HEADQUARTERS, *, seconds=False):
    """“Wed 26 Jan 2022, 17:00 EST (UTC−5)”."""
    return _short_at_zone(moment, str(zone), seconds, get_language())


@lru_cache(maxsize=2048)
def _short_at_zone(moment, zone, seconds, language):
    """In the active language, which is ``language``; a page writes the same few moments again and again."""
    return f"{day_and_clock(moment, zone, seconds=seconds)} {zone_note(moment, zone)}"


def day_and_clock(moment, zone=HEADQUARTERS, *, seconds=False):
    """“Wed 26 Jan 2022, 17:00”: the half of ``short_at_zone`` before the zone."""
    return _("%(date)s, %(time)s") % {
        "date": short_date(_local(moment, zone)),
        "time": clock_of(moment, zone, seconds=seconds),
    }


def zone_note(moment, zone=HEADQUARTERS):
    """“EST (UTC−5)”, or “UTC+14” alone where the zone has no letters."""
    letters, offset = abbreviation_of(moment, zone), offset_of(moment, zone)
    return letters if letters == offset else f"{letters} ({offset})"


def machine_time(moment, zone=HEADQUARTERS):
    """What a ``<time datetime>`` attribute holds: local time with its offset, to the second where there are any."""
    local = _local(moment, zone)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def days_between(starts_on, ends_on):
    """“10–13 May 2022”, “30 April – 2 May 2022”, “10 May 2022”; “date to be announced” without a start."""
    if starts_on is None:
        return _("Date to be announced")
    whole = "Y年n月j日" if get_language() == "zh-hans" else "j E Y" if get_language() == "ru" else "j F Y"
    if ends_on is None or ends_on == starts_on:
        return format_date(starts_on, whole)
    if get_language() == "zh-hans" or starts_on.year != ends_on.year:
        return f"{format_date(starts_on, whole)} – {format_date(ends_on, whole)}"
    if starts_on.month == ends_on.month:
        return f"{starts_on.day}–{format_date(ends_on, whole)}"
    return f"{format_date(starts_on, whole.removesuffix(' Y'))} – {format_date(ends_on, whole)}"


def read_day(typed):
    """The date that someone typed with its month in letters, in the active language or English, or as 2027-01-26.

    “03/04/2027” is two days to two readers, so it is refused with an example, as is a day that does not exist.
    """
    numbers = re.fullmatch(r"(\d{4})(?:-|年)(\d{1,2})(?:-|月)(\d{1,2})日?", "".join(typed.split()))
    words = re.fullmatch(r"(\d{1,2})\s+(?:de\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?(\d{4})(?:\s+г\.)?", typed.strip())
    year, month, day = (
        numbers.groups() if numbers else (words[3], _month(words[2]), words[1]) if words else (None, None, None)
    )
    if not month:
        raise Refused(DAY_EXAMPLE)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(_("%(day)s does not exist. Check the day and the month.") % {"day": typed.strip()})


def _month(name):
    """The number of the month so named or shortened; None for another word."""
    wanted = name.casefold()
    for language in (get_language(), "en"):
        with override(language):
            for names in (MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP):
                for number, written in names.items():
                    if str(written).casefold().rstrip(".") == wanted:
                        return number
    return None


def day_and_month(moment, zone=HEADQUARTERS):
    """“26 January”."""
    language = get_language()
    return format_date(
        _local(moment, zone), "n月j日" if language == "zh-hans" else "j E" if language == "ru" else "j F"
    )


def time_left(moment):
    """“6 days left”; hours in the last two days, minutes in the last two hours; “no time left” from the instant on."""
    left = moment - clock.now()
    minutes = int(left.total_seconds() // 60)
    if left <= timedelta(0):
        return _("No time left")
    if minutes < 1:
        return _("Less than a minute left")
    if left < timedelta(hours=2):
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}
    if left < SOON:
        hours = minutes // 60
        return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
    return ngettext("%(count)d day left", "%(count)d days left", left.days) % {"count": left.days}


def time_ago(moment):
    """“Closed 2 days ago”, for the instant at which something closed; “Closed” when nobody counts the days any more."""
    hours = int((clock.now() - moment).total_seconds() // 3600)
    if hours >= 60 * 24:
        return _("Closed")
    if hours < 1:
        return _("Closed less than an hour ago")
    if hours < 48:
        return ngettext("Closed %(count)d hour ago", "Closed %(count)d hours ago", hours) % {"count": hours}
    return ngettext("Closed %(count)d day ago", "Closed %(count)d days ago", hours // 24) % {"count": hours // 24}


def time_until_opening(moment):
    """“Opens in 3 days”."""
    minutes = max(int((moment - clock.now()).total_seconds() // 60), 1)
    if minutes < 120:
        return ngettext("Opens in %(count)d minute", "Opens in %(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("Opens in %(count)d hour", "Opens in %(count)d hours", hours) % {"count": hours}
    return ngettext("Opens in %(count)d day", "Opens in %(count)d days", hours // 24) % {"count": hours // 24}


def is_soon(moment):
    """Whether the instant is ahead, and less than ``SOON`` away."""
    return timedelta(0) < moment - clock.now() < SOON


def reader_zone(request):
    """The zone a reader chose: the account's, else that of the cookie ``tz``; ``""`` when neither names one."""
    chosen = getattr(getattr(request, "user", None), "time_zone", "") or request.COOKIES.get("tz", "")
    return chosen if is_zone(chosen) else ""


def once(local):
    """``local`` (aware), when the clocks of its zone show that time exactly once; else ``Refused``.

    Where clocks go forward an hour is left out; where they go back an hour comes twice. Neither names an instant.
    """
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refused(_("The clocks go forward there that night: this time does not exist."))
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Refused(_("The clocks go back there that night: this time comes twice. Choose another."))
    return local


def _local(moment, zone):
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("an instant is an aware datetime")
    return moment.astimezone(UTC).astimezone(zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone)))
