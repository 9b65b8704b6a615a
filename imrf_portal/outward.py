"""Looks whether a public web address answers, from outside of the server's own network.

Every connection goes to the proxy of ``HOMEPAGE_PROXY``, which an operator runs where nothing internal can be reached;
without one, nothing is asked at all (``docs/decisions/homepages-are-asked-from-outside.md``). Only the status of the
answer is read, never the page.
"""

import threading
from urllib.parse import urljoin, urlsplit, urlunsplit

import idna
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import web_addresses
from .errors import Refused

PATIENCE = 10
"""Seconds for one connection and for one answer."""

LONGEST = 30
"""Seconds for one address with all its redirects, also where each byte comes just in time."""

MOST_REDIRECTS = 5
TURNS_MACHINES_AWAY = frozenset({401, 403, 405, 406, 429, 451, 999})


class Answer(models.TextChoices):
    YES = "yes", _("answers")
    TURNED_AWAY = "turned_away", _("answers, and turns automatic visitors away")
    NO = "no", _("not reachable")


def is_possible():
    return bool(settings.HOMEPAGE_PROXY)


def answer_of(address):
    """The ``Answer`` of a web address as ``web_addresses.homepage`` writes it; follows redirects to public names.

    Asked in a thread, which is left alone when it takes too long: a page that sends one byte now and then would hold
    the worker for as long as it likes.
    """
    found = []
    asking = threading.Thread(target=lambda: found.append(_followed(address)), daemon=True)
    asking.start()
    asking.join(LONGEST)
    return found[0] if found else Answer.NO


def _followed(address):
    import urllib3

    with urllib3.ProxyManager(settings.HOMEPAGE_PROXY) as proxy:
        for _step in range(MOST_REDIRECTS + 1):
            try:
                status, target = _ask(proxy, web_addresses.homepage(address))
            except (Refused, urllib3.exceptions.HTTPError, UnicodeError, OSError):
                return Answer.NO
            if status in TURNS_MACHINES_AWAY:
                return Answer.TURNED_AWAY
            if target is None:
                return Answer.YES if status < 400 else Answer.NO
            try:
                address = urljoin(address, target)
            except ValueError:  # “http://[” and the like
                return Answer.NO
    return Answer.NO


def _ask(proxy, address):
    """``(status, target of a redirect or None)`` of one request."""
    response = proxy.request(
        "GET",
        _in_ascii(address),
        headers={"User-Agent": "Mozilla/5.0 (compatible; StakeholderParticipation; checks that a homepage answers)"},
        redirect=False,
        retries=False,
        timeout=PATIENCE,
        preload_content=False,
    )
    response.close()
    return response.status, response.headers.get("Location") if 300 <= response.status < 400 else None


def _in_ascii(address):
    parts = urlsplit(address)
    host = idna.encode(parts.hostname, uts46=True).decode("ascii")
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host, fragment=""))
