"""Every verb of an organization at the four instants of its window: before, opening, last microsecond, close.

What is refused changes nothing.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from registration import workflow
from registration.models import Registration, SpeakingRequest, Status

from .making import make_desk, register
from .test_pages import at, cells, open_page
from .test_seats import CLOSES, MOMENT, OPENS, make_people, make_session

REFUSED = {409, 422}


def posted_cells(world):
    held = workflow.seats_of(world.lights, world.table)
    return cells(world.table, *(one.representative for one in held), world.cleo, seen=workflow.token(held))


def posted_list(world, moment):
    rows = f"{world.table.slug}\tCleo"
    page = open_page(world.client, at("registration_list", world.lights), moment, rows=rows)
    return {"rows": rows, "confirm": "1", "shown": page.text.partition('name="shown" value="')[2].partition('"')[0]}


VERBS = {
    "register": lambda world, _moment: (at("registration_of", world.lights), posted_cells(world)),
    "bulk entry": lambda world, moment: (at("registration_list", world.lights), posted_list(world, moment)),
    "replace": lambda world, _moment: (
        at("seat_replace", world.lights, registration=world.ben.pk),
        {"representative": world.cleo.pk},
    ),
    "give up": lambda world, _moment: (at("seat_withdraw", world.lights, registration=world.ben.pk), {"go": "1"}),
    "go first": lambda world, _moment: (at("seat_first", world.lights, registration=world.ben.pk), {"go": "1"}),
    "ask to speak": lambda world, _moment: (
        at("speaking_ask", world.lights, session_slug=world.table.slug),
        {"representative": world.ben.representative_id, "topic": "Ports", "language": "French"},
    ),
    "wait": lambda world, _moment: (
        at("waiting_join", world.lights, session_slug=world.full.slug),
        {"representative": world.cleo.pk},
    ),
    "accept": lambda world, _moment: (at("offer_accept", world.lights, registration=world.offer.pk), {"go": "1"}),
}


BY_THE_DESK = {
    "register": lambda world: (
        reverse("admin:registration_representative_register", args=[world.cleo.pk]),
        {"session": world.table.pk},
    ),
    "withdraw": lambda world: (reverse("admin:registration_registration_do", args=[world.ben.pk, "withdraw"]), {}),
    "replace": lambda world: (
        reverse("admin:registration_registration_do", args=[world.ben.pk, "replace"]),
        {"person": world.cleo.pk},
    ),
    "go first": lambda world: (reverse("admin:registration_registration_do", args=[world.ben.pk, "first"]), {}),
}


class World:
    """Ana and Ben sit at a table for three; Dina fills another; an offer to Finn ends when registration closes."""

    def __init__(self, client, lights, forum, amina):
        self.client, self.lights = client, lights
        self.table = make_session(forum, "table-1", seats_per_organization=3)
        day = self.table.starts_at.replace(day=6)
        self.full = make_session(forum, "full", seats_per_organization=1, starts_at=day)
        ana, ben, self.cleo, dina, finn = make_people(lights, "Ana", "Ben", "Cleo", "Dina", "Finn")
        _ana, self.ben = register(lights, self.table, ana, ben, by=amina)
        register(lights, self.full, dina, by=amina)
        third = make_session(forum, "third", starts_at=self.table.starts_at.replace(day=7))
        (self.offer,) = register(lights, third, finn, by=amina)
        Registration.objects.filter(pk=self.offer.pk).update(
            status=Status.OFFERED, seat=None, is_priority=False, offer_ends_at=CLOSES
        )

    def state(self):
        seats = Registration.objects.order_by("pk").values_list("representative", "status", "seat", "is_priority")
        return [*seats, *SpeakingRequest.objects.values_list("topic", flat=True)]


@pytest.fixture
def world(client, lights, forum, amina):
    client.force_login(amina)
    return World(client, lights, forum, amina)


def does(world, verb, moment):
    """Whether the verb did something at this instant; everything is undone afterwards."""
    address, data = VERBS[verb](world, moment)
    return changes(world, address, moment, data)


def changes(world, address, moment, data):
    with transaction.atomic():
        before = world.state()
        page = open_page(world.client, address, moment, **data)
        done = world.state() != before
        transaction.set_rollback(True)
    assert page.status_code == 302 if done else page.status_code in REFUSED, page.status_code
    return done


# T-R08
@pytest.mark.parametrize("verb", [name for name in VERBS if name not in {"wait", "accept"}])
def test_a_verb_holds_from_the_opening_instant_to_the_last_microsecond(world, verb):
    assert [does(world, verb, moment) for moment in (OPENS - MOMENT, OPENS, CLOSES - MOMENT, CLOSES)] == [
        False,
        True,
        True,
        False,
    ]


# T-R08
@pytest.mark.parametrize("verb", BY_THE_DESK)
def test_the_desk_makes_an_exception_at_any_instant_and_never_without_a_reason(world, verb):
    world.client.force_login(make_desk())
    address, data = BY_THE_DESK[verb](world)
    moments = (OPENS - MOMENT, OPENS, CLOSES - MOMENT, CLOSES)
    for reason, expected in (("Specimen", True), (" ", False)):
        data |= {"step": "do", "exception": reason}
        assert [changes(world, address, moment, data) for moment in moments] == [expected] * 4


def test_the_waiting_list_is_open_from_the_opening_until_the_session_starts(world):
    starts = world.full.starts_at
    moments = (OPENS - MOMENT, OPENS, CLOSES, starts - MOMENT, starts)
    assert [does(world, "wait", moment) for moment in moments] == [False, True, True, True, False]


# T-R13
def test_an_offer_is_accepted_until_its_last_microsecond(world):
    assert [does(world, "accept", moment) for moment in (CLOSES - MOMENT, CLOSES)] == [True, False]
