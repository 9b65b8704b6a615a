"""The applicant's journey by keys alone: all is reached, the focus is seen and not covered, nothing holds it."""

import re

import pytest
from playwright.sync_api import expect

from accreditation.tests.cast import DURING

from .file_samples import pdf
from .journey import ANSWERS, Applicant, arrive

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
MOST_STOPS = 80
FOCUS = """
() => {
  const element = document.activeElement;
  if (element === document.body) return {place: "", seen: true, covered: false};
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  const all = [...document.querySelectorAll("*")];
  return {
    place: `${all.indexOf(element)} ${element.tagName} ${element.id} ${element.innerText || ""}`.slice(0, 60),
    seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
    covered: !(top && (element.contains(top) || top.contains(element) || top.closest("label")?.contains(element))),
  };
}
"""


class Keys(Applicant):
    def stop(self, key="Tab"):
        """Press Tab (or ``key``) and give the place where the focus is; it must be seen there."""
        self.page.keyboard.press(key)
        focus = self.page.evaluate(FOCUS)
        assert focus["seen"], f"the focus is not seen: {focus['place']} on {self.page.url}"
        assert not focus["covered"], f"the focus is covered: {focus['place']} on {self.page.url}"
        return focus["place"]

    def reach(self, target):
        for _stop in range(MOST_STOPS):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.stop()
        raise AssertionError(f"not reached by keys: {target}")

    def follow(self, name, **options):
        self.reach(self.page.get_by_role("link", name=name, **options).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, name, **options):
        self.reach(self.page.get_by_role("button", name=name, **options).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type_into(self, **values):
        for name, value in values.items():
            self.reach(self.page.locator(f"#id_{name}"))
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)

    def tick(self, name):
        self.reach(self.page.locator(f"#id_{name}"))
        self.page.keyboard.press("Space")
        expect(self.page.locator(f"#id_{name}")).to_be_checked()

    def walk_round(self):
        """All places from the top of the page to its end, where the browser itself has the focus again."""
        self.page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        places = []
        while len(places) < MOST_STOPS:
            place = self.stop()
            if not place or place in places:
                return places
            places.append(place)
        raise AssertionError(f"the focus does not come out of {self.page.url}")


@pytest.fixture
def amina_at_work(browser, live_server, settings, call, amina):
    settings.PROXY_COUNT = 1
    context = browser.new_context(locale="en", reduced_motion="reduce")
    arrive(context, live_server.url, DURING, amina)
    yield Keys(context, live_server.url)
    context.close()


# T-A45
def test_apply_correct_and_send_by_keys_alone(amina_at_work):
    person, page = amina_at_work, amina_at_work.page
    person.go("/meetings/tst26/apply/")
    person.stop()
    expect(page.locator(".ga-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    person.press("Start your application")

    person.follow("Name, country and type")
    assert len(person.walk_round()) > 10
    person.press("Save and continue")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    person.stop()
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_name")).to_have_attribute("aria-describedby", re.compile("id_name_error"))
    person.type_into(name="Harbour Lights", country="Kenya")
    choose_type(person)
    person.press("Save and continue")
    for values in ANSWERS.values():
        person.type_into(**values)
        person.press("Save and continue")

    for document in ("legal_status", "head_letter"):
        person.reach(page.locator(f"#id_{document}"))
        chosen = {"name": f"{document}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        page.locator(f"#id_{document}").set_input_files(chosen)
    person.press("Save and continue")
    person.heading("Check your answers")
    person.tick("declared")
    person.tick("understood")
    person.press("Send application")
    person.heading("We have your application")


def choose_type(person):
    """A list or a group of options, whichever the page has."""
    field = person.page.locator("#id_type, #id_type_0").first
    person.reach(field)
    person.page.keyboard.press("ArrowDown")
    person.page.keyboard.press("ArrowDown")


# T-A45
@pytest.mark.parametrize("path", ["/", "/meetings/tst26/", "/meetings/tst26/route/", "/applications/", "/account/"])
def test_keys_go_all_the_way_round_and_back(amina_at_work, path):
    amina_at_work.go(path)
    forth = amina_at_work.walk_round()
    links = amina_at_work.page.locator("main a[href], main button, main input:not([type=hidden]), main summary")
    assert len(forth) >= sum(link.is_visible() for link in links.all())
    amina_at_work.page.locator(".ga-skip").focus()
    assert amina_at_work.stop() == forth[1]
    assert amina_at_work.stop("Shift+Tab") == forth[0]
