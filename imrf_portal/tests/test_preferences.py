import pytest

from imrf_portal.users import User

pytestmark = pytest.mark.django_db


def test_choices_are_kept_in_cookies_and_seen_on_the_next_page(client):
    response = client.post(
        "/preferences/", {"tz": "Asia/Kathmandu", "theme": "dark", "language": "fr", "next": "/help/"}
    )
    assert (response.status_code, response.url) == (302, "/help/")
    page = client.get("/help/").content.decode()
    assert 'lang="fr"' in page
    assert 'data-bs-theme="dark"' in page


def test_language_written_from_right_to_left(client):
    client.post("/preferences/", {"language": "ar"})
    page = client.get("/help/").content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_choices_follow_a_person_who_is_signed_in(client):
    amina = User.objects.create_user("amina@example.org", "x")
    client.force_login(amina)
    client.post("/preferences/", {"tz": "Pacific/Pago_Pago", "language": "es"})
    amina.refresh_from_db()
    assert (amina.time_zone, amina.language) == ("Pacific/Pago_Pago", "es")


def test_reader_may_go_back_to_the_hosts_time_alone(client):
    amina = User.objects.create_user("amina@example.org", "x", time_zone="Asia/Kathmandu")
    client.force_login(amina)
    response = client.post("/preferences/", {"tz": "", "save": "1"})
    amina.refresh_from_db()
    assert (amina.time_zone, response.cookies["tz"].value) == ("", "-")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "UTC\x00"])
def test_unknown_zone_is_refused_at_its_field(client, zone):
    response = client.post("/preferences/", {"tz": zone})
    assert response.status_code == 422
    assert "<title>Error:" in response.content.decode()
    assert "tz" not in response.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_never_leads_to_another_site(client, target):
    assert client.post("/preferences/", {"theme": "light", "next": target}).url == "/preferences/"


def test_unknown_language_and_theme_are_left_out(client):
    response = client.post("/preferences/", {"language": "xx", "theme": "neon"})
    assert response.status_code == 302
    assert not {"django_language", "theme"} & set(response.cookies)


def test_needs_a_token():
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post("/preferences/", {"theme": "dark"}).status_code == 403
