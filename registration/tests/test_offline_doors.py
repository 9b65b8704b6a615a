"""A door without a connection: its list, what it sends afterwards, and what is flagged to security."""

import json
from datetime import timedelta

import pytest
import segno
from django.conf import settings as portal
from django.urls import reverse
from playwright.sync_api import expect

from accreditation.models import Accreditation
from imrf_portal import clock, codes
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient
from registration import offline_doors
from registration.models import CheckIn, SeatRule

from .making import make_desk, register

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def hearing(lights, table, trio, amina):
    """Ana and Ben of Lights are expected; the list is taken ten minutes before the session."""
    seats = register(lights, table, *trio[:2], by=amina)
    SeatRule.objects.create(forum=table.forum, security_email="security@forum.example")
    return table, seats, make_desk()


def send(client, *entries, entrance="A", session=None):
    data = {"entries": json.dumps(entries), "entrance": entrance, "session": session.pk if session else ""}
    return client.post(reverse("admin:registration_door_entries"), data).json()


def shown(taken, code):
    """The rows that a device finds for a code, by its list as it was sent."""
    mark = offline_doors.mark_of(code, salt=bytes.fromhex(taken["salt"]), bits=taken["bits"])
    return taken["people"].get(str(mark), [])


# T-R21
def test_a_lost_list_gives_no_code_away(client, hearing):
    table, (ana, _ben), desk = hearing
    client.force_login(desk)
    address = reverse("admin:registration_door_list", args=[table.pk])
    first, second = (client.post(address).json() for _device in range(2))
    assert first["salt"] != second["salt"]
    # 10 bits for two people: with a code of 39 bits, half a thousand million other codes have the same mark
    assert {int(mark) >> first["bits"] for mark in first["people"]} == {0}
    assert (first["bits"], first["count"], ana.code in json.dumps(first)) == (10, 2, False)


# T-R21
def test_a_code_that_passed_by_chance_is_noticed_when_the_device_is_connected_again(client, hearing):
    table, _seats, desk = hearing
    client.force_login(desk)
    entry = {
        "code": codes.random_code("S"),
        "at": table.starts_at.isoformat(),
        "list_made_at": table.starts_at.isoformat(),
    }
    with clock.frozen(table.starts_at + TEN_MINUTES):
        assert send(client, entry, session=table) == {"recorded": 0, "flagged": 0, "unknown": 1}
        assert send(client, entry, session=table) == {"recorded": 0, "flagged": 0, "unknown": 0}
    happening = Event.objects.get(verb="door.unknown")
    assert (happening.is_internal, happening.happened_at, happening.detail["entrance"]) == (True, table.starts_at, "A")
    letter = OutgoingMail.objects.get(template="door_flagged")
    assert letter.to == "security@forum.example"
    assert f"let in the code {entry['code']} (–) at 10:00" in letter.body and "Nobody has this code" in letter.body


# T-R21
def test_an_entry_by_an_old_list_is_flagged_when_the_badge_was_revoked_since(client, hearing):
    table, (ana, ben), desk = hearing
    client.force_login(desk)
    with clock.frozen(table.starts_at - TEN_MINUTES):
        taken = client.post(reverse("admin:registration_door_list", args=[table.pk])).json()
        Accreditation.objects.update(revoked_at=clock.now(), revoked_by=desk, revoked_reason="A secret")
    assert ["A.", "ok", False] in shown(taken, ana.code) and ["B.", "ok", False] in shown(taken, ben.code.lower())
    assert "Ana" not in json.dumps(taken)
    entry = {"code": ana.code, "at": table.starts_at.isoformat(), "list_made_at": taken["made_at"]}
    with clock.frozen(table.starts_at + TEN_MINUTES):
        assert send(client, entry) == {"recorded": 1, "flagged": 1, "unknown": 0}
        assert send(client, entry) == {"recorded": 0, "flagged": 0, "unknown": 0}
        queue = client.get(reverse("admin:registration_door_flags")).text
    assert ("Ana" in queue, "10:00, entrance <bdi>A</bdi>" in queue, "09:50" in queue) == (True, True, True)
    letter = OutgoingMail.objects.get(template="door_flagged")
    assert letter.to == "security@forum.example"
    assert f"let in the code {ana.code} (A.) at 10:00, by its list of 09:50." in letter.body
    assert "A secret" not in letter.body + queue
    kept = CheckIn.objects.get()
    assert (kept.is_first, kept.flag, kept.at) == (False, "void", table.starts_at)
    address = reverse("admin:registration_door_settle", args=[kept.pk])
    assert client.post(address, {"step": "do", "words": ""}).status_code == 422
    client.post(address, {"step": "do", "words": "Left the room with the desk"})
    assert "Nothing to look at" in client.get(reverse("admin:registration_door_flags")).text


# T-R21
def test_two_doors_without_a_connection_that_let_in_one_code_are_noticed(client, hearing):
    table, (ana, ben), desk = hearing
    client.force_login(desk)
    made_at = (table.starts_at - TEN_MINUTES).isoformat()
    with clock.frozen(table.starts_at + TEN_MINUTES):
        first = {"code": ana.code, "at": table.starts_at.isoformat(), "list_made_at": made_at}
        assert send(client, first, {**first, "code": ben.code}) == {"recorded": 2, "flagged": 0, "unknown": 0}
        later = {**first, "at": (table.starts_at + timedelta(minutes=3)).isoformat()}
        assert send(client, later, entrance="B") == {"recorded": 1, "flagged": 1, "unknown": 0}
    assert [one.flag for one in CheckIn.objects.filter(registration=ana).order_by("pk")] == ["", "twice"]


@pytest.mark.parametrize(
    "entries", ["", "{}", "[1]", '[{"code": 5, "at": [], "list_made_at": null}]', '[{"code": "S-2222-2222-A"}]']
)
def test_what_no_device_would_send_is_refused_or_left_out(client, hearing, entries):
    client.force_login(hearing[2])
    answer = client.post(reverse("admin:registration_door_entries"), {"entries": entries})
    assert answer.status_code in {200, 422}
    assert not CheckIn.objects.exists()


def open_door(browser, live_server, hearing):
    """The page of a door, signed in as the desk, with a second factor; and its context."""
    table, _seats, desk = hearing
    signed_in = PortalClient()
    signed_in.force_login(desk)
    cookie = signed_in.cookies[portal.SESSION_COOKIE_NAME].value
    context = browser.new_context(locale="en")
    context.add_cookies([{"name": portal.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('admin:registration_door')}?session={table.pk}&entrance=A")
    return page, context


@pytest.fixture
def door(browser, live_server, hearing):
    page, context = open_door(browser, live_server, hearing)
    yield page, context
    context.close()


# T-R21
@pytest.mark.browser
@pytest.mark.usefixtures("committed_db")
def test_a_device_goes_on_without_a_connection_says_how_old_its_list_is_and_sends_later(door, hearing):
    page, context = door
    table, (ana, _ben), desk = hearing
    expect(page.locator("[data-age]")).to_contain_text("(0 minutes old, 2 people)")
    Accreditation.objects.update(revoked_at=clock.now(), revoked_by=desk, revoked_reason="A secret")
    context.set_offline(True)
    page.fill("#id_code", ana.code.lower())
    page.keyboard.press("Enter")
    verdict = page.locator("[data-verdict] .ga-door")
    expect(verdict).to_have_attribute("data-state", "ok")
    expect(verdict).to_contain_text("No connection: list of")
    page.fill("#id_code", ana.code)
    page.keyboard.press("Enter")
    expect(verdict).to_have_attribute("data-state", "again")
    kept = json.loads(page.evaluate(f"sessionStorage.getItem('door-marks-{table.pk}')"))
    strangers = (codes.random_code("S") for _try in range(100))
    page.fill("#id_code", next(code for code in strangers if not shown(kept, code)))
    page.keyboard.press("Enter")
    expect(verdict).to_have_attribute("data-state", "stop")
    expect(page.locator("[data-waiting]")).to_have_text("1 entries wait until there is a connection.")
    context.set_offline(False)
    expect(page.locator("[data-sent]")).to_have_text("Sent: 1 entries. Security must look at 1 of them.")
    assert list(CheckIn.objects.values_list("registration", "flag", "entrance")) == [(ana.pk, "void", "A")]
    assert page.evaluate("localStorage.getItem('door-entries')") == "[]"


@pytest.mark.browser
@pytest.mark.usefixtures("committed_db")
def test_a_device_without_a_camera_says_so_and_takes_what_is_typed(door, hearing):
    page, _context = door
    _table, (ana, _ben), _desk = hearing
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("[data-camera-words]")).to_contain_text("Type the code, or use a hand scanner.")
    expect(page.locator("#id_code")).to_be_focused()
    page.keyboard.type(ana.code)
    page.keyboard.press("Enter")
    expect(page.locator(".ga-door__say h2").first).to_have_text("Let in")


def film_of(text, path):
    """Three seconds of the QR code of ``text`` on a grey wall, and three of the wall alone, again and again."""
    width, height, dot = 640, 480, 8
    matrix = [[not dark for dark in row] for row in segno.make(text, error="m").matrix_iter(border=4)]
    left, top = (width - len(matrix[0]) * dot) // 2, (height - len(matrix) * dot) // 2
    wall = bytes([140]) * (width * height)
    badge = bytearray(wall)
    for y in range(len(matrix) * dot):
        row = b"".join(bytes([230 if light else 30]) * dot for light in matrix[y // dot])
        start = (top + y) * width + left
        badge[start : start + len(row)] = row
    shown, gone = (b"FRAME\n" + bytes(grey) + bytes([128]) * (width * height // 2) for grey in (badge, wall))
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F2:1 Ip A1:1 C420jpeg\n".encode() + shown * 6 + gone * 6)
    return path


# T-R22
@pytest.mark.browser
@pytest.mark.usefixtures("committed_db")
def test_the_camera_reads_a_badge_and_goes_on_to_the_next(
    browser_type, browser_type_launch_args, live_server, hearing, tmp_path
):
    """Debian's Chromium has no reader of its own, so the one that the portal brings reads here."""
    _table, (ana, _ben), _desk = hearing
    film = film_of(f"{portal.PORTAL_URL}/verify/{ana.code}/", tmp_path / "badge.y4m")
    fake = (
        "use-fake-device-for-media-stream",
        "use-fake-ui-for-media-stream",
        f"use-file-for-fake-video-capture={film}",
    )
    arguments = browser_type_launch_args["args"] + [f"--{name}" for name in fake]
    chromium = browser_type.launch(**browser_type_launch_args | {"args": arguments})
    page, _context = open_door(chromium, live_server, hearing)
    page.get_by_role("button", name="Use the camera").click()
    said = page.locator(".ga-door__say h2").first
    expect(said).to_have_text("Let in")
    # the camera stays on: the badge before it is not read again before it went away and came back
    expect(said).to_contain_text("Already in since", timeout=20_000)
    second, first = CheckIn.objects.filter(registration=ana)
    assert (first.is_first, second.is_first) == (True, False)
    assert second.at - first.at > timedelta(seconds=3)
    chromium.close()
