"""Letters that an officer writes to many applicants at once: filled for each, and written once for each run.

Who gets one is frozen in the run (``bulk``). An application whose status changed since is not written to, until the
officer has looked at it again.
"""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, mail
from imrf_portal.access import Capability
from imrf_portal.errors import Refused

from . import conflicts, wording
from .models.letter_texts import PLACEHOLDER
from .review import require
from .workflow import locked

HELD, AT, NOW = "held", "at", "now"
TEMPLATE = "letter_to_many"
CAN_BE_EMPTY = ("name", "head_name", "contact_name")


def key_of(run):
    """How the keys of the letters of a run begin."""
    return f"letter_run:{run}"


def fill(application, *, subject, body, language, **_when):
    """``(subject, body)`` as this applicant will read it."""
    with translation.override(language):
        values = wording.values_for(application)
    return wording.fill(subject, values), wording.fill(body, values)


def gaps(application, *, subject, body, **_when):
    """The placeholders of the text for which the application has nothing to say."""
    used = set(PLACEHOLDER.findall(f"{subject} {body}"))
    return [name for name in CAN_BE_EMPTY if name in used and not getattr(application, name).strip()]


@transaction.atomic
def write(application, *, by, run, seen_status, subject, body, language, when, due_at=""):
    """Write the letter of a run to the applicant: held, for an hour, or to go now. The same run writes it once."""
    require(by, Capability.SCREEN)
    application = locked(application)
    if reason := conflicts.closed_to(application, by):
        raise Refused(reason)
    if application.status != seen_status:
        raise Refused(
            _("Its status changed after you chose it: it is “%(status)s” now.")
            % {"status": application.get_status_display()}
        )
    applicant = application.applicant
    if not applicant.is_active:
        raise Refused(_("The account was closed; there is no address to write to."))
    mail.queue(
        f"{key_of(run)}:{application.pk}",
        TEMPLATE,
        to=applicant.email,
        recipient=applicant,
        language=language,
        about=application.reference,
        context={},
        words=fill(application, subject=subject, body=body, language=language),
        hold=when == HELD,
        due_at=datetime.fromisoformat(due_at) if due_at else None,
    )
    audit.record("application.write", application, by=by, internal=True, run=run)
    return application


def send_test(words, *, template, language, by, about):
    """Send ``(subject, body)`` to the officer who asks; the letter says that it is a test.

    ``about`` is the reference of the application that it is filled from: who may not know of that reads no test either.
    """
    subject, body = words
    return mail.queue(
        f"test:{by.pk}:{clock.now().isoformat()}",
        template,
        to=by.email,
        recipient=by,
        language=language,
        about=about,
        context={},
        words=(f"[{_('Test')}] {subject}", body),
    )
