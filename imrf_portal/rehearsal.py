"""Trying a verb without doing it: what would change, which letters would go out, or why it would be refused.

The verb itself runs in a transaction that is then undone, so that a preview cannot say anything else than the act.
"""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from . import mail
from .errors import Refused


@dataclass
class Rehearsal:
    """``refusal`` is the sentence of a refusal, for ``refused_field`` of the form; ``letters`` were never saved."""

    refusal: str = ""
    refused_field: str | None = None
    before: str = ""
    after: str = ""
    letters: list = field(default_factory=list)

    @property
    def held(self):
        """Those that would wait in the outbox until an officer lets them go."""
        return [letter for letter in self.letters if letter.state == mail.OutgoingMail.State.HELD]

    @property
    def going(self):
        return [letter for letter in self.letters if letter.state != mail.OutgoingMail.State.HELD]


def forbidden_by_the_database():
    return _("The rules of the database do not allow this. Nothing was changed.")


def rehearse(action, application=None):
    """Run ``action`` (a callable without arguments), undo it, and tell what it did to ``application``."""
    outcome = Rehearsal()
    with transaction.atomic():
        try:
            with transaction.atomic(), mail.collected() as letters:
                if application is not None:
                    outcome.before = application.get_status_display()
                action()
                if application is not None:
                    stored = type(application)._base_manager.get(pk=application.pk)
                    outcome.after = stored.get_status_display()
                outcome.letters = letters
        except Refused as refusal:
            outcome.refusal, outcome.refused_field = str(refusal), refusal.field
        except IntegrityError:
            outcome.refusal = forbidden_by_the_database()
        transaction.set_rollback(True)
    return outcome
