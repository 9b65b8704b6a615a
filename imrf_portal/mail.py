"""Letters: written in the transaction of what they report, posted later, each key once.

``queue`` writes the row; ``deliver_due`` (a sweep, nudged after commit) posts what is due. The row is the truth.
What an officer may do with a letter stands in ``outbox``; what comes back is read by ``bounces``.
"""

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from . import clock, envelopes, hints, mail_problems, sight
from .access import Capability, may

logger = logging.getLogger(__name__)
OPENING_TAGS = re.compile(r"(?:{% (?:load|autoescape) [^%]*%})*")
MAX_ATTEMPTS = 12
CLAIM = timedelta(minutes=5)
_collected = ContextVar("collected", default=None)


class OutgoingMail(models.Model):
    """One letter to one address."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        HELD = "held", _("On hold")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        BOUNCED = "bounced", _("Came back")
        DISCARDED = "discarded", _("Discarded")

    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(_("letter"), max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    to = models.EmailField(_("to"))
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(_("subject"), max_length=255)
    body = models.TextField(_("text"))
    body_html = models.TextField(blank=True)
    about = models.CharField(_("reference"), max_length=40, blank=True, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    due_at = models.DateTimeField(_("due at"), default=clock.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=255, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("came back at"), null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stop_reason = models.CharField(_("why it was held or discarded"), max_length=300, blank=True)
    first_text = models.TextField(_("text before an officer changed it"), blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="letter_due")]

    def __str__(self):
        return f"{self.subject} ({self.get_state_display()})"


def one_line(text):
    return " ".join(str(text).split())


def compose(
    key, template, *, to, context, recipient=None, language=None, about="", due_at=None, hold=False, words=None
):
    """A letter that is not kept yet; see ``queue``. ``words`` is ``(subject, body)`` in place of the template's."""
    language = language or (recipient.language if recipient else "en")
    context = {"portal_url": settings.PORTAL_URL, "about": about, **context}
    with translation.override(language):
        first, body = words or _standing_words(template, context)
        subject = one_line(first)[:250]
        html = _as_html(subject, body, context)
    return OutgoingMail(
        key=key,
        template=template,
        recipient=recipient,
        to=to,
        language=language,
        subject=subject,
        body=body.strip() + "\n",
        body_html=html,
        about=about,
        due_at=due_at or clock.now(),
        state=OutgoingMail.State.HELD if hold else OutgoingMail.State.QUEUED,
    )


def _as_html(subject, body, context):
    return render_to_string("mail/letter.html", {**context, "subject": subject, "paragraphs": paragraphs(body)})


def html_of(letter, subject, body):
    """The letter's text as the HTML half, in its language."""
    with translation.override(letter.language):
        return _as_html(subject, body, {"portal_url": settings.PORTAL_URL, "about": letter.about})


def queue(key, template, **about_it):
    """Write one letter in the running transaction; the same key a second time changes nothing.

    ``template`` names ``templates/mail/<template>.txt``: the first line is the subject, the rest the text;
    ``about`` is the reference the letter speaks of. Takes what
    ``compose`` takes and returns the row.
    """
    composed = compose(key, template, **about_it)
    fields = {field.attname for field in OutgoingMail._meta.concrete_fields} - {"id", "key"}
    letter, created = OutgoingMail.objects.get_or_create(
        key=key, defaults={name: getattr(composed, name) for name in fields}
    )
    if created:
        transaction.on_commit(nudge)
        if (collecting := _collected.get()) is not None:
            collecting.append(letter)
    return letter


def queue_many(letters):
    """Write many composed letters at once, in the running transaction; a key that is known changes nothing."""
    letters = list(letters)
    OutgoingMail.objects.bulk_create(letters, batch_size=200, ignore_conflicts=True)
    transaction.on_commit(nudge)
    if (collecting := _collected.get()) is not None:
        collecting.extend(letters)


def readdressed(letter, *, key, to):
    """A composed letter with the same words, for the user ``to``."""
    fields = {field.attname: getattr(letter, field.attname) for field in OutgoingMail._meta.concrete_fields}
    return OutgoingMail(**fields | {"id": None, "key": key, "recipient_id": to.pk, "to": to.email})


def _standing_words(template, context):
    """``(subject, body)`` of the portal's own text. A line break in a name stays in the line where it was written."""
    subject, body = _halves(template)
    return subject.render(context), body.render(context).strip()


@cache
def _halves(template):
    """The templates of a letter's subject, the first line of its file, and of its text, the rest."""
    first, _newline, rest = get_template(f"mail/{template}.txt").template.source.partition("\n")
    settled = OPENING_TAGS.match(first)[0]
    make = engines["django"].from_string
    return make(f"{first}{{% endautoescape %}}"), make(settled + rest)


@contextmanager
def collected():
    """The list of the letters written inside the block: for a preview of what a verb would send."""
    letters = []
    token = _collected.set(letters)
    try:
        yield letters
    finally:
        _collected.reset(token)


def paragraphs(text):
    """The paragraphs of a plain text, each a list of lines."""
    return [block.split("\n") for block in text.strip().split("\n\n") if block.strip()]


def nudge():
    """Hint the worker that letters wait."""
    from .tasks import deliver_letters

    hints.give(deliver_letters)


def oldest_due():
    """Since when the oldest letter that should have gone is due; None when all have."""
    return due().aggregate(models.Min("due_at"))["due_at__min"]


def due():
    """The letters to be posted now: waiting, due, and claimed by nobody."""
    now = clock.now()
    return OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED, due_at__lte=now).filter(
        models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
    )


NOBODY = "erased@erased.invalid"


@transaction.atomic
def forget(letters, *, to=NOBODY):
    """Take the words and the address out of letters (a queryset); what has not gone does not go any more.

    Whatever erases somebody's data calls it. That a letter of this kind went, when, and about what, stays.
    """
    State = OutgoingMail.State
    waiting = letters.filter(state__in=[State.QUEUED, State.HELD, State.FAILED])
    waiting.update(state=State.DISCARDED, claimed_until=None)
    return letters.update(to=to, subject=models.F("about"), body="", body_html="", first_text="")


LETS_ITS_READER_IN = ("account_", "representative_invitation", "guardian_form", "team_", "ownership_")
"""How the names of letters begin that carry a code or an address which opens something for whoever holds it.

Those of a team and of its owner also name the organization of a draft, and people whom only its owner knows.
"""


def readable_by(user):
    """The letters that this officer may read: of her Forums, and none that would let her in as somebody else."""
    if not may(user, Capability.VIEW):
        return OutgoingMail.objects.none()
    letters = sight.visible(OutgoingMail.objects.all(), user)
    for beginning in LETS_ITS_READER_IN:
        letters = letters.exclude(template__startswith=beginning)
    return letters


def deliver_due(limit=200):
    """Post what is due, each letter claimed by one worker; return how many were posted."""
    sent = 0
    for pk in list(due().order_by("due_at").values_list("pk", flat=True)[:limit]):
        sent += deliver(pk)
    return sent


def deliver(pk):
    """Claim and post one letter; True when it was posted. A crash may repeat a letter, never lose one."""
    now = clock.now()
    if not due().filter(pk=pk).update(claimed_until=now + CLAIM, attempts=models.F("attempts") + 1):
        return False
    letter = OutgoingMail.objects.get(pk=pk)
    message = EmailMultiAlternatives(
        letter.subject,
        letter.body,
        from_email=envelopes.return_address(pk),
        to=[letter.to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": envelopes.message_id(pk),
            "X-Letter": str(letter.pk),
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.body_html:
        message.attach_alternative(letter.body_html, "text/html")
    try:
        message.send()
    except Exception as problem:
        # Any refusal of the mail server is kept on the row, without the server's words, which may quote addresses.
        code = mail_problems.code_of(problem)
        failed = mail_problems.is_final(problem) or letter.attempts >= MAX_ATTEMPTS
        OutgoingMail.objects.filter(pk=pk).update(
            state=OutgoingMail.State.FAILED if failed else OutgoingMail.State.QUEUED,
            due_at=now + timedelta(seconds=min(30 * 2 ** (letter.attempts - 1), 3600)),
            claimed_until=None,
            last_error=code,
        )
        logger.warning("Letter %s could not be posted (%s)", pk, code)
        return False
    OutgoingMail.objects.filter(pk=pk).update(
        state=OutgoingMail.State.SENT, sent_at=clock.now(), claimed_until=None, last_error=""
    )
    return True
