from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from . import form_page
from .looking import problems
from .test_public_pages import furnish, make_call, make_forum

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DURING = datetime(2022, 1, 20, 14, 30, tzinfo=UTC)


@pytest.fixture
def open_page(browser, live_server, settings):
    """Opens an address at the moment ``DURING`` and gives the page; keywords are those of a browser context."""
    settings.ROOT_URLCONF = "imrf_portal.tests.form_page"
    settings.PROXY_COUNT = 1
    form_page.RECEIVED.clear()
    contexts = []

    def opened(path, prepare=None, **options):
        context = browser.new_context(
            extra_http_headers={"X-Arrived": f"{DURING.timestamp():.3f}"},
            **{"timezone_id": "Asia/Kathmandu", "locale": "en"} | options,
        )
        contexts.append(context)
        page = context.new_page()
        if prepare:
            prepare(page)
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def forum():
    forum = make_forum()
    furnish(forum, make_call(forum), 2)
    return forum


# T-A35
def test_second_page_knows_the_readers_zone(open_page, forum):
    page = open_page("/")
    assert page.locator(".ga-deadline time").count() == 1
    page.reload()
    expect(page.locator(".ga-deadline")).to_contain_text("Thu 27 Jan 2022, 03:45 UTC+5:45")


# T-A36
def test_countdown_follows_the_server_though_the_browsers_clock_is_wrong(open_page, forum):
    page = open_page("/", prepare=lambda page: page.clock.install(time=datetime(2022, 1, 26, 21, tzinfo=UTC)))
    left = page.locator("[data-until]").first
    expect(left).to_have_text("6 days left to apply")
    page.clock.run_for(24 * 60 * 60 * 1000)
    expect(left).to_have_text("5 days left to apply")


def test_characters_are_counted_as_the_server_counts(open_page):
    page = open_page("/form/")
    page.get_by_label("Scope").fill("a\n🕊é")
    expect(page.locator("output")).to_have_text("16 left")
    page.get_by_label("Scope").fill("x" * 23)
    expect(page.locator("output")).to_have_text("3 too many")


def test_a_form_pressed_twice_is_sent_once(open_page):
    page = open_page("/form/")
    page.evaluate("setTimeout(() => send.click(), 0); setTimeout(() => send.click(), 400)")
    page.get_by_role("alert").wait_for()
    assert len(form_page.RECEIVED) == 1


def test_summary_takes_the_focus_and_leads_to_the_first_option_of_a_group(open_page):
    page = open_page("/form/")
    page.locator("#send").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    summary.get_by_role("link", name="Kind").click()
    expect(page.get_by_label("First")).to_be_focused()


def test_changing_the_language_loses_nothing_typed(open_page):
    page = open_page("/form/")
    page.get_by_label("Title").fill("Harbour Lights")
    page.get_by_label("Second").check()
    page.locator("summary").filter(has_text="change language").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#id_title")).to_have_value("Harbour Lights")
    expect(page.locator("#id_kind_1")).to_be_checked()


def test_language_changes_with_scripts_off(open_page):
    page = open_page("/help/", java_script_enabled=False)
    page.locator("summary").filter(has_text="change language").click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_skip_link_is_the_first_stop_and_leads_to_the_content(open_page):
    page = open_page("/help/")
    page.keyboard.press("Tab")
    expect(page.locator(".ga-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/form/", "/refused/"])
def test_every_kind_of_field_and_a_refusal_can_be_read_by_everybody(open_page, path):
    assert problems(open_page(path)) == []


def test_policy_for_content_is_not_broken(open_page, forum):
    said = []
    page = open_page("/", prepare=lambda page: page.on("console", lambda message: said.append(message.text)))
    page.reload()
    assert said == []
