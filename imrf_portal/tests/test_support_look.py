"""Seeing what a person sees: read-only, with a reason, for half an hour, and never in the person's name."""

import html
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accreditation import seen_as, tracker
from accreditation.tests import cast
from imrf_portal import clock, support_look
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.look_middleware import SESSION_KEY
from imrf_portal.support_look import LASTS, SupportLook
from imrf_portal.tests import world as worlds
from imrf_portal.tests.addresses import addresses, path_of
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.walks import changes, statements

MOMENT = timedelta(microseconds=1)
WHY = "She cannot find where to answer."
REFUSED = "Not while you see what another person sees"
BANNER = "You see what another person sees"
UNDO = {"support_look_end", "account_logout"}


def seeing(world, role, *, officer="coordinator", **address):
    """A client of the officer, who has begun to see what ``role`` sees; and the answer to beginning."""
    client = world.sign_in(PortalClient(), officer)
    path = reverse("admin:support_look", args=[world.people[role].pk])
    with clock.frozen(worlds.NOW):
        answer = client.post(path, {"reason": WHY}, query_params=address)
    return client, answer


# T-S30
def test_support_sees_the_pages_of_an_applicant_and_she_reads_why_in_her_history(world):
    page = reverse("application", args=[world.application.reference])
    review = reverse("admin:accreditation_application_change", args=[world.application.pk])
    coordinator = world.sign_in(PortalClient(), "coordinator")
    with clock.frozen(worlds.NOW):
        door = reverse("admin:support_look", args=[world.people["amina"].pk])
        assert f"{door}?to={page}&amp;back={review}" in coordinator.get(review).content.decode()
        assert coordinator.get(page).status_code == 404
        empty = coordinator.post(f"{door}?to={page}&back={review}", {"reason": "  "})
        assert (empty.status_code, SupportLook.objects.count()) == (422, 0)
        begun = coordinator.post(f"{door}?to={page}&back={review}", {"reason": WHY})
        assert begun["Location"] == page
        seen = coordinator.get(page).content.decode()

    assert BANNER in seen
    assert WHY in seen
    assert str(world.people["amina"]) in seen
    assert "17:30" in seen
    with clock.frozen(worlds.NOW):
        ended = coordinator.post(reverse("support_look_end"))
        assert ended["Location"] == review
        assert BANNER not in coordinator.get(reverse("home")).content.decode()
        assert coordinator.get(page).status_code == 404
        own = world.sign_in(PortalClient(), "amina").get(page).content.decode()
    assert f"The secretariat looked at your pages to help you. Reason: {WHY}" in own
    assert str(world.people["coordinator"]) not in own
    assert SupportLook.objects.count() == 1
    events = Event.objects.filter(verb__endswith="look", happened_at=worlds.NOW).order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("user.look", world.people["coordinator"]),
        ("application.look", world.people["coordinator"]),
        ("user.end_look", world.people["coordinator"]),
    ]
    assert events[1].detail == {"as_seen_by": "Amina"}


def test_a_mission_reads_in_its_ledger_who_looked_and_why_and_another_mission_does_not(world):
    client, begun = seeing(world, "kenya")
    assert begun["Location"] == reverse("lists")
    with clock.frozen(worlds.NOW):
        assert BANNER in client.get(reverse("entry", args=[world.list.pk, world.entry.key])).content.decode()
        ledgers = {
            role: world.sign_in(PortalClient(), role).get(reverse("our_requests")).content.decode()
            for role in ("kenya", "norway")
        }

    assert WHY in ledgers["kenya"]
    assert WHY not in ledgers["norway"]


def test_a_look_lasts_half_an_hour_and_is_over_at_its_last_instant(world):
    client, _begun = seeing(world, "amina", back=reverse("admin:exceptions"))
    ends_at = SupportLook.objects.get().ends_at
    assert ends_at == worlds.NOW + LASTS

    with clock.frozen(ends_at - MOMENT):
        assert BANNER in client.get(reverse("my_applications")).content.decode()
    with clock.frozen(ends_at):
        over = client.get(reverse("my_applications"))
        assert over["Location"] == reverse("admin:exceptions")
        assert "You see the portal as yourself again" in client.get(over["Location"]).content.decode()
        assert client.get(reverse("my_applications")).status_code == 404
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("role", ["clara", "kenya"])
def test_every_page_that_opens_wears_the_banner_and_nothing_leaves_a_mark(world, role):
    client, _begun = seeing(world, role)
    arguments = worlds.arguments_of(world)
    last = Event.objects.latest("pk").pk
    opened, without, marks, wrong = set(), [], {}, {}
    for address in addresses():
        if address.name in UNDO | {"healthz", "readyz"}:
            continue
        with clock.frozen(worlds.NOW), statements() as sent:
            response = client.get(path_of(address, arguments), follow=True)
        text = b"".join(response).decode(errors="replace")
        if response.status_code == 200:
            opened.add(address.name)
        if (REFUSED in text) == (address.name in support_look.OPEN_PAGES):
            wrong[address.name] = response.status_code
        if BANNER not in text:
            without.append(address.name)
        if changes(sent):
            marks[address.name] = changes(sent)

    assert (without, marks, wrong) == ([], {}, {})
    assert {"clara": "registration_of", "kenya": "our_requests"}[role] in opened
    assert not Event.objects.filter(pk__gt=last, actor=world.people[role]).exists()


def test_what_a_page_would_write_of_its_reader_is_undone(world, monkeypatch):
    """Whatever leaves a mark is refused; should one of them ever be opened by mistake, it would still leave none."""
    monkeypatch.setattr(support_look, "OPEN_PAGES", support_look.OPEN_PAGES | {"list_print"})
    page = reverse("list_print", args=[world.list.pk])
    client, _begun = seeing(world, "kenya")
    printed = Event.objects.filter(verb="list.print")
    with clock.frozen(worlds.NOW):
        before = printed.count()
        assert client.get(page).status_code == 200
        assert printed.count() == before
        world.sign_in(PortalClient(), "kenya").get(page)
    assert printed.count() == before + 1


def test_nothing_is_done_in_the_name_of_the_person(world):
    client, _begun = seeing(world, "kenya")
    arguments = worlds.arguments_of(world)
    before = Event.objects.count()
    done = {}
    for address in addresses():
        if address.name in UNDO | {"healthz", "readyz"}:
            continue
        with clock.frozen(worlds.NOW), statements() as sent:
            response = client.post(path_of(address, arguments), {"name": "Else"})
        if response.status_code != 403 or changes(sent) or BANNER not in response.content.decode():
            done[address.name] = response.status_code

    assert done == {}
    with clock.frozen(worlds.NOW):
        assert {getattr(client, method)(reverse("lists")).status_code for method in ("put", "patch", "delete")} == {403}
    assert Event.objects.count() == before


PRIVATE = (
    "account_settings", "usersessions_list", "account_erase", "mfa_index", "preferences", "representative_invitation",
    "what_is_kept", "private_calendar", "application_document", "application_receipt", "application_text", "person",
    "our_requests_csv", "list_print", "mission_people", "demonstration",
)  # fmt: skip


def test_what_is_private_and_what_is_the_officers_stays_closed(world):
    client, _begun = seeing(world, "clara")
    arguments = worlds.arguments_of(world)
    end, heard = reverse("support_look_end"), {}
    for address in addresses():
        if address.name in {*PRIVATE, "admin:index", "document"}:
            with clock.frozen(worlds.NOW):
                response = client.get(path_of(address, arguments))
            assert (response.status_code, end in response.content.decode()) == (403, True)
            heard[address.name] = response.context["refusal"].partition(",")[0]

    private, own = "This is private to Clara", "The pages of the secretariat are yours"
    assert heard == dict.fromkeys(PRIVATE, private) | {"admin:index": own, "document": own}


def test_the_address_of_a_calendar_is_not_among_what_is_seen(world):
    page = reverse("registration_of", args=[world.forum.slug, world.accreditation.pk])
    client, _begun = seeing(world, "clara")
    with clock.frozen(worlds.NOW):
        theirs = world.sign_in(PortalClient(), "clara").get(page).content.decode()
        seen = client.get(page)

    assert world.calendar.key in theirs
    assert seen.status_code == 200
    assert world.calendar.key not in seen.content.decode()


def test_signing_out_signs_the_officer_out_and_not_the_person(world):
    hers = world.sign_in(PortalClient(), "amina")
    client, _begun = seeing(world, "amina")
    with clock.frozen(worlds.NOW):
        client.post(reverse("account_logout"))
        assert "_auth_user_id" not in client.session
        assert hers.get(reverse("my_applications")).status_code == 200


def test_for_a_role_without_the_capability_and_for_officers_as_the_target_the_page_is_not_there(world):
    pairs = [(officer, "amina") for officer in ("reviewer", "senior", "desk")]
    pairs += [("administrator", target) for target in ("reviewer", "superuser", "administrator")]
    answers = {seeing(world, target, officer=officer)[1].status_code for officer, target in pairs}

    assert (answers, SupportLook.objects.count()) == ({404}, 0)
    for target in ("reviewer", "superuser"):
        with pytest.raises(Refused, match="Only the pages of applicants and Missions"):
            support_look.begin(world.people[target], by=world.people["coordinator"], reason=WHY)
    with pytest.raises(Refused, match="Your role does not include"):
        support_look.begin(world.people["amina"], by=world.people["reviewer"], reason=WHY)


def test_a_look_ends_when_the_officer_loses_the_right_to_it(world):
    client, _begun = seeing(world, "amina")
    world.people["coordinator"].groups.clear()
    with clock.frozen(worlds.NOW):
        assert client.get(reverse("my_applications")).status_code == 302
        assert client.get(reverse("my_applications")).status_code == 404


def test_what_the_desk_withholds_from_an_officer_closes_the_whole_look(world, monkeypatch):
    newcomer = cast.make_officer("newcomer@secretariat.example")
    assert [seen_as.is_withheld(world.people[role], newcomer) for role in ("amina", "kenya")] == [True, True]
    assert not seen_as.is_withheld(world.people["amina"], world.people["coordinator"])
    client, _begun = seeing(world, "amina")
    with clock.frozen(worlds.NOW):
        assert client.get(reverse("my_applications")).status_code == 200
        monkeypatch.setattr(support_look, "NOT_HERS", [lambda person, officer: True])
        assert client.get(reverse("my_applications")).status_code == 302
        assert client.get(reverse("my_applications")).status_code == 404
    client, answer = seeing(world, "amina")

    assert answer.status_code == 422
    assert "Some of what Amina sees is not open to you" in html.unescape(answer.content.decode())
    assert SESSION_KEY not in client.session


def test_the_account_page_of_a_person_leads_there_and_of_an_officer_does_not(world):
    administrator = world.sign_in(PortalClient(), "administrator")
    with clock.frozen(worlds.NOW):
        pages = {
            role: administrator.get(
                reverse("admin:imrf_portal_user_change", args=[world.people[role].pk])
            ).content.decode()
            for role in ("kenya", "reviewer")
        }

    assert reverse("admin:support_look", args=[world.people["kenya"].pk]) in pages["kenya"]
    assert "See what they see" not in pages["reviewer"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "  "),
        ("ends_at", worlds.NOW),
        ("person_id", "officer"),
        ("ended_at", worlds.NOW - MOMENT),
    ],
)
def test_the_database_refuses_a_look_that_must_not_be(world, field, value):
    officer, person = world.people["coordinator"], world.people["amina"]
    row = {"officer_id": officer.pk, "person_id": person.pk, "reason": WHY, "started_at": worlds.NOW}
    row |= {"ends_at": worlds.NOW + LASTS, field: officer.pk if value == "officer" else value}
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportLook.objects.create(**row)


def test_what_a_look_was_is_never_changed_and_it_ends_once(world):
    seeing(world, "amina")
    rows = SupportLook.objects.all()
    for change in ({"reason": "Another."}, {"ends_at": worlds.NOW + 2 * LASTS}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with clock.frozen(worlds.NOW):
        support_look.end(rows.get(), by=world.people["coordinator"])
        with pytest.raises(Refused, match="has ended already"):
            support_look.end(rows.get(), by=world.people["coordinator"])


def test_words_of_the_history_take_the_reason_only_of_a_look():
    assert [verb for verb, words in tracker.WORDS.items() if "%" in str(words)] == ["application.look"]
