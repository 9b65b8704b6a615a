"""The main path under ``manage.py serve``, with its worker and its beat: five people in browsers of their own."""

import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from .journey import NEW_YORK, Applicant, Delegate, Officer, people
from .served import Served
from .services import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.waits,
    pytest.mark.xdist_group("journey"),
    pytest.mark.timeout(400),
]
NAME = "Example Journey Kitchen"
FORUM = "Sample"
HOMEPAGE = "https://journey-kitchen.example"


@pytest.fixture(params=["embedded", "postgres_and_redis"])
def portal(request, tmp_path):
    """The demonstration, served on what a fresh clone has, or on PostgreSQL and Redis."""
    variables = {}
    if request.param == "postgres_and_redis":
        postgres, redis = request.getfixturevalue("postgres"), request.getfixturevalue("redis_server")
        postgres.create("journey")
        variables = {
            "DATABASE_URL": postgres.url("journey"),
            "CACHE_URL": redis.url(3),
            "CELERY_BROKER_URL": redis.url(2),
        }
    served = Served(tmp_path, **variables)
    served.prepare(["prepare"])
    served.start()
    yield served
    served.stop()


# T-A01
def test_from_the_first_visit_to_an_accredited_organization(portal, browser):
    kinds = {"newcomer": Applicant, "reviewer": Officer, "senior": Officer, "coordinator": Officer, "kenya": Delegate}
    with people(browser, portal.url(), **kinds) as cast:
        reference = apply(cast["newcomer"])
        review(cast["reviewer"], cast["senior"])
        closes_at = circulate(cast["coordinator"], cast["kenya"])
        read_and_ask(cast["kenya"], cast["coordinator"])
        await_the_close(cast["kenya"], closes_at)
        accredit(cast["coordinator"])

        cast["newcomer"].go(f"/applications/{reference}/")
        cast["newcomer"].reads("Accredited")
        wait_until(lambda: letter_is_sent(cast["coordinator"]), what="the letter", patience=60, pause=1)


def apply(newcomer):
    newcomer.find_the_forum(FORUM)
    newcomer.find_the_route(name=NAME, country="KE", kind="migrant")
    newcomer.start("newcomer@demo.example")
    newcomer.answer_all()
    newcomer.add_documents()
    reference = newcomer.send()
    receipt = newcomer.receipt()
    assert reference in receipt and NAME in receipt
    return reference


def review(reviewer, senior):
    reviewer.sign_in("reviewer@demo.example")
    reviewer.open_application(NAME)
    reviewer.check_documents()
    reviewer.do("Recommend")
    senior.sign_in("senior@demo.example")
    senior.open_application(NAME)
    senior.do("Give the second signature")


def circulate(coordinator, delegate):
    """The list under silence, for as long as a slow machine needs to read it; returns when the period closes."""
    delegate.sign_in("kenya@demo.example")
    coordinator.sign_in("coordinator@demo.example")
    started = time.monotonic()
    coordinator.compile_list(FORUM, [NAME])
    coordinator.freeze()
    pace = timedelta(seconds=time.monotonic() - started)
    return coordinator.circulate(ahead=max(timedelta(seconds=20), 4 * pace))


def read_and_ask(delegate, coordinator):
    delegate.open_newest_list()
    expect(delegate.page.get_by_role("row").filter(has_text=NAME)).to_contain_text("Kenya")
    assert HOMEPAGE not in delegate.page.content()
    delegate.follow(NAME)
    delegate.page.locator("#what-reason").uncheck()
    delegate.press("Ask", exact=True)
    delegate.reads("The secretariat answers.")
    coordinator.release("Kenya", "Homepage", NAME)
    delegate.page.reload()
    delegate.reads(HOMEPAGE)


def await_the_close(delegate, closes_at):
    delegate.page.locator(".ga-crumbs a").last.click()
    expect(delegate.page.get_by_role("link", name="Certificate")).to_have_count(0)
    left = (closes_at - datetime.now(NEW_YORK)).total_seconds()
    assert left > 0, "the period was too short for this machine"
    wait_until(lambda: datetime.now(NEW_YORK) >= closes_at, what="the end of the period", patience=left + 5)
    delegate.page.reload()
    expect(delegate.page.get_by_role("link", name="Certificate")).to_be_visible()


def accredit(coordinator):
    """As soon as the worker has moved what fell due."""
    coordinator.open_application(NAME)

    def is_cleared():
        coordinator.page.reload()
        return coordinator.page.get_by_role("link", name="Accredit", exact=True).count() == 1

    wait_until(is_cleared, what="the sweep", patience=90, pause=1)
    coordinator.do("Accredit")


def letter_is_sent(coordinator):
    return "Sent" in coordinator.letter("is accredited", to="newcomer@demo.example")
