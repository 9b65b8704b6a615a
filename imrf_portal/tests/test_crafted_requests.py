"""Requests that no page of ours would send, to every address a role may open: refused or ignored, never an error."""

from html.parser import HTMLParser
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction

from imrf_portal import clock
from imrf_portal.tests import world as worlds
from imrf_portal.tests.access_table import OPEN, POST_ONLY, expected
from imrf_portal.tests.addresses import addresses, path_of
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.walks import body_of, is_html

pytestmark = [pytest.mark.timeout(400), pytest.mark.postgres]
"""A walk through all addresses takes its time on a busy machine; PostgreSQL refuses all that SQLite does, and more."""

KNOWN = (
    *("next", "page", "q", "tab", "show", "list", "forum", "email", "verdict", "state", "seen", "region", "only", "as"),
    *("officer", "from", "f", "day", "code", "against", "_to_field", "_changelist_filters", "o", "p", "step", "verb"),
    *("pick", "item", "entry", "take", "kind", "scope", "filters", "session", "interest", "entries", "do", "role"),
)
"""What addresses and forms of ours read, besides the fields that stand on the page."""
FORM = "application/x-www-form-urlencoded"
OF_EVERY_PAGE = {"language", "theme", "tz"}
TAKEN = {OPEN, POST_ONLY}
STRANGE = (
    *("\0", "a\0b", "9" * 30, "-9223372036854775809", "²", "'", "home", "[" * 2000, '[{"code": {}}]', "{x}", "%(x)s"),
    *("0001-01-01", "9999-12-31", "\u202e", "nan", "x" * 1000),
)


class Controls(HTMLParser):
    """The names of a page's fields, and the buttons with their values."""

    def __init__(self, text):
        super().__init__()
        self.names, self.buttons = [], [()]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if not given.get("name"):
            return
        if tag == "button" and given["name"] not in OF_EVERY_PAGE:
            self.buttons.append((given["name"], given.get("value") or ""))
        elif tag in {"input", "select", "textarea"}:
            self.names.append(given["name"])


def strange(names, first):
    """A value of ``STRANGE`` for each name, beginning with the one at ``first``; one name has two values."""
    pairs = list(zip(names, islice(cycle(STRANGE), first, None), strict=False))
    return [*pairs, *pairs[:1]]


def requests(client, path, page, number):
    """What is sent to one address, with what it is called in a failure."""
    controls = Controls(page)
    names = list(dict.fromkeys([*controls.names, *KNOWN]))
    yield "query", lambda: client.get(f"{path}?{urlencode(strange(names, number))}")
    for place, button in enumerate(dict.fromkeys(controls.buttons)):
        fields = [*strange(names, number + place), *([button] if button else [])]
        body = urlencode(fields).encode()
        yield f"form {button}", lambda body=body: client.generic("POST", path, body, FORM)
    odd = {
        "bytes": lambda: client.get(f"{path}?{'&'.join(f'{name}=%ff%fe%00' for name in KNOWN)}"),
        "json": lambda: client.generic("POST", path, b'{"a": [1]}', "application/json"),
        "broken": lambda: client.generic("POST", path, b"--x\r\nnot a part", "multipart/form-data; boundary=x"),
        "put": lambda: client.put(path, b"x"),
    }
    yield list(odd.items())[number % len(odd)]


@pytest.mark.parametrize("role", ["superuser", "amina", "clara", "kenya", "anonymous"])
def test_no_crafted_request_is_an_error_on_our_side(world, role):
    arguments = worlds.arguments_of(world)
    client = world.sign_in(PortalClient(raise_request_exception=False), role)
    failed, asked = {}, 0
    for number, address in enumerate(addresses()):
        outcomes = expected(address) or {}
        shown_to_all = role != "anonymous" and outcomes.get("anonymous") in TAKEN
        if outcomes.get(role) not in TAKEN or shown_to_all or address.name in {"readyz", "account_logout"}:
            continue
        path = path_of(address, arguments)
        with clock.frozen(worlds.NOW):
            page = client.get(path)
            if page.status_code >= 500:
                failed[address.name, "as it is"] = page.status_code
            text = body_of(page).decode() if is_html(page) else ""
            for called, send in requests(client, path, text, number):
                cache.clear()
                with transaction.atomic():
                    answer = send()
                    body_of(answer)
                    transaction.set_rollback(True)
                asked += 1
                if answer.status_code >= 500:
                    failed[address.name, called] = answer.status_code

    assert asked > 50
    assert failed == {}
