"""``manage.py serve`` from outside, on the services of the suite: ended and killed in every way."""

import json
import os
import signal
import time

import pytest

from imrf_portal.tests.served import Served, arguments_of
from imrf_portal.tests.services import wait_until

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("serve")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    portal = Served(tmp_path_factory.mktemp("served"))
    portal.prepare(["migrate", "--verbosity", "0"])
    yield portal
    if portal.is_running():
        portal.stop()


@pytest.fixture
def served(prepared):
    """The portal, running: tests that leave it well share one start."""
    if not prepared.is_running():
        prepared.start()
    return prepared


@pytest.fixture
def ended(prepared):
    """The portal, prepared and not running: for tests that start and end it themselves."""
    if prepared.is_running():
        prepared.stop()
    return prepared


def test_a_killed_child_comes_back(served):
    before = served.children()

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def back():
        now = served.children()
        return len(now) == 3 and not set(before.values()) & set(now.values()) and served.healthy()

    wait_until(back, what="three new children")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_and_a_second_start_works(ended, number):
    ended.start()
    children = ended.children()

    ended.process.send_signal(number)
    output, _nothing = ended.process.communicate(timeout=60)

    assert ended.process.returncode == 0
    assert "Stopped." in output
    assert [arguments_of(pid) for pid in children.values()] == [[], [], []]
    ended.start()
    ended.stop()


def test_when_the_supervisor_is_killed_its_children_end(ended):
    ended.start()
    children = ended.children()

    ended.process.kill()
    ended.process.communicate(timeout=60)

    wait_until(lambda: not any(arguments_of(pid) for pid in children.values()), what="the end of the children")
    wait_until(lambda: ended.get("/healthz") == (0, ""), what="the end of the web workers")


def test_a_port_in_use_is_said_in_one_sentence(served):
    second = served.manage("serve")
    output, _nothing = second.communicate(timeout=60)

    assert second.returncode == 1
    assert output == (
        f"CommandError: Port {served.port} on localhost cannot be used (Address already in use): "
        "choose another with PORT=….\n"
    )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_said_in_one_sentence(prepared, port):
    refused = prepared.manage("serve", f"--port={port}")
    output, _nothing = refused.communicate(timeout=60)

    assert refused.returncode == 1
    assert output == f"CommandError: PORT is “{port}”: it must be a number from 1 to 65535.\n"


def test_readiness_turns_green_with_the_first_beat(served):
    wait_until(lambda: served.get("/readyz")[0] == 200, what="the first beat", patience=60)
    checks = json.loads(served.get("/readyz")[1])["checks"]

    assert {name: check["well"] for name, check in checks.items()} == dict.fromkeys(
        ("database", "beat", "undone", "store", "scanner"), True
    )


def test_the_supervisor_stays_small(served):
    time.sleep(1)
    with open(f"/proc/{served.process.pid}/status", encoding="ascii") as file:
        resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    assert resident < 30_000
