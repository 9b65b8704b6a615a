"""Who else has a file open: the officers whose review screen of it was opened in the last minutes.

A hint, so that two do not read the same file unawares; nothing rests on it, and what is taken or recommended twice is
refused by its verb. Keys alone are kept, in the cache, for a few minutes: no name, no record, nothing to erase.
"""

from datetime import datetime, timedelta

from django.core.cache import cache

from imrf_portal import clock
from imrf_portal.users import User

STAYS = timedelta(minutes=10)


def open_to(application, *, by):
    """Say that officer ``by`` opened the file now; ``[(colleague, when)]`` who did so lately, the latest first."""
    now, key = clock.now(), f"open-file:{application.pk}"
    opened = {
        officer: moment
        for officer, moment in (cache.get(key) or {}).items()
        if now - datetime.fromisoformat(moment) < STAYS
    }
    cache.set(key, {**opened, by.pk: now.isoformat()}, STAYS.total_seconds())
    others = {officer: datetime.fromisoformat(moment) for officer, moment in opened.items() if officer != by.pk}
    if not others:
        return []
    colleagues = User.objects.with_access().filter(pk__in=others).only("name", "email")
    return sorted(((one, others[one.pk]) for one in colleagues), key=lambda pair: pair[1], reverse=True)
