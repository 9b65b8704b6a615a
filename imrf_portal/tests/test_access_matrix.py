"""Who may open which address: every address of the URL configuration, in every role, against ``access_table``."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from imrf_portal import clock
from imrf_portal.tests import world as worlds
from imrf_portal.tests.access_table import (
    FORBIDDEN,
    HIDDEN,
    MODELS,
    NOT_NOW,
    OPEN,
    PAGES,
    POST_ONLY,
    SIGN_IN,
    expected,
)
from imrf_portal.tests.addresses import OLD_CHANGE, addresses, path_of
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.walks import changes, each_in_its_group, opened, statements

pytestmark = pytest.mark.timeout(400)
"""A walk through all addresses takes its time on a busy machine."""


def outcome(seen, name):
    """Which of the outcomes the answer to an address is; its status or target when it is none of them."""
    answer, _changed = seen[name]
    match answer.status_code:
        case 200:
            return OPEN
        case 403:
            return FORBIDDEN
        case 404:
            return HIDDEN
        case 405:
            return POST_ONLY
        case 409:
            return NOT_NOW
        case 301 | 302:
            target = urlsplit(answer.get("Location"))
            if target.path == reverse("account_login"):
                return SIGN_IN
            if target.path == reverse("admin:login"):
                return outcome(seen, "admin:login")
            return OPEN if not target.netloc else answer.get("Location")
    return answer.status_code


ASKED_OF_THE_MACHINE = {"readyz"}
"""Red in a test, where no worker beats: 503 is the right answer."""


def test_every_address_is_classified_and_every_class_has_an_address():
    known = addresses()
    assert len(known) > 60

    assert [address.name for address in known if expected(address) is None] == []
    assert set(PAGES) - {address.name for address in known} == set()
    assert set(MODELS) - {address.model._meta.label_lower for address in known if address.model} == set()


def leads_to_no_row(address):
    """Whether an address of the admin is about one row of a model of which the world has none."""
    about_one = "object_id" in address.parameters and not address.name.endswith(OLD_CHANGE)
    return about_one and not address.model._base_manager.exists()


# T-M02 T-S33 T-S38
@pytest.mark.parametrize("role", each_in_its_group(*worlds.ROLES))
def test_each_role_opens_what_is_its_own_and_nothing_else(world, role):
    seen = opened(world, role)
    wrong = {}
    for address in addresses():
        right = (expected(address) or {}).get(role)
        if right == OPEN and leads_to_no_row(address):
            right = HIDDEN
        if address.name not in ASKED_OF_THE_MACHINE and (found := outcome(seen, address.name)) != right:
            wrong[address.name] = f"{found}, not {right}"

    assert wrong == {}


@pytest.mark.parametrize("role", ["anonymous", "amina", "kenya", "superuser"])
def test_no_address_takes_a_post_without_its_token(world, role):
    arguments = worlds.arguments_of(world)
    client = world.sign_in(PortalClient(enforce_csrf_checks=True, raise_request_exception=False), role)
    taken = {}
    for address in addresses():
        with clock.frozen(worlds.NOW), statements() as sent:
            response = client.post(path_of(address, arguments), {"name": "Else"})
        if response.status_code != 403 or changes(sent):
            taken[address.name] = (response.status_code, changes(sent))

    assert taken == {}


EVENT = {"imrf_portal_event"}
RECORDED = dict.fromkeys(
    (
        "application_document", "our_requests_csv", "list_print", "list_csv", "list_certificate_pdf", "list_letter",
        "admin:accreditation_document", "admin:accreditation_application_export", "admin:accreditation_list_export",
        "admin:statistics_csv", "admin:statistics_pdf", "admin:registration_seats_csv",
    ),
    EVENT,
) | {"document": {"imrf_portal_pagepreview"}}  # fmt: skip
"""Addresses whose reading leaves a mark: an event where a document is opened or data taken out, pages to be drawn."""


@pytest.mark.parametrize("role", each_in_its_group(*worlds.ROLES))
def test_reading_changes_nothing(world, role):
    changed = {
        name: tables
        for name, (_visit, tables) in opened(world, role).items()
        if name != "account_logout" and tables - RECORDED.get(name, set())
    }

    assert changed == {}


@pytest.mark.parametrize("role", each_in_its_group("coordinator"))
def test_the_walk_sees_what_a_reading_leaves(world, role):
    assert opened(world, role)["admin:accreditation_application_export"][1] == EVENT
