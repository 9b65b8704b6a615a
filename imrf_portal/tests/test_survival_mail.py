"""A mail server that goes away and comes back: nothing lost, nothing twice, nothing said to be sent that is not."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse

from accreditation.tests.cast import DURING
from imrf_portal import clock, health, mail, mail_problems, outbox
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.services import free_port


class Postbox:
    """What a real SMTP server was given."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


class RefusingPostbox(Postbox):
    """Answers every recipient with one line."""

    def __init__(self, answer="550 5.1.1 <reader@readers.example> no such address here"):
        super().__init__()
        self.answer = answer

    async def handle_RCPT(self, server, session, envelope, address, options):
        return self.answer


@pytest.fixture
def server(settings):
    """Starts and stops SMTP servers on the one port that the portal knows."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    running = []

    def start(postbox):
        controller = Controller(postbox, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
        controller.start()
        running.append(controller)
        return postbox

    def stop():
        while running:
            running.pop().stop()

    start.stop = stop
    yield start
    stop()


@pytest.fixture
def letters(db):
    with clock.frozen(DURING):
        return [
            mail.queue(
                f"letter {number}", "account_notice", to=f"reader{number}@readers.example", context={"notice": "Hello"}
            )
            for number in range(3)
        ]


def swept(moment):
    with clock.frozen(moment):
        return mail.deliver_due()


def states():
    return list(OutgoingMail.objects.order_by("pk").values_list("state", "sent_at", "attempts"))


# T-S13
def test_letters_wait_out_an_hour_without_a_mail_server_and_go_once(server, letters, client):
    for minute in range(0, 60, 5):
        assert swept(DURING + timedelta(minutes=minute)) == 0
    assert {(state, sent_at) for state, sent_at, _attempts in states()} == {(OutgoingMail.State.QUEUED, None)}
    assert set(OutgoingMail.objects.values_list("last_error", flat=True)) == {"ConnectionRefusedError"}

    postbox = server(Postbox())
    back = DURING + timedelta(hours=2)
    assert [swept(back), swept(back)] == [3, 0]

    assert sorted(recipients for recipients, _content in postbox.taken) == [
        [f"reader{n}@readers.example"] for n in range(3)
    ]
    assert {(state, sent_at) for state, sent_at, _attempts in states()} == {(OutgoingMail.State.SENT, back)}


# T-S13
def test_the_health_page_shows_how_old_the_oldest_letter_is(server, letters, client):
    later = DURING + timedelta(minutes=50)
    with clock.frozen(later):
        health.record_beat()
        ready = client.get(reverse("readyz"))

    assert (ready.status_code, ready.json()["checks"]["undone"]["seen"]) == (503, "waiting too long: letters 3000 s")


# T-A43
def test_an_address_that_does_not_exist_fails_at_once_in_words_and_can_be_sent_again(server, letters, chen):
    server(RefusingPostbox())
    swept(DURING)
    assert states() == [(OutgoingMail.State.FAILED, None, 1)] * 3
    assert set(OutgoingMail.objects.values_list("last_error", flat=True)) == {"550 5.1.1"}
    assert mail_problems.words_of("550 5.1.1") == "The address does not exist. Ask for another one."

    server.stop()
    postbox = server(Postbox())
    with clock.frozen(DURING + timedelta(days=3)):
        for letter in letters:
            outbox.replay(letter, by=chen)
        mail.deliver_due()
    assert len(postbox.taken) == 3


def test_a_server_that_asks_to_wait_is_asked_again_until_the_letter_fails_in_sight(server, letters):
    server(RefusingPostbox("452 4.2.2 mailbox full"))
    swept(DURING)
    assert states() == [(OutgoingMail.State.QUEUED, None, 1)] * 3
    for attempt in range(1, mail.MAX_ATTEMPTS):
        swept(DURING + timedelta(hours=2 * attempt))
    assert states() == [(OutgoingMail.State.FAILED, None, mail.MAX_ATTEMPTS)] * 3
    assert mail_problems.words_of(OutgoingMail.objects.first().last_error) == "The mailbox is full."
