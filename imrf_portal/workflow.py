"""The only way to change a status: a table of transitions and the machine that performs them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from . import audit
from .access import Audience, may
from .deadlines import Closed
from .errors import Refused


@dataclass(frozen=True)
class Transition:
    """One row of the table: which verb leads from where to where, for whom, in which window.

    ``source`` is a tuple of statuses, ``target`` a status. ``who`` is an ``Audience``; ``capability`` what a member of
    the secretariat must hold. ``window`` maps the subject to the ``deadlines.Window`` in which the verb is possible.
    """

    source: tuple
    target: str
    who: Audience
    capability: str | None = None
    window: Callable | None = None

    def refusal(self, subject, actor):
        """Why this may not happen now, in words for a person; None if it may."""
        if Audience.of(actor) != self.who:
            return _("Only %(who)s may do this.") % {"who": self.who.label}
        if self.capability and not may(actor, self.capability):
            return _("Your role does not include this. Ask a coordinator.")
        if subject.status not in self.source:
            return _("This cannot be done while the status is “%(status)s”.") % {"status": subject.get_status_display()}
        return self.window(subject).refusal() if self.window else None


class Machine:
    """The transitions of one model, by verb.

    ``guard`` maps (verb, subject, actor) to why this actor may not work on this subject at all, None if it may; it is
    asked when a verb is performed, and not for each button.
    """

    def __init__(self, noun, transitions, guard=None):
        self.noun = noun
        self.transitions = transitions
        self.guard = guard

    def possible(self, subject, actor):
        """The verbs this actor may perform on the subject now, in the order of the table."""
        return [name for name, rule in self.transitions.items() if rule.refusal(subject, actor) is None]

    def require(self, name, subject, *, by):
        """Raise ``Refused`` (``Closed`` for a window) unless the verb is possible now."""
        rule = self.transitions[name]
        if reason := rule.refusal(subject, by):
            if rule.window and subject.status in rule.source and not rule.window(subject).is_open():
                raise Closed(rule.window(subject), reason)
            raise Refused(reason)

    @transaction.atomic
    def perform(self, name, subject, *, by, reason="", happened_at=None, internal=False, detail=None, **fields):
        """Change the status, write ``fields`` with it, record the event; return the subject as stored.

        The change is a compare-and-swap on the status, so of two at once one is refused on every database.
        """
        rule = self.transitions[name]
        self.require(name, subject, by=by)
        if self.guard and (reason_against := self.guard(name, subject, by)):
            raise Refused(reason_against)
        before = subject.status
        changed = type(subject)._base_manager.filter(pk=subject.pk, status=before).update(status=rule.target, **fields)
        if not changed:
            current = type(subject)._base_manager.get(pk=subject.pk)
            raise Refused(
                _("Someone else changed this a moment ago: the status is now “%(status)s”. Reload the page.")
                % {"status": current.get_status_display()}
            )
        subject.status = rule.target
        for field, value in fields.items():
            setattr(subject, field, value)
        audit.record(
            f"{self.noun}.{name}",
            subject,
            by=by,
            before=before,
            after=rule.target,
            reason=reason,
            happened_at=happened_at,
            internal=internal,
            **(detail or {}),
        )
        return subject
