"""What people do in a browser, step by step: the actions of the journeys in ``test_journey`` and its neighbours."""

import io
import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from pypdf import PdfReader

from imrf_portal.demonstration import PASSWORD

from .clients import PortalClient
from .file_samples import pdf, picture

NEW_YORK = ZoneInfo("America/New_York")
ANSWERS = {
    "contact": {
        "head_name": "Head of the Journey",
        "contact_name": "Newcomer One",
        "contact_email": "newcomer@demo.example",
    },
    "homepage": {"homepage": "journey-kitchen.example"},
    "scope": {"scope": "We cook with people who arrive.", "compact": "We spoke at a national consultation."},
    "reason": {"reason": "To say what people tell us at the table."},
}
"""What is typed on each page of the form after the first, by the name of the field."""


class Person:
    """Somebody with a browser of their own; ``portal`` is the address that the portal has."""

    def __init__(self, context, portal):
        self.portal, self.page = portal.rstrip("/"), context.new_page()

    def go(self, path):
        self.page.goto(self.portal + path)

    def follow(self, name, **options):
        self.page.get_by_role("link", name=name, **options).first.click()

    def press(self, name, **options):
        self.page.get_by_role("button", name=name, **options).first.click()

    def reads(self, words):
        expect(self.page.locator("main")).to_contain_text(words)

    def heading(self, words):
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def type_into(self, **values):
        for name, value in values.items():
            self.page.locator(f"#id_{name}").fill(value)


class Visitor(Person):
    """Signs in as people of the demonstration do."""

    def sign_in(self, email):
        """With the password; then, when asked, with the digits that the page of the demonstration shows."""
        if "/account/login/" not in self.page.url:
            self.go("/account/login/")
        self.page.locator("summary").filter(has_text="With a password").click()
        self.page.locator("#id_login").fill(email)
        self.page.locator("#id_password").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.locator("form").filter(has=self.page.locator("#id_password")).get_by_role("button").click()
        if self.page.get_by_role("heading", name="Show that it is you").count():
            self.type_into(code=self.digits_of(email))
            with self.page.expect_navigation():
                self.press("Sign in", exact=True)
        expect(self.page.locator("#id_code, #id_password")).to_have_count(0)

    def digits_of(self, email):
        second = self.page.context.new_page()
        second.goto(f"{self.portal}/demo/")
        digits = second.get_by_role("row").filter(has_text=email).get_by_role("cell").last.inner_text()
        second.close()
        return digits.strip()


class Applicant(Visitor):
    def find_the_forum(self, title):
        self.go("/")
        self.page.locator("main").get_by_role("link", name="See the forum").first.click()
        self.heading(title)

    def find_the_route(self, *, name, country, kind):
        self.follow("Check if you need to apply")
        self.type_into(name=name)
        self.page.locator("#id_country").select_option(country)
        self.page.locator("#id_type").select_option(kind)
        self.press("Find our route")
        self.heading("You need to apply")

    def start(self, email):
        self.follow("Start your application")
        self.follow("Sign in to start")
        self.sign_in(email)
        self.press("Start your application")
        self.heading("Your application")

    def answer_all(self):
        """All pages with questions after the first, which the route check filled; then both files."""
        self.follow("Name, country and type")
        self.press("Save and continue")
        for values in ANSWERS.values():
            self.type_into(**values)
            self.press("Save and continue")
        self.heading("Your documents")

    def add_documents(self, head_letter=("letter.jpg", "image/jpeg", picture)):
        self.choose_file("legal_status", "certificate.pdf", "application/pdf", pdf())
        name, kind, content = head_letter
        self.choose_file("head_letter", name, kind, content())
        self.press("Save and continue")
        self.heading("Check your answers")

    def choose_file(self, document, name, kind, content):
        """Choose a file and send it at once."""
        box = self.page.locator(f"#{document}")
        box.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        if box.get_by_role("button", name="Upload").is_visible():
            box.get_by_role("button", name="Upload").click()

    def send(self):
        """Declare and send; returns the reference."""
        self.page.locator("#id_declared").check()
        self.page.locator("#id_understood").check()
        self.press("Send application")
        self.heading("We have your application")
        return self.page.locator(".ga-slip__no").inner_text().strip()

    def receipt(self):
        """The words of the receipt, as saved from the page of confirmation."""
        with self.page.expect_download() as saved:
            self.follow("Save the receipt (PDF)")
        with open(saved.value.path(), "rb") as file:
            return " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(file.read())).pages)


class Officer(Visitor):
    def open_application(self, name):
        self.go("/admin/accreditation/application/?tab=all")
        self.follow(name)
        self.heading(name)

    def check_documents(self):
        """Yes to every line of the checklists of the application that is open."""
        rest = self.page.get_by_role("button", name="Yes to the rest")
        while rest.count():
            with self.page.expect_navigation():
                rest.click()

    def do(self, verb):
        """One verb on the application that is open: its page with the preview, then the act."""
        self.follow(verb, exact=True)
        self.page.get_by_role("button", name=verb, exact=True).click()
        self.page.wait_for_url(re.compile(r"/application/\d+/change/"))

    def compile_list(self, forum, names):
        self.go("/admin/accreditation/stakeholderlist/")
        self.page.locator(".wb-start").filter(has_text=forum).get_by_role("link", name="Compile a list").click()
        for name in names:
            self.page.get_by_role("checkbox", name=re.compile(re.escape(name))).check()
        self.press("Save the draft")
        self.page.wait_for_url(re.compile(r"/stakeholderlist/\d+/change/"))

    def freeze(self):
        self.follow("Freeze", exact=True)
        self.press("Freeze", exact=True)
        self.page.wait_for_url(re.compile(r"/stakeholderlist/\d+/change/"))

    def circulate(self, *, ahead):
        """Share the list under silence until the first full minute that is at least ``ahead`` away; returns it."""
        self.follow("Circulate", exact=True)
        closes_at = (datetime.now(NEW_YORK) + ahead + timedelta(minutes=1)).replace(second=0, microsecond=0)
        self.type_into(closes_at_0=f"{closes_at:%Y-%m-%d}", closes_at_1=f"{closes_at:%H:%M}")
        self.press("Preview")
        self.press("Circulate", exact=True)
        self.page.wait_for_url(re.compile(r"/stakeholderlist/\d+/change/"))
        return closes_at

    def release(self, state, what, name):
        """Give a Member State what it asked about a name."""
        self.go("/admin/accreditation/staterequest/")
        self.page.get_by_role("row").filter(has_text=name).get_by_role("link", name=state).first.click()
        self.heading(f"{state} asks: {what}")
        self.page.get_by_role("radio").first.check()
        self.press("Answer the State")

    def letter(self, subject, *, to):
        """The row of a letter in the outbox, by its subject and receiver; empty when there is none."""
        self.go(f"/admin/imrf_portal/outgoingmail/?tab=all&q={to}")
        row = self.page.get_by_role("row").filter(has_text=subject).filter(has_text=to)
        return row.first.inner_text() if row.count() else ""


class Delegate(Visitor):
    def open_newest_list(self):
        self.go("/lists/")
        self.page.locator("section").filter(has_text="Under consideration").locator("h3 a").first.click()


def arrive(context, portal, moment, user=None, **sign_in):
    """Let all requests of a browser reach the portal (which trusts one proxy) at ``moment``, signed in as ``user``.

    ``sign_in``: options of ``PortalClient.force_login``.
    """
    context.set_extra_http_headers({"X-Arrived": f"{moment.timestamp():.3f}"})
    if user is not None:
        client = PortalClient()
        client.force_login(user, **sign_in)
        key = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": portal}])


@contextmanager
def people(browser, portal, **kinds):
    """Persons by name, each of the kind given and in a context of their own; gone at the end."""
    contexts = {name: browser.new_context(locale="en", timezone_id="Africa/Nairobi") for name in kinds}
    try:
        yield {name: kinds[name](context, portal) for name, context in contexts.items()}
    finally:
        for context in contexts.values():
            context.close()
