"""What applicants meet at the edges: a homepage that does not answer, a language written from right to left."""

import re
import socket
from html.parser import HTMLParser

import pytest
from django.conf import settings

from accreditation import drafting, workflow
from accreditation.models import Status
from imrf_portal import clock

from .cast import DURING, make_draft


class Directions(HTMLParser):
    """Collects where a name or an address stands without ``bdi`` or ``dir`` around it."""

    VOID = {"input", "br", "img", "link", "meta", "hr", "path", "circle", "rect"}

    def __init__(self):
        super().__init__()
        self.around = []
        self.undirected = []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.around.append((tag, tag == "bdi" or "dir" in dict(attributes)))

    def handle_endtag(self, tag):
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, text):
        named = "Harbour Lights" in text or "harbour-lights.example" in text
        if named and not any(directed for _tag, directed in self.around):
            self.undirected.append(text.strip())


# T-A14
def test_a_homepage_that_answers_nobody_is_sent_without_the_server_calling_it(call, amina, monkeypatch):
    called = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_options: called.append(where) or [])
    application = make_draft(call, amina, homepage="https://down.example")
    with clock.frozen(DURING):
        drafting.save_answers(application, {"homepage": "https://also-down.example"}, by=amina)
        workflow.submit(application, by=amina)
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert [where for where in called if "example" in str(where[0])] == []


# T-A46
@pytest.mark.parametrize("step", ["", "organization/", "homepage/", "check/"])
def test_in_arabic_the_page_is_mirrored_and_names_keep_their_direction(client, call, amina, step):
    application = make_draft(call, amina)
    client.force_login(amina)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    with clock.frozen(DURING):
        page = client.get(f"{application.get_absolute_url()}{step}").content.decode()
    assert re.search(r'<html lang="ar" dir="rtl"', page)
    reader = Directions()
    reader.feed(page.partition("<body")[2])
    assert reader.undirected == []
