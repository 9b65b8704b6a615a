"""Walking through the portal as a person of one role: every address, and every link that those pages hold."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

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


def walk(world, role):
    """``(path, response, content)`` of every page a person of this role comes to."""
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
        yield path, response, content
        targets = [response["Location"]] if response.has_header("Location") else []
        if is_html(response):
            targets += Page(content.decode()).links
        for target in targets:
            found = urlsplit(urljoin(path, target))
            within = not found.netloc and not found.path.startswith(settings.STATIC_URL) and found.path.startswith("/")
            following = found.path + (f"?{found.query}" if found.query else "")
            if within and "logout" not in found.path and following not in seen and len(seen) < MOST:
                seen.add(following)
                waiting.append(following)
