import pytest
from django.test import Client, RequestFactory

from imrf_portal import clock, erasure
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail
from imrf_portal.middleware import client_address
from imrf_portal.tests.test_sign_in import LOGIN, PASSWORD, ask
from imrf_portal.users import User

pytestmark = pytest.mark.django_db


# T-A49
def test_an_account_is_erased_on_the_set_date_and_not_before(client, amina):
    address = amina.email
    client.force_login(amina)
    page = client.get("/account/erase/").content.decode()
    assert "kept as record" in page
    ask(Client(), address)
    client.post("/account/erase/")
    due = erasure.AccountErasure.objects.get().due_at

    with clock.frozen(due - erasure.timedelta(seconds=1)):
        assert erasure.erase_due_accounts() == 0
    with clock.frozen(due):
        assert erasure.erase_due_accounts() == 1
        assert erasure.erase_due_accounts() == 0

    erased = User.objects.get(pk=amina.pk)
    assert (erased.name, erased.is_active, erased.has_usable_password()) == ("", False, False)
    assert not User.objects.filter(email=address).exists()
    assert not OutgoingMail.objects.filter(to=address).exists()
    assert set(OutgoingMail.objects.values_list("body", "state")) == {("", "discarded")}
    assert client.get("/account/").status_code == 302


def test_a_person_may_change_their_mind(client, amina):
    erasure.ask(amina)
    client.force_login(amina)

    client.post("/account/erase/", {"keep": "1"})

    assert not erasure.AccountErasure.objects.exists()


def test_officers_do_not_erase_their_own_record(chen):
    with pytest.raises(Refused):
        erasure.ask(chen)


def test_name_language_and_time_zone_are_saved(client, amina):
    client.force_login(amina)

    response = client.post("/account/", {"name": "Amina Two", "language": "fr", "time_zone": "Africa/Nairobi"})

    amina.refresh_from_db()
    assert (amina.name, amina.language, amina.time_zone) == ("Amina Two", "fr", "Africa/Nairobi")
    assert response.cookies["django_language"].value == "fr"


def test_a_session_elsewhere_is_ended_from_the_list_and_only_ones_own(client, amina, boris):
    amina.emailaddress_set.create(email=amina.email, verified=True, primary=True)
    elsewhere = Client()
    elsewhere.post(LOGIN, {"login": amina.email, "password": PASSWORD})
    row = amina.usersession_set.get()
    client.force_login(boris)
    assert client.post("/account/sessions/", {"session": row.pk}).status_code == 404
    assert elsewhere.get("/account/").status_code == 200
    client.force_login(amina)

    client.post("/account/sessions/", {"session": row.pk})

    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/sessions/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-abc/",
        "password/reset/key/done/",
    ],
)
def test_pages_of_the_entrance_open(client, path):
    assert client.get(f"/account/{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "sessions/",
        "erase/",
        "email/",
        "password/change/",
        "second-factor/",
        "second-factor/totp/activate/",
        "second-factor/webauthn/",
        "second-factor/webauthn/add/",
        "logout/",
    ],
)
def test_pages_of_the_account_open(client, amina, path):
    client.force_login(amina)

    response = client.get(f"/account/{path}")

    assert response.status_code == 200
    assert " style=" not in response.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "10.0.0.1", "203.0.113.9"),
        (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (2, "10.0.0.1, 198.51.100.7, 192.0.2.1", "198.51.100.7"),
        (2, "198.51.100.7", "203.0.113.9"),
        (1, "not an address", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_client_is_whom_the_outermost_trusted_proxy_saw(settings, proxies, forwarded, seen):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", headers={"x-forwarded-for": forwarded})

    assert client_address(request) == seen
