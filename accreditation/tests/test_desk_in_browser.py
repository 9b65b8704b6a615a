"""The desk in Chromium: its keys, and how many clicks and keys the two long jobs take."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accreditation import bulk
from accreditation.models import Application, BulkRun, ListEntry, StakeholderList, Status
from imrf_portal.tests.clients import PortalClient

from .cast import AFTER, make_call, make_many, make_officer, make_person, make_submitted

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
QUEUE, PATIENCE = "/admin/accreditation/application/", 90_000


class Hand:
    """Counts what an officer presses: each click and each key."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def key(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def click(self, name, role="button", **options):
        self.presses += 1
        self.page.get_by_role(role, name=name, **options).first.click()

    def leads(self, act, *arguments, **options):
        """An act after which another page stands there."""
        with self.page.expect_navigation():
            act(*arguments, **options)


@pytest.fixture
def officers(committed_db):
    return [make_officer(f"{name}@desk.example", "Coordinator") for name in ("chen", "noor")]


@pytest.fixture
def at_desk(new_context, live_server):
    def opened(officer, path):
        client = PortalClient()
        client.force_login(officer)
        context = new_context(locale="en", viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": client.session.session_key, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(live_server.url + path)
        return page

    return opened


def test_one_application_is_assessed_with_seven_presses_and_the_keys_can_be_turned_off(at_desk, officers):
    call = make_call()
    first, second = (
        make_submitted(
            call, make_person(f"p{n}@example.org"), name=name, country=country, homepage=f"https://p{n}.example"
        )
        for n, (name, country) in enumerate([("Quay Choir", "KE"), ("Inland Bees", "NO")])
    )
    page = at_desk(officers[0], QUEUE)
    hand = Hand(page)
    hand.key("j")
    expect(page.get_by_role("link", name="Quay Choir")).to_be_focused()
    hand.leads(hand.key, "m")
    hand.leads(hand.key, "o")
    for _document in range(2):
        hand.leads(hand.key, "y")
    hand.leads(hand.key, "a")
    hand.leads(hand.click, "Recommend", exact=True)
    first.refresh_from_db()
    assert (first.status, first.assigned_to, first.recommended_by) == (Status.ASSESSED, officers[0], officers[0])
    print(f"one complete application: {hand.presses} clicks and keys")  # noqa: T201
    assert hand.presses == 7

    page.goto(page.url.split("/admin/")[0] + f"{QUEUE}{second.pk}/change/")
    expect(page.locator("[data-key='a']")).to_have_attribute("aria-keyshortcuts", "a")
    page.keyboard.press("n")
    note = page.get_by_label("New internal note")
    expect(note).to_be_focused()
    page.keyboard.type("an array of jackdaws?")
    expect(note).to_have_value("an array of jackdaws?")
    note.blur()
    page.keyboard.press("?")
    help_list = page.get_by_role("dialog", name="Keys")
    expect(help_list).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("a")
    help_list.get_by_role("button", name="Turn the keys off").click()
    expect(help_list.get_by_role("status")).to_have_text("The keys are off in this browser.")
    page.keyboard.press("Escape")
    expect(help_list).to_be_hidden()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    assert page.locator("[aria-keyshortcuts]").count() == 0
    address = page.url
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(page.get_by_label("New internal note")).not_to_be_focused()
    assert page.url == address
    second.refresh_from_db()
    assert second.status == Status.SUBMITTED


def test_from_400_assessed_applications_to_a_circulated_list(at_desk, officers):
    call = make_call()
    chen, noor = officers
    make_many(call, 400, status=Status.ASSESSED, is_recommended=True, recommended_by=noor, recommended_at=AFTER)
    page = at_desk(chen, f"{QUEUE}?tab=second")
    hand = Hand(page)
    page.get_by_label("All 400 shown").check()
    page.get_by_label("What to do with them").select_option("approve")
    hand.presses += 3  # the box, the menu, its line
    hand.leads(hand.click, "Preview…")
    page.get_by_label("I have read this").check()
    hand.presses += 1
    hand.leads(hand.click, "Give the second signature: 400")
    bulk.carry_on_by_key(BulkRun.objects.get().pk)  # what the worker does meanwhile
    assert Application.objects.filter(status=Status.ELIGIBLE).count() == 400
    hand.leads(hand.click, "Lists", role="link")
    hand.leads(hand.click, "Compile a list", role="link")
    hand.leads(hand.click, "Tick all 400")
    hand.leads(hand.click, "Save the draft")
    hand.leads(hand.click, "Freeze", role="link")
    hand.leads(hand.click, "Freeze")
    hand.leads(hand.click, "Circulate", role="link")
    hand.leads(hand.click, "Preview")
    hand.leads(hand.click, "Circulate")
    listed = StakeholderList.objects.get()
    assert listed.circulated_at is not None
    assert ListEntry.objects.filter(stakeholder_list=listed).count() == 400
    print(f"400 assessed applications to a circulated list: {hand.presses} clicks and keys")  # noqa: T201
    assert hand.presses == 15
