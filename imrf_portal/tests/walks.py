"""Walking through the portal as a person of one role: every address, and every link that those pages hold."""

import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings

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


@dataclass(frozen=True)
class Visit:
    """One page as it was answered; ``kind`` is its view with the status, the same for all pages that one view draws."""

    path: str
    status_code: int
    headers: dict
    kind: tuple
    packed: bytes = field(repr=False)

    @property
    def content(self):
        return zlib.decompress(self.packed)

    def get(self, header, otherwise=""):
        return self.headers.get(header, otherwise)


_walked = {}


def walked(world, role):
    """Every page a person of this role comes to, as visits: walked once in a process, because all worlds are alike."""
    if role not in _walked:
        _walked[role] = list(_walk(world, role))
    return _walked[role]


def each_in_its_group(*roles):
    """The roles as parameters of tests that share a walk: what one role saw is asked in one process."""
    return [pytest.param(role, marks=pytest.mark.xdist_group(f"walk of {role}"), id=role) for role in roles]


def _walk(world, role):
    arguments = worlds.arguments_of(world)
    client = world.sign_in(PortalClient(raise_request_exception=False), role)
    waiting = [
        path_of(address, arguments)
        for address in addresses()
        if "logout" not in address.name and address.name not in HELD_BY_A_KEY
    ]
    seen = set(waiting)
    for path in waiting:
        with clock.frozen(worlds.NOW):
            response = client.get(path)
            content = body_of(response)
        kind = response.resolver_match and response.resolver_match.view_name, response.status_code
        yield Visit(path, response.status_code, response.headers, kind, zlib.compress(content, 1))
        targets = [response["Location"]] if response.has_header("Location") else []
        if is_html(response):
            targets += Page(content.decode()).links
        for target in targets:
            found = urlsplit(urljoin(path, target))
            within = not found.netloc and not found.path.startswith(settings.STATIC_URL) and found.path.startswith("/")
            following = found.path + (f"?{found.query}" if found.query and not _is_way_back(found.query) else "")
            if within and "logout" not in found.path and following not in seen and len(seen) < MOST:
                seen.add(following)
                waiting.append(following)


def _is_way_back(query):
    """A page that differs from the same without it only by where one goes on from it."""
    return query.startswith("next=") and "&" not in query
