"""Letters that came back: reports of mail servers (RFC 3464) are read, and the letter they speak of is marked.

A report is believed only when it carries the seal of a letter (``envelopes``): in the address it was sent to, or in
the Message-ID of the letter it returns. A delay is no failure; an answer of a person or of an absence is none either.
"""

import email
import imaplib
import logging
import mailbox
import poplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from . import audit, clock, envelopes
from .mail import OutgoingMail

logger = logging.getLogger(__name__)
SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "X-Failed-Recipients")
NAMES_THE_LETTER = ("In-Reply-To", "References", "Message-ID")
AT_ONCE = 200
TIMEOUT = 20
LONGEST_MESSAGE = 2 * 1024 * 1024
AWAY = (OSError, imaplib.IMAP4.error, poplib.error_proto)
"""What a mailbox raises that cannot be opened."""


@dataclass(frozen=True)
class Report:
    """A failed delivery: the number of the letter and the status of its failure (“5.1.1”)."""

    letter: int
    status: str


def read(content):
    """The ``Report`` in the bytes of a message; None where it is none, or not about a letter of ours.

    Anybody can write to this mailbox. So headers are taken as the text they are: parsing their addresses costs minutes
    for a header made long on purpose, and fails on a malformed one.
    """
    try:
        message = email.message_from_bytes(content[:LONGEST_MESSAGE])
    except RecursionError:  # thousands of messages, each within another
        return None
    if message.get_content_type() != "multipart/report":
        return None
    statuses = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    failed = [
        fields
        for part in statuses
        for fields in part.get_payload()
        if not isinstance(fields, str) and str(fields.get("Action", "")).strip().lower() == "failed"
    ]
    letter = _letter_of(message)
    if not failed or letter is None:
        return None
    return Report(letter, _status(failed[0]))


def _letter_of(message):
    returned = [
        part
        for part in message.walk()
        if part is not message and part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}
    ]
    headers = [str(message.get(name, "")) for name in (*SENT_TO, *NAMES_THE_LETTER)]
    for part in returned:
        inner = part.get_payload(0) if part.is_multipart() else email.message_from_string(_text(part))
        headers += [str(inner.get(name, "")) for name in ("Message-ID", "Return-Path")]
    return envelopes.letter_in(" ".join(headers))


def _text(part):
    return part.get_payload(decode=True).decode("utf-8", "replace")


def _status(fields):
    """The enhanced status; what the server said in its own words is not kept, it may quote addresses."""
    status = str(fields.get("Status", "")).strip().split(" ")[0]
    return status[:20] if status.count(".") == 2 else "5.0.0"


@transaction.atomic
def take(content):
    """Mark the letter that a message reports as undeliverable; it. None when the message is no such report.

    The same report again changes nothing.
    """
    report = read(content)
    if report is None:
        return None
    letter = OutgoingMail.objects.filter(pk=report.letter).first()
    if letter is None:
        return None
    changed = OutgoingMail.objects.filter(pk=letter.pk, state=OutgoingMail.State.SENT).update(
        state=OutgoingMail.State.BOUNCED, bounced_at=clock.now(), last_error=report.status
    )
    letter.refresh_from_db()
    if changed:
        audit.record(
            "letter.bounce", letter, by=None, internal=True, before="sent", after="bounced", status=report.status
        )
    return letter


def take_all():
    """Read the mailbox of ``BOUNCE_MAILBOX_URL``; how many messages were reports. Nothing without one.

    A message that cannot be read stays, and stops no other.
    """
    if not settings.BOUNCE_MAILBOX_URL:
        return 0
    taken = 0
    with _mailbox(settings.BOUNCE_MAILBOX_URL) as messages:
        for content, done in messages:
            if _letter_taken(content):
                taken += 1
                done()
    return taken


def _letter_taken(content):
    try:
        return take(content) is not None
    except Exception as problem:  # whatever a stranger sent; its words may quote addresses
        logger.warning("A message to the mailbox of bounces could not be read (%s)", type(problem).__name__)
        return False


def sweep():
    """``take_all``, run by beat; a mailbox that is away is logged, and read at the next turn."""
    try:
        return take_all()
    except AWAY as problem:
        logger.warning("The mailbox of bounces could not be read (%s)", type(problem).__name__)
        return 0


def _mailbox(url):
    """The messages to read, each with what to call once it was taken."""
    parts = urlsplit(url)
    try:
        opened = {
            "imap": _imap, "imaps": _imap, "pop3": _pop3, "pop3s": _pop3, "maildir": _maildir,
        }[parts.scheme]  # fmt: skip
    except KeyError:
        raise ValueError("BOUNCE_MAILBOX_URL begins with imap, imaps, pop3, pop3s or maildir") from None
    return opened(parts)


@contextmanager
def _maildir(parts):
    """The newest messages: what is no report stays, and must not keep later ones from being read."""
    box = mailbox.Maildir(Path(parts.path), create=False)
    newest = sorted(box.keys(), reverse=True)[:AT_ONCE]  # names begin with the second of their arrival
    yield ((box.get_bytes(key), lambda key=key: box.discard(key)) for key in newest)


@contextmanager
def _imap(parts):
    """Unread messages of the folder in the path (INBOX). What was taken is deleted, the rest stays, read."""
    if parts.scheme == "imaps":
        server = imaplib.IMAP4_SSL(
            parts.hostname, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        )
    else:
        server = imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=TIMEOUT)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(unquote(parts.path.strip("/")) or "INBOX")
        yield _imap_messages(server)
        server.expunge()
    finally:
        server.logout()


def _imap_messages(server):
    _answer, (numbers,) = server.search(None, "UNSEEN")
    for number in numbers.split()[:AT_ONCE]:
        _answer, fetched = server.fetch(number, "(RFC822)")
        content = next((part[1] for part in fetched if isinstance(part, tuple)), None)
        if content is not None:
            yield content, lambda number=number: server.store(number, "+FLAGS", "\\Deleted")


@contextmanager
def _pop3(parts):
    """The newest messages, as in a maildir. What was taken is deleted; the rest stays."""
    if parts.scheme == "pop3s":
        server = poplib.POP3_SSL(
            parts.hostname, parts.port or 995, context=ssl.create_default_context(), timeout=TIMEOUT
        )
    else:
        server = poplib.POP3(parts.hostname, parts.port or 110, timeout=TIMEOUT)
    try:
        server.user(unquote(parts.username or ""))
        server.pass_(unquote(parts.password or ""))
        count = len(server.list()[1])
        yield (
            (b"\r\n".join(server.retr(number)[1]), lambda number=number: server.dele(number))
            for number in range(count, max(count - AT_ONCE, 0), -1)
        )
    finally:
        server.quit()
