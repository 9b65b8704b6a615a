from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from imrf_portal import clock
from imrf_portal.kept_posts import MAX_CHARACTERS, keeps_post_login_required, kept_post
from imrf_portal.tests.test_sign_in import CODE, ask, code_in, last_letter

pytestmark = pytest.mark.django_db


@csrf_exempt
@keeps_post_login_required
def step(request):
    if request.method == "POST":
        return HttpResponse(status=302, headers={"Location": "/saved/"})
    kept = kept_post(request)
    return HttpResponse(kept.urlencode() if kept else "nothing kept")


urlpatterns = [path("typing/", step), path("", include("imrf_portal.urls"))]


@pytest.fixture(autouse=True)
def _typing(settings):
    settings.ROOT_URLCONF = __name__


def sign_in(client, person, response):
    ask(client, person.email, next=response.url.partition("next=")[2].replace("%2F", "/"))
    return client.post(CODE, {"code": code_in(last_letter(person.email))})


# T-A24
def test_what_was_typed_after_the_session_ended_waits_behind_the_sign_in(client, amina):
    response = client.post("/typing/", {"scope": "Многое, بحر", "csrfmiddlewaretoken": "x", "password": "secret"})
    assert response.url == "/account/login/?next=%2Ftyping%2F"

    back = sign_in(client, amina, response)
    page = client.get(back.url)

    assert back.url == "/typing/"
    assert page.content.decode() == "scope=%D0%9C%D0%BD%D0%BE%D0%B3%D0%BE%D0%B5%2C+%D8%A8%D8%AD%D8%B1"


# T-A24
def test_what_was_kept_is_forgotten_once_it_is_saved(client, amina):
    sign_in(client, amina, client.post("/typing/", {"scope": "words"}))
    assert client.get("/typing/").content == b"scope=words"

    client.post("/typing/", {"scope": "words"})

    assert client.get("/typing/").content == b"nothing kept"


def test_what_was_kept_lasts_a_day_and_is_bounded(client, amina):
    sign_in(client, amina, client.post("/typing/", {"scope": "words"}))
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert client.get("/typing/").content == b"nothing kept"
    client.post("/account/logout/")

    client.post("/typing/", {"scope": "x" * MAX_CHARACTERS})

    assert "kept_posts" not in client.session


def test_signing_out_leaves_nothing_for_the_next_person(client, amina, boris):
    sign_in(client, amina, client.post("/typing/", {"scope": "words"}))
    client.post("/account/logout/")
    client.force_login(boris)

    assert client.get("/typing/").content == b"nothing kept"


def test_an_autosave_is_led_to_the_sign_in(client):
    response = client.post("/typing/", {"scope": "words"}, headers={"hx-request": "true"})

    assert response.headers["HX-Redirect"].startswith("/account/login/")
