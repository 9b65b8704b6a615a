"""Letters that come back: reports in the form of RFC 3464, from the mail server to the people they concern."""

import io
import mailbox
import socketserver
import sys
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command

from accreditation.tests.cast import DURING, make_submitted
from imrf_portal import bounces, clock, envelopes, mail, mail_problems
from imrf_portal.audit import Event
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient
from imrf_portal.tests.services import free_port

SENT, BOUNCED = OutgoingMail.State.SENT, OutgoingMail.State.BOUNCED


def report(*, to="bounces@portal.example", returned=b"", action="failed", status="5.1.1", headers_only=False):
    """A report as a mail server writes it about the message ``returned``."""
    made = MIMEMultipart("report", report_type="delivery-status")
    made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@relay.example", to, "Undelivered Mail Returned to Sender"
    made.attach(MIMEText("I am sorry to have to inform you."))
    fields, about_server = Message(), Message()
    about_server["Reporting-MTA"] = "dns; relay.example"
    fields["Final-Recipient"] = "rfc822; amina@harbour-lights.example"
    fields["Action"], fields["Status"] = action, status
    fields["Diagnostic-Code"] = "smtp; 550 5.1.1 <amina@harbour-lights.example> no such user"
    status_part = Message()
    status_part["Content-Type"] = "message/delivery-status"
    status_part.set_payload([about_server, fields])
    made.attach(status_part)
    if returned and headers_only:
        made.attach(MIMEText(returned.decode().partition("\n\n")[0], "rfc822-headers"))
    elif returned:
        made.attach(MIMEMessage(message_from_bytes(returned)))
    return made.as_bytes()


class Postbox:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.mail_from, envelope.content))
        return "250 taken"


@pytest.fixture
def sent(call, amina, settings):
    """The receipt of Amina's application, posted through a real SMTP server: the letter, its envelope, its bytes."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    postbox = Postbox()
    controller = Controller(postbox, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    application = make_submitted(call, amina)
    with clock.frozen(DURING):
        mail.deliver_due()
    controller.stop()
    letter = OutgoingMail.objects.get(template="application_received")
    ((sender, content),) = postbox.taken
    return letter, sender, content, application


def state_of(letter):
    letter.refresh_from_db()
    return letter.state


# T-A43
def test_a_letter_that_comes_back_is_seen_by_the_applicant_and_by_staff(sent, amina, chen, client):
    letter, sender, content, application = sent
    assert sender == envelopes.return_address(letter.pk) != "bounces@portal.example"
    parsed = message_from_bytes(content, policy=policy.default)
    assert parsed["From"].addresses[0].addr_spec == "no-reply@participation.example"
    assert envelopes.letter_in(parsed["Message-ID"]) == letter.pk

    with clock.frozen(DURING):
        assert bounces.take(report(to=sender)) == letter
        assert bounces.take(report(to=sender)) == letter
    assert state_of(letter) == BOUNCED
    assert mail_problems.words_of(letter.last_error) == "The address does not exist. Ask for another one."
    assert Event.objects.filter(verb="letter.bounce").count() == 1
    assert "harbour-lights" not in str(Event.objects.filter(verb="letter.bounce").values())

    client.force_login(amina)
    with clock.frozen(DURING):
        page = client.get(f"/applications/{application.reference}/").content.decode()
    assert "Our letter did not reach you" in page and "Please give us another address" in page
    assert "we received the application of Harbour Lights" in page

    desk = PortalClient()
    desk.force_login(chen)
    with clock.frozen(DURING):
        shown = desk.get("/admin/imrf_portal/outgoingmail/?tab=failed").content.decode()
        one = desk.get(f"/admin/imrf_portal/outgoingmail/{letter.pk}/change/").content.decode()
        work = desk.get("/admin/").context["figures"]
    assert "Came back: The address does not exist." in shown
    assert "The address does not exist. Ask for another one." in one
    assert [figure["count"] for figure in work if figure["label"] == "Letters failed"] == [1]


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_report_to_the_plain_address_is_known_by_the_message_it_returns(sent, headers_only):
    letter, _sender, content, _application = sent
    assert bounces.take(report(returned=content.replace(b"\r\n", b"\n"), headers_only=headers_only)) == letter
    assert state_of(letter) == BOUNCED


def test_what_is_no_report_of_a_failure_or_not_ours_changes_nothing(sent):
    letter, sender, content, _application = sent
    absence = EmailMessage()
    absence["To"], absence["Auto-Submitted"], absence["Subject"] = sender, "auto-replied", "Out of office"
    absence.set_content("Back on Monday.")
    forged = f"bounces+letter-{letter.pk}-{'0' * 16}@portal.example"
    for message in (
        absence.as_bytes(),
        report(to=sender, action="delayed", status="4.4.7"),
        report(to=forged),
        report(),
        report(to=envelopes.return_address(letter.pk + 1)),
        content,
        b"",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\xff\xfe",
    ):
        assert bounces.take(message) is None
    assert state_of(letter) == SENT


# The mailboxes of BOUNCE_MAILBOX_URL


class Talk(socketserver.StreamRequestHandler):
    """One conversation by lines; ``server.box`` holds the messages, those taken out leave it."""

    def line(self, words):
        self.wfile.write(words + b"\r\n")


class Pop3(Talk):
    def handle(self):
        self.line(b"+OK ready")
        gone = []
        for command in self.rfile:
            match command.split():
                case [b"LIST"]:
                    self.line(b"+OK")
                    for number, message in enumerate(self.server.box, start=1):
                        self.line(b"%d %d" % (number, len(message)))
                    self.line(b".")
                case [b"RETR", number]:
                    self.line(b"+OK")
                    for line in self.server.box[int(number) - 1].splitlines():
                        self.line(line)
                    self.line(b".")
                case [b"DELE", number]:
                    gone.append(self.server.box[int(number) - 1])
                    self.line(b"+OK")
                case [b"QUIT"]:
                    self.server.box[:] = [message for message in self.server.box if message not in gone]
                    self.line(b"+OK")
                    return
                case _:
                    self.line(b"+OK")


class Imap(Talk):
    def handle(self):
        self.line(b"* OK IMAP4rev1 ready")
        gone = []
        for command in self.rfile:
            tag, verb, *rest = command.split()
            match verb:
                case b"CAPABILITY":
                    self.line(b"* CAPABILITY IMAP4rev1")
                case b"SELECT":
                    self.line(b"* %d EXISTS" % len(self.server.box))
                case b"SEARCH":
                    self.line(b"* SEARCH " + b" ".join(b"%d" % n for n in range(1, len(self.server.box) + 1)))
                case b"FETCH":
                    message = self.server.box[int(rest[0]) - 1]
                    self.wfile.write(b"* %s FETCH (RFC822 {%d}\r\n%s)\r\n" % (rest[0], len(message), message))
                case b"STORE":
                    gone.append(self.server.box[int(rest[0]) - 1])
                case b"EXPUNGE":
                    self.server.box[:] = [message for message in self.server.box if message not in gone]
                case b"LOGOUT":
                    self.line(b"* BYE")
            self.line(tag + b" OK done")
            if verb == b"LOGOUT":
                return


@pytest.mark.parametrize(("scheme", "talk"), [("pop3", Pop3), ("imap", Imap)])
def test_a_mailbox_is_read_and_keeps_what_was_no_report(sent, settings, scheme, talk):
    letter, sender, content, _application = sent
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.box = [content, report(to=sender)]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.BOUNCE_MAILBOX_URL = f"{scheme}://reader:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
        assert bounces.sweep() == 1
        assert server.box == [content]
        server.shutdown()
    assert state_of(letter) == BOUNCED
    assert bounces.sweep() == 0


def test_a_maildir_and_standard_input_are_read(sent, settings, tmp_path, monkeypatch, capsys):
    letter, sender, content, _application = sent
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report(to=sender))
    box.add(content)
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path / 'box'}"
    call_command("read_bounces")
    assert "1 letters came back." in capsys.readouterr().out
    assert (state_of(letter), len(box)) == (BOUNCED, 1)

    OutgoingMail.objects.filter(pk=letter.pk).update(state=SENT)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report(to=sender))))
    call_command("read_bounces", "--stdin")
    assert state_of(letter) == BOUNCED


@pytest.mark.parametrize(
    "poison",
    [
        report(to="x").replace(b"To: x", b"To: " + b"(" * 20_000),
        report(to="x").replace(b"To: x", b"To: " + b"a," * 100_000),
        report(to="x").replace(b"To: x", b"To: x\nMessage-ID: <>"),
        b"".join(b'Content-Type: multipart/report; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)),
        b'Content-Type: multipart/report; boundary="b"\n\n--b\n' + b"Content-Type: message/rfc822\n\n" * 3000,
    ],
    ids=["brackets", "a long list", "no name", "parts in parts", "messages in messages"],
)
@pytest.mark.timeout(20)
def test_what_a_stranger_sends_to_the_mailbox_stops_no_other_report(sent, settings, tmp_path, poison):
    letter, sender, _content, _application = sent
    box = mailbox.Maildir(tmp_path / "box")
    for message in (poison, report(to=sender), poison):
        box.add(message)
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path / 'box'}"
    assert bounces.sweep() == 1
    assert (state_of(letter), len(box)) == (BOUNCED, 2)
    assert bounces.take(poison) is None


def test_a_full_mailbox_keeps_no_new_report_from_being_read(sent, settings, tmp_path, monkeypatch):
    letter, sender, content, _application = sent
    monkeypatch.setattr(bounces, "AT_ONCE", 2)
    box = mailbox.Maildir(tmp_path / "box")
    for message in (content, content, content, report(to=sender)):
        box.add(message)
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path / 'box'}"
    assert bounces.sweep() == 1
    assert state_of(letter) == BOUNCED


def test_nobody_makes_the_letter_of_another_look_returned(sent):
    """Who has a letter knows its mark, and that of no other."""
    letter, _sender, _content, _application = sent
    seal = envelopes.mark(letter.pk).rpartition("-")[2]
    other = OutgoingMail.objects.create(key="other", template="accredited", to="b@x.example", subject="s", state=SENT)
    forged = f"bounces+letter-{other.pk}-{seal}@portal.example"
    assert (
        bounces.take(report(to=forged, returned=f"Message-ID: <letter-{other.pk}-{seal}@x>\n\nHello".encode())) is None
    )
    assert (state_of(letter), state_of(other)) == (SENT, SENT)
