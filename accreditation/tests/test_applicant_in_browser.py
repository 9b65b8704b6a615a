"""The application in Chromium: by keyboard alone without scripts, and saved on leaving a field with them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accreditation import drafting
from accreditation.models import Application, Status
from imrf_portal import clock
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.file_samples import pdf

from .cast import make_call, make_person

pytestmark = pytest.mark.browser
MOST_TABS = 80
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def open_call(committed_db):
    now = clock.now()
    return make_call(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5))


@pytest.fixture
def at_home(new_context, live_server, open_call):
    """Opens a page of a person who is signed in; keywords are those of a browser context."""

    def opened(person, path, **options):
        client = PortalClient()
        client.force_login(person)
        context = new_context(locale="en", **options)
        context.add_cookies([{"name": "sessionid", "value": client.session.session_key, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return opened


def tab_to(page, selector):
    """Press Tab until the control has the focus."""
    wanted = page.locator(selector)
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def press(page, selector):
    """Follow the link or press the button that has the focus, and wait for the next page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, **answers):
    for name, text in answers.items():
        tab_to(page, f"#id_{name}")
        page.keyboard.press("Control+A")
        page.keyboard.type(text)


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


SAVE = "main form button.btn-primary"


# T-A45 T-A47
def test_the_whole_form_by_keyboard_on_a_small_screen_without_scripts(at_home, open_call):
    amina = make_person("amina@harbour-lights.example")
    page = at_home(
        amina, reverse("apply", args=[open_call.forum.slug]), java_script_enabled=False, viewport=PHONE
    )  # fmt: skip
    press(page, SAVE)
    fits(page)
    press(page, "a[href$='/organization/']")
    press(page, SAVE)
    expect(page.locator("#id_name_error")).to_be_visible()
    fits(page)
    write(page, name="Harbour Lights", country="Kenya", type="Migrant")
    press(page, SAVE)
    write(page, head_name="Head One")
    press(page, SAVE)
    write(page, homepage="facebook.com/ourgroup")
    press(page, SAVE)
    write(page, scope="We advise people.", compact="We took part.")
    fits(page)
    press(page, SAVE)
    write(page, reason="To report.")
    press(page, SAVE)
    for kind in ("legal_status", "head_letter"):
        tab_to(page, f"#id_{kind}")
        page.set_input_files(f"#id_{kind}", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    fits(page)
    press(page, SAVE)
    for name in ("declared", "understood"):
        tab_to(page, f"#id_{name}")
        page.keyboard.press("Space")
    fits(page)
    press(page, SAVE)
    application = Application.objects.get()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your application")
    expect(page.locator(".ga-slip__no")).to_have_text(application.reference)
    fits(page)
    assert (application.status, application.country_id) == (Status.SUBMITTED, "KE")


def test_what_keeps_an_application_from_being_sent_takes_the_focus(at_home, open_call):
    amina = make_person("amina@harbour-lights.example")
    application = drafting.start(open_call, by=amina)
    page = at_home(amina, reverse("application_check", args=[application.reference]))
    page.get_by_role("button", name="Send application").click()
    expect(page.locator("[data-takes-focus]")).to_be_focused()


# T-A23
def test_leaving_a_field_saves_it_and_the_next_save_is_no_conflict(at_home, open_call):
    amina = make_person("amina@harbour-lights.example")
    application = drafting.start(open_call, by=amina)
    page = at_home(amina, reverse("application_step", args=[application.reference, "scope"]))
    with page.expect_response("**/htmx-2.min*.js"):
        page.focus("#id_scope")
    page.wait_for_function("window.htmx")
    for text in ("First words.", "First words, and more."):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.fill("#id_scope", text)
            page.focus("#id_compact")
        expect(page.locator("#seen_scope")).to_have_value(text)
        application.refresh_from_db()
        assert application.scope == text
    page.fill("#id_compact", "We took part.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile(r"/reason/$"))


# T-A16
def test_a_file_over_the_limit_is_not_even_sent(at_home, open_call):
    open_call.file_limit_mb = 1
    open_call.save()
    amina = make_person("amina@harbour-lights.example")
    application = drafting.start(open_call, by=amina)
    page = at_home(amina, reverse("application_documents", args=[application.reference]))
    big = {"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1_100_000}
    page.set_input_files("#id_legal_status", big)
    expect(page.locator("#id_legal_status_error")).to_contain_text("larger than 1 MB and was not sent")
    expect(page.locator("#id_legal_status")).to_have_value("")
