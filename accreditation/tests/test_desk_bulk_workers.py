"""A bulk run and its letters by two Celery workers, on the PostgreSQL and the Redis of the suite."""

import email
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from accreditation import bulk
from accreditation.models import Application, BulkRun, BulkRunItem, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.celery import app
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.services import wait_until

from .cast import AFTER, make_call, make_many, make_officer

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.workers, pytest.mark.timeout(600)]
ALL, STAY = 60, 5


class Worker:
    """One ``celery worker`` of the portal, with the settings of production's services and a folder for its letters."""

    def __init__(self, folder, broker):
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {
            "DJANGO_SETTINGS_MODULE": "imrf_portal.settings",
            "PORTAL_ENV_FILE": "",
            "DATA_DIR": str(folder),
            "DATABASE_URL": os.environ["TEST_DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"],
            "CELERY_BROKER_URL": broker,
        }

    def start(self, name):
        command = ["-m", "celery", "-A", "imrf_portal", "worker", "-P", "solo", "-n", name, "-l", "WARNING"]
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)


@pytest.fixture
def ask(redis_server):
    """Asks the workers for a task by its name; the connection is given, as the environment names another broker."""
    with app.connection_for_write(url=redis_server.url(7)) as connected:
        yield lambda name, *arguments: app.send_task(name, arguments, connection=connected)


@pytest.fixture
def workers(redis_server, tmp_path):
    started = [Worker(tmp_path / name, redis_server.url(7)) for name in ("first", "second")]
    for worker, name in zip(started, ("first", "second"), strict=True):
        worker.start(name)
    yield started
    for worker in started:
        worker.end()


def letters_in(folder):
    """The addressees of the letters that a worker posted, one for each time it did."""
    return [message["To"] for path in folder.glob("*/mail/*") for message in messages_in(path)]


def messages_in(path):
    """A file of Django's file backend holds the letters of one connection, each followed by a rule."""
    for text in path.read_text(encoding="utf-8").split("-" * 79 + "\n"):
        if text.strip():
            yield email.message_from_string(text)


# T-S10
def test_two_workers_share_a_run_one_is_killed_and_each_letter_goes_once(committed_db, workers, ask, tmp_path):
    officers = [make_officer(f"{name}@desk.example", "Coordinator") for name in ("chen", "noor")]
    many = make_many(
        make_call(), ALL, is_recommended=False, recommended_by=officers[1], recommended_at=AFTER, signed_by=officers[0],
        signed_at=AFTER, reason_code="no_proof", reason_text="None was sent.", status=Status.INELIGIBLE,
    )  # fmt: skip
    Application.objects.filter(pk__in=[one.pk for one in many[:STAY]]).update(status=Status.WITHDRAWN)
    desk = PortalClient()
    desk.force_login(officers[0])
    with clock.frozen(AFTER):
        desk.post("/admin/runs/start/", {"verb": "not_accredit", "scope": "all", "filters": "tab=all"})
        run = BulkRun.objects.get()
        desk.post(f"/admin/runs/{run.pk}/", {"step": "words", "words": "1", "reason": "No proof of legal status."})
        desk.post(f"/admin/runs/{run.pk}/", {"step": "confirm"})
    ask("accreditation.tasks.continue_bulk_run", run.pk)

    done = run.items.filter(state=BulkRunItem.State.DONE)
    wait_until(lambda: done.count() >= 10, what="a worker")
    workers[0].end(signal.SIGKILL)
    with clock.frozen(AFTER + bulk.PATIENCE + timedelta(seconds=1)):
        for task in ("accreditation.tasks.continue_bulk_runs", "imrf_portal.tasks.deliver_letters"):
            ask(task)
        wait_until(lambda: BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.DONE).exists(), what="the run")
        waiting = OutgoingMail.objects.filter(template="not_accredited").exclude(state=OutgoingMail.State.SENT)
        ask("imrf_portal.tasks.deliver_letters")
        wait_until(lambda: not waiting.filter(claimed_until=None).exists(), what="the letters")
        workers[1].end()  # when it has posted what it holds
        held = list(waiting.values_list("to", flat=True))
        assert len(held) <= 1, "what the killed worker was about to post, or had posted a moment ago"
        if held:
            waiting.update(claimed_until=AFTER)  # its time ran out
            workers[1].start("second")
            ask("imrf_portal.tasks.deliver_letters")
            wait_until(lambda: not waiting.exists(), what="the letter that was held")

    tally = bulk.tally(run.items)
    assert (tally[BulkRunItem.State.DONE], tally[BulkRunItem.State.SKIPPED]) == (ALL - STAY, STAY)
    decided = Event.objects.filter(verb="application.not_accredit").values_list("subject_id", flat=True)
    assert sorted(decided) == sorted(str(one.pk) for one in many[STAY:])
    told = sorted(one.contact_email for one in many[STAY:])
    assert sorted(OutgoingMail.objects.filter(template="not_accredited").values_list("to", flat=True)) == told
    posted = Counter(to for to in letters_in(tmp_path) if to in set(told))
    assert sorted(posted) == told
    assert [to for to, times in posted.items() if times > 1 and to not in held] == [], "each once, but for a crash"
