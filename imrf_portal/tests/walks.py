"""Walking through the portal as a person of one role: every address, and every link that those pages hold."""

import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from imrf_portal import clock
from imrf_portal.tests import world as worlds
from imrf_portal.tests.addresses import addresses, path_of
from imrf_portal.tests.clients import PortalClient

MOST = 600
"""Pages of one walk, so that links which make new links come to an end."""


class Page(HTMLParser):
    """What a page holds that the tests ask about: its links, and what a strict policy would not run."""

    def __init__(self, text):
        super().__init__()
        self.links, self.inline = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "style" or (tag == "script" and not attributes.get("src") and not is_data(attributes)):
            self.inline.append(self.get_starttag_text())
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.inline.append(self.get_starttag_text())


def is_data(attributes):
    """A script that no browser runs: values for another script to read."""
    return attributes.get("type") in {"application/json", "application/ld+json"}


def is_html(response):
    return response.get("Content-Type", "").startswith("text/html")


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


HELD_BY_A_KEY = {
    "representative_invitation",
    "what_is_kept",
    "personal_calendar",
    "private_calendar",
    "guardian_form",
}
"""Addresses with a key in them, which nobody comes to who was not given it."""


READING_LEAVES_A_MARK = {"django_session", "usersessions_usersession"}
"""Tables that reading may write to: the session itself."""


@contextmanager
def statements():
    """The statements sent to the database within it, without their values: those are written out at a cost."""
    sent = []

    def noted(execute, sql, params, many, context):
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield sent


def changes(sent):
    """The tables that these statements changed for good, besides those of sessions: a rehearsal is rolled back."""
    made = []
    for sql in sent:
        words = sql.replace('"', "").split()
        match words:
            case ["SAVEPOINT", name]:
                made.append(("savepoint", name))
            case ["ROLLBACK", "TO", "SAVEPOINT", name]:
                del made[made.index(("savepoint", name)) :]
            case ["INSERT", "OR", "IGNORE", "INTO", table, *_rest]:
                made.append(("change", table))
            case ["INSERT" | "DELETE", _into, table, *_rest]:
                made.append(("change", table))
            case ["UPDATE", table, *_rest]:
                made.append(("change", table))
    return {table for what, table in made if what == "change"} - READING_LEAVES_A_MARK


@dataclass(frozen=True)
class Visit:
    """One page as it was answered; ``kind`` is its view with the status, the same for all pages that one view draws."""

    path: str
    status_code: int
    headers: dict
    kind: tuple
    links: list
    """Where it leads, also where it sends one."""
    inline: list
    packed: bytes = field(repr=False)

    @property
    def content(self):
        return zlib.decompress(self.packed)

    def get(self, header, otherwise=""):
        return self.headers.get(header, otherwise)


def visited(client, path):
    with clock.frozen(worlds.NOW):
        response = client.get(path)
        content = body_of(response)
    kind = response.resolver_match and response.resolver_match.view_name, response.status_code
    page = Page(content.decode() if is_html(response) else "")
    links = ([response["Location"]] if response.has_header("Location") else []) + page.links
    return Visit(path, response.status_code, response.headers, kind, links, page.inline, zlib.compress(content, 1))


def somebody(world, role):
    """A browser of this role, to which an error of the portal is an answer."""
    return world.sign_in(PortalClient(raise_request_exception=False), role)


_opened, _walked = {}, {}


def opened(world, role):
    """``{address name: (visit, tables changed)}`` of every address; once in a process, because all worlds are alike."""
    if role not in _opened:
        _opened[role] = dict(_open_all(world, role))
    return _opened[role]


def _open_all(world, role):
    arguments, client = worlds.arguments_of(world), somebody(world, role)
    for address in addresses():
        with statements() as sent:
            visit = visited(client, path_of(address, arguments))
        yield address.name, (visit, changes(sent))


def walked(world, role):
    """Every page a person of this role comes to, as visits: those ``opened``, and what their links lead to."""
    if role not in _walked:
        _walked[role] = _walk(world, role)
    return _walked[role]


def _walk(world, role):
    visits = [
        visit
        for name, (visit, _changed) in opened(world, role).items()
        if "logout" not in name and name not in HELD_BY_A_KEY
    ]
    client, seen = somebody(world, role), {visit.path for visit in visits}
    for visit in visits:
        for target in visit.links:
            found = urlsplit(urljoin(visit.path, target))
            within = not found.netloc and not found.path.startswith(settings.STATIC_URL) and found.path.startswith("/")
            following = found.path + (f"?{found.query}" if found.query and not _is_way_back(found.query) else "")
            if within and "logout" not in found.path and following not in seen and len(seen) < MOST:
                seen.add(following)
                visits.append(visited(client, following))
    return visits


def each_in_its_group(*roles):
    """The roles as parameters of tests that share a walk: what one role saw is asked in one process."""
    return [pytest.param(role, marks=pytest.mark.xdist_group(f"walk of {role}"), id=role) for role in roles]


def _is_way_back(query):
    """A page that differs from the same without it only by where one goes on from it."""
    return query.startswith("next=") and "&" not in query
