"""What a delegate reads and sends, each time in a browser of the own that is signed in with a second factor."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

from django.urls import reverse
from pypdf import PdfReader

from imrf_portal import clock
from imrf_portal.tests.clients import PortalClient

from .cast import AFTER

LATER = AFTER + timedelta(hours=1)


def browser_of(user):
    client = PortalClient()
    client.force_login(user)
    return client


def get(user, name, *args, at=LATER, **query):
    client = browser_of(user)
    with clock.frozen(at):
        return client.get(reverse(name, args=args), query)


def post(user, name, *args, at=LATER, **data):
    client = browser_of(user)
    with clock.frozen(at):
        return client.post(reverse(name, args=args), data, follow=True)


def body(response):
    """Every byte of the answer, of a download too."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def words(response):
    """The text of a page on one line, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def text_of_pdf(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).encode()
