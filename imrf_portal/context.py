"""What every template may read besides the request: the reader's choices of appearance and time zone."""

from . import times

THEMES = ("auto", "light", "dark")


def portal(request):
    theme = request.COOKIES.get("theme", "auto")
    return {
        "theme": theme if theme in THEMES else "auto",
        "reader_zone": times.reader_zone(request),
    }
