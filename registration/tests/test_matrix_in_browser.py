"""The matrix in Chromium: two focal points at once, by keyboard alone, without scripts on a phone."""

import pytest
from django.conf import settings as portal
from playwright.sync_api import expect

from accreditation.models import Membership
from imrf_portal.tests.clients import PortalClient

from .test_pages import at
from .test_seats import DURING, make_session, seated

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def matrix_of(browser, live_server, settings, lights):
    """Opens the matrix as a person, at the moment ``DURING``; keywords are those of a browser context."""
    settings.PROXY_COUNT = 1
    contexts = []

    def opened(person, **options):
        signed_in = PortalClient()
        signed_in.force_login(person)
        cookie = signed_in.cookies[portal.SESSION_COOKIE_NAME].value
        context = browser.new_context(
            extra_http_headers={"X-Arrived": f"{DURING.timestamp():.3f}"}, locale="en", **options
        )
        context.add_cookies([{"name": portal.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(live_server.url + at("registration_of", lights))
        return page

    yield opened
    for context in contexts:
        context.close()


# T-R03
def test_two_focal_points_at_once(matrix_of, lights, table, trio, amina, boris):
    Membership.objects.create(organization=lights.organization, user=boris, role=Membership.Role.EDITOR)
    first, second = matrix_of(amina), matrix_of(boris)
    first.select_option(f"#s{table.pk}_1", label="Ana")
    second.select_option(f"#s{table.pk}_1", label="Cleo")
    first.get_by_role("button", name="Save registration").click()
    expect(first.locator(".ga-notice")).to_contain_text("1 place was registered.")
    second.get_by_role("button", name="Save registration").click()
    expect(second.locator(".ga-errors")).to_contain_text("Registered here now: Ana.")
    expect(second.locator(".ga-errors")).to_be_focused()
    assert second.locator(f"#s{table.pk}_1").evaluate("select => select.selectedOptions[0].text") == "Cleo"
    assert seated(table) == [("Ana", True)]


def test_two_people_for_seven_sessions_by_keyboard(matrix_of, lights, forum, table, trio, amina):
    sessions = [table] + [
        make_session(forum, f"table-{day}", starts_at=table.starts_at.replace(day=day)) for day in range(6, 12)
    ]
    page = matrix_of(amina)
    page.focus(f"#s{table.pk}_1")
    steps = 0
    for session in sessions:
        for number, letter in ((1, "a"), (2, "b")):
            while page.evaluate("document.activeElement.id") != f"s{session.pk}_{number}":
                page.keyboard.press("Tab")
                steps += 1
            page.keyboard.press(letter)
            steps += 1
    while page.evaluate("document.activeElement.textContent") != "Save registration":
        page.keyboard.press("Tab")
        steps += 1
    page.keyboard.press("Enter")
    steps += 1
    expect(page.locator(".ga-notice")).to_contain_text("14 places were registered.")
    assert [seated(session) for session in sessions] == [[("Ana", True), ("Ben", False)]] * 7
    assert steps == 36


def test_on_a_phone_without_scripts(matrix_of, lights, table, trio, amina):
    page = matrix_of(amina, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.select_option(f"#s{table.pk}_1", label="Ben")
    page.get_by_role("button", name="Check without saving").click()
    expect(page.locator("main")).to_contain_text("No problem found.")
    page.get_by_role("button", name="Save registration").click()
    expect(page.locator(".ga-notice")).to_contain_text("1 place was registered.")
    assert seated(table) == [("Ben", True)]
