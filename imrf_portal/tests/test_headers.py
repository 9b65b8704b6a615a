"""What every answer of the portal says to the browser: policies, caching, cookies, names of requests."""

import re

import pytest
from django.urls import reverse

from imrf_portal import clock
from imrf_portal.tests import markup
from imrf_portal.tests import world as worlds
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.walks import each_in_its_group, is_html, walked

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}


pytestmark = pytest.mark.timeout(400)
"""A walk through all addresses takes its time on a busy machine."""


def policy_of(response):
    given = response.get("Content-Security-Policy", "")
    return dict(part.strip().split(" ", 1) for part in given.split(";") if part.strip())


def faults(response, *, signed_in):
    """What is wrong with one answer, in words."""
    headers = response.headers
    if response.status_code >= 500 and response.status_code != 503:
        yield f"answered {response.status_code}"
    if is_html(response) and policy_of(response) != POLICY:
        yield f"policy {headers.get('Content-Security-Policy')}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    if headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        yield "no referrer policy"
    if headers.get("X-Frame-Options") != "DENY":
        yield "may be framed"
    if not re.fullmatch(r"[0-9a-f]{12}", headers.get("X-Request-Id", "")):
        yield "no id of the request"
    if signed_in and "no-store" not in headers.get("Cache-Control", ""):
        yield f"may be stored: {headers.get('Cache-Control')}"
    yield from (f"inline {tag}" for tag in response.inline)


@pytest.mark.parametrize("role", each_in_its_group("anonymous", "amina", "clara", "kenya", "superuser"))
def test_every_page_is_under_the_strict_policy_and_well_formed(world, role):
    visits, pages = walked(world, role), {}
    wrong = {visit.path: found for visit in visits if (found := list(faults(visit, signed_in=role != "anonymous")))}
    for visit in visits:
        if is_html(visit) and visit.content:
            pages.setdefault(visit.kind, (visit.path, visit.content))

    assert len(visits) > 60
    assert wrong == {}
    assert markup.errors(dict(pages.values())) == []


def test_a_page_for_everybody_may_be_kept_by_a_stranger_s_browser(world, client):
    assert "no-store" not in client.get(reverse("home")).get("Cache-Control", "")


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(world, client):
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": world.people["amina"].email, "password": "correct horse battery"})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]

    assert (session["httponly"], session["samesite"], token["samesite"]) == (True, "Lax", "Lax")


ELSEWHERE = ("https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_out_of_the_portal(world, target):
    led = {}
    for name, role in (("account_login", "amina"), ("preferences", "anonymous"), ("account_reauthenticate", "amina")):
        client = world.sign_in(PortalClient(), role)
        page = reverse(name)
        form = {"next": target, "language": "fr", "password": "correct horse battery"}
        for response in (
            client.get(page, {"next": target}),
            client.post(f"{page}?next={target}", form),
        ):
            if "evil" in response.get("Location", "") or "javascript" in response.get("Location", ""):
                led[name] = response["Location"]

    assert led == {}


def test_each_request_has_a_name_of_its_own(client, db):
    first, second = (client.get(reverse("help"))["X-Request-Id"] for _ in range(2))

    assert first != second


def test_a_client_cannot_name_its_request(client, db):
    with clock.frozen(worlds.NOW):
        response = client.get(reverse("help"), headers={"X-Request-Id": "forged"})

    assert response["X-Request-Id"] != "forged"
