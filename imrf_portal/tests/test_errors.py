import sys

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from imrf_portal import error_views, meetings
from imrf_portal.deadlines import Closed, Window
from imrf_portal.errors import Refused
from imrf_portal.users import User

from .test_public_pages import CLOSES, OPENS


@pytest.mark.django_db
def test_unknown_page_says_what_to_do(client):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "We did not find this page" in response.content.decode()


@pytest.mark.django_db
def test_form_without_token_gives_back_what_was_typed_but_no_secret():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(
        "/preferences/",
        {"scope": "Twelve years\nof <b>work</b>", "password": "hunter22", "otp_code": "123456", "send": "1"},
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert "Twelve years\nof &lt;b&gt;work&lt;/b&gt;</textarea>" in page
    assert page.count("</textarea>") == 1
    assert "hunter22" not in page
    assert "123456" not in page


def test_error_on_our_side_needs_no_database(rf):
    response = error_views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_database_away_is_a_503_that_says_when_to_come_back(rf):
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        response = error_views.server_error(rf.get("/"))
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "connection refused" not in response.content.decode()


def test_error_page_stands_even_when_its_template_does_not(rf, monkeypatch):
    def broken(*args):
        raise RuntimeError("no template")

    monkeypatch.setattr(error_views.loader, "render_to_string", broken)
    response = error_views.server_error(HttpRequest())
    assert response.status_code == 500
    assert "Everything you saved before is safe." in response.content.decode()
    assert sys.exc_info() == (None, None, None)


@pytest.mark.django_db
def test_closed_window_says_when_it_closed_and_gives_the_text_back():
    request = RequestFactory().post("/", {"scope": "My text"})
    request.user = User(email="amina@example.org")
    window = Window("The call", OPENS, CLOSES)
    response = error_views.closed(request, Closed(window, window.refusal()))
    page = response.content.decode()
    assert response.status_code == 403
    assert "closed on Wednesday 26 January 2022, 17:00 New York (EST)." in page
    assert "My text</textarea>" in page


@pytest.mark.django_db
def test_too_many_tries_says_how_long_to_wait(rf):
    request = rf.get("/")
    request.user = User(email="amina@example.org")
    response = error_views.too_many(request, retry_after=300)
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert "wait 5 minutes" in response.content.decode()


@pytest.mark.django_db
def test_a_request_too_large_to_read_still_gets_a_page(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/preferences/", {"theme": "x" * 1000})
    assert response.status_code == 400
    assert "Nothing was changed." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (Refused("Ask the coordinator."), 409, "Ask the coordinator."),
        (Closed(Window("The call", OPENS, CLOSES), "The call closed."), 403, "The call closed."),
    ],
)
def test_a_refusal_no_view_answered_becomes_its_page(client, monkeypatch, refusal, status, words):
    def refuse(slug):
        raise refusal

    monkeypatch.setattr(meetings, "page_of", refuse)
    response = client.get("/meetings/any/")
    assert (response.status_code, words in response.content.decode()) == (status, True)


@pytest.mark.django_db
def test_forged_host_gets_a_page_that_does_not_repeat_it(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()
