"""The applicant's journey on a phone whose browser runs no scripts."""

import re

import pytest
from playwright.sync_api import expect

from accreditation.tests.cast import DURING

from .file_samples import eicar
from .journey import ANSWERS, Applicant, arrive

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]


@pytest.fixture
def amina_at_work(browser, live_server, settings, call, amina):
    settings.PROXY_COUNT = 1
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}, locale="en")
    arrive(context, live_server.url, DURING, amina)
    yield Applicant(context, live_server.url)
    context.close()


# T-A47
def test_apply_correct_send_withdraw_and_come_back_without_scripts(amina_at_work):
    person, page = amina_at_work, amina_at_work.page
    person.find_the_forum("Test Forum 2026")
    person.find_the_route(name="Harbour Lights", country="KE", kind="migrant")
    person.follow("Start your application")
    person.press("Start your application")
    person.heading("Your application")

    person.go(f"{page.url.removeprefix(person.portal)}homepage/")
    person.type_into(homepage="not an address")
    person.press("Save and continue")
    expect(page).to_have_title(re.compile("^Error: Homepage"))
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#id_homepage")
    expect(page.locator("#id_homepage")).to_have_value("not an address")
    person.follow("All tasks")
    person.answer_all()

    person.choose_file("legal_status", "certificate.pdf", "application/pdf", eicar())
    expect(page.locator("#legal_status [aria-invalid=true]")).to_have_count(1)
    person.add_documents()

    person.press("Send application")
    expect(page.get_by_role("alert")).to_contain_text("Your application was not sent")
    reference = person.send()
    person.go(f"/applications/{reference}/")
    person.reads("Received")

    person.follow("Withdraw this application")
    person.press("Withdraw")
    person.reads("You withdrew this application")
    person.press("Take the withdrawal back")
    expect(page.locator("main")).not_to_contain_text("You withdrew this application")
    person.reads("Received")
    person.go(f"/applications/{reference}/check/")
    person.reads(ANSWERS["scope"]["scope"])
