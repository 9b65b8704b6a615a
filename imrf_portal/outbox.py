"""What an officer may do with a letter: hold it, let it go, change its text, set its hour, try again, discard it.

Each verb is one conditional UPDATE, so that a letter a worker is posting at this moment is left alone; each leaves an
event. Which letters an officer may read is decided by ``mail.readable_by``.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from . import audit, clock, mail, texts
from .access import Capability, may
from .errors import Refused
from .mail import OutgoingMail

QUEUED, HELD, SENT = OutgoingMail.State.QUEUED, OutgoingMail.State.HELD, OutgoingMail.State.SENT
FAILED, BOUNCED, DISCARDED = OutgoingMail.State.FAILED, OutgoingMail.State.BOUNCED, OutgoingMail.State.DISCARDED
DID_NOT_ARRIVE = (FAILED, BOUNCED)
SOURCES = {
    "hold": {QUEUED},
    "release": {HELD},
    "edit": {HELD},
    "send_at": {QUEUED, HELD},
    "replay": {FAILED, BOUNCED},
    "readdress": {FAILED, BOUNCED},
    "discard": {QUEUED, HELD, FAILED, BOUNCED},
    "restore": {DISCARDED},
}
"""From which states each verb leads."""
LONGEST_TEXT = 20_000
LONGEST_REASON = 300


def may_act(user):
    """Whoever may ask applicants or write to Missions may also act on letters."""
    return may(user, Capability.SCREEN) or may(user, Capability.CIRCULATE)


def refusal(name, letter, user):
    """Why this verb is not possible on the letter now; None if it is."""
    if not may_act(user):
        return _("Your role does not include this. Ask a coordinator.")
    if letter.state not in SOURCES[name]:
        return _("This cannot be done while the letter is in the state “%(state)s”.") % {
            "state": letter.get_state_display()
        }
    if letter.claimed_until and letter.claimed_until > clock.now():
        return _("This letter is being posted at this moment. Look again in a few minutes.")
    if not letter.body:
        return _("The text of this letter was erased. Nothing can be sent any more.")
    if name == "readdress" and present_address(letter) is None:
        return _("The person has given no other address since.")
    return None


def present_address(letter):
    """The address of the recipient's account, where the letter went to another; None otherwise."""
    if letter.recipient is None or not letter.recipient.is_active:
        return None
    address = letter.recipient.email
    return address if address.lower() != letter.to.lower() else None


@transaction.atomic
def hold(letter, *, by, reason=""):
    """Keep a letter that waits from going out."""
    letter = _move("hold", letter, by, state=HELD, stopped_by=by, stop_reason=_reason(reason))
    audit.record("letter.hold", letter, by=by, internal=True, before=QUEUED, after=HELD, reason=letter.stop_reason)
    return letter


@transaction.atomic
def release(letter, *, by):
    """Let a held letter go, at its hour or now."""
    letter = _move("release", letter, by, state=QUEUED, stopped_by=None, stop_reason="", **_again())
    audit.record("letter.release", letter, by=by, internal=True, before=HELD, after=QUEUED)
    return letter


@transaction.atomic
def send_at(letter, *, by, due_at):
    """Let a letter go at an hour to come (aware)."""
    if due_at <= clock.now():
        raise Refused(_("This hour has passed. Choose a later one, or let the letter go now."), field="due_at")
    before = letter.state
    letter = _move(
        "send_at", letter, by, state=QUEUED, stopped_by=None, stop_reason="", **_again() | {"due_at": due_at}
    )
    audit.record("letter.send_at", letter, by=by, internal=True, before=before, after=QUEUED, due_at=str(due_at))
    return letter


@transaction.atomic
def edit(letter, *, by, subject, body):
    """Give a held letter another text; the first one is kept beside it."""
    subject, body = mail.one_line(texts.clean_name(subject)), texts.clean(body)
    if not subject:
        raise Refused(_("A letter needs a subject."), field="subject")
    if not body:
        raise Refused(_("A letter needs a text."), field="body")
    first = letter.first_text or f"{letter.subject}\n\n{letter.body}"
    html = mail.html_of(letter, subject[:250], body)
    letter = _move("edit", letter, by, subject=subject[:250], body=f"{body}\n", body_html=html, first_text=first)
    audit.record("letter.edit", letter, by=by, internal=True)
    return letter


@transaction.atomic
def replay(letter, *, by):
    """Send a letter again that failed or came back, to the same address, now."""
    before = letter.state
    letter = _move("replay", letter, by, state=QUEUED, **_again() | {"due_at": clock.now()})
    audit.record("letter.replay", letter, by=by, internal=True, before=before, after=QUEUED)
    return letter


@transaction.atomic
def readdress(letter, *, by):
    """Send a letter that did not arrive to the address that the person uses now."""
    before, address = letter.state, present_address(letter)
    if address is None:
        raise Refused(refusal("readdress", letter, by))
    letter = _move("readdress", letter, by, state=QUEUED, to=address, **_again() | {"due_at": clock.now()})
    audit.record("letter.readdress", letter, by=by, internal=True, before=before, after=QUEUED)
    return letter


@transaction.atomic
def discard(letter, *, by, reason):
    """Never send a letter; it stays in the record, and ``restore`` takes the decision back."""
    if not reason.strip():
        raise Refused(_("Say why the letter is not sent."), field="reason")
    before = letter.state
    letter = _move("discard", letter, by, state=DISCARDED, stopped_by=by, stop_reason=_reason(reason))
    audit.record(
        "letter.discard", letter, by=by, internal=True, before=before, after=DISCARDED, reason=letter.stop_reason
    )
    return letter


@transaction.atomic
def restore(letter, *, by):
    """Take back that a letter was discarded: it is on hold again, and does not go by itself."""
    letter = _move("restore", letter, by, state=HELD, stopped_by=by, stop_reason="")
    audit.record("letter.restore", letter, by=by, internal=True, before=DISCARDED, after=HELD)
    return letter


VERBS = {
    "hold": hold,
    "release": release,
    "edit": edit,
    "send_at": send_at,
    "replay": replay,
    "readdress": readdress,
    "discard": discard,
    "restore": restore,
}


def _reason(text):
    return texts.clean_name(text)[:LONGEST_REASON]


def _again():
    return {"attempts": 0, "claimed_until": None, "last_error": "", "bounced_at": None}


def _move(name, letter, by, **changes):
    letter.refresh_from_db()
    if reason := refusal(name, letter, by):
        raise Refused(reason)
    now = clock.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    changed = OutgoingMail.objects.filter(free, pk=letter.pk, state__in=SOURCES[name]).update(**changes)
    letter.refresh_from_db()
    if not changed:
        raise Refused(refusal(name, letter, by) or _("The letter changed at this moment. Look at it again."))
    if letter.state == QUEUED:
        transaction.on_commit(mail.nudge)
    return letter
