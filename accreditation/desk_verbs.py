"""The verbs that the secretariat's desk offers on one application and in bulk: words, forms and who is kept from them.

What may happen is decided by ``workflow.MACHINE`` and the verbs in ``review``; this table only says how to ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may

from . import objections, review
from .desk_forms import AgainstForm, OptionalReasonForm, PlainForm, ReasonForm
from .models import Status
from .workflow import MACHINE


@dataclass(frozen=True)
class DeskVerb:
    """``perform(application, by=, **values of the form)``; ``reads_version``: takes ``seen_version`` too.

    ``rules`` are the names in ``MACHINE`` of which one must be possible; none for holding an application.
    """

    label: Any
    done: Any
    perform: Callable
    rules: tuple = ()
    capability: Capability = Capability.SCREEN
    form: type = PlainForm
    reads_version: bool = False
    in_bulk: bool = True
    tone: str = "neutral"

    def run(self, application, *, by, values, seen_version=None):
        if self.reads_version:
            values = {**values, "seen_version": seen_version}
        return self.perform(application, by=by, **values)

    def applies_to(self, application):
        """Whether the status is one in which this verb has a place at all."""
        return any(application.status in MACHINE.transitions[rule].source for rule in self.rules)

    def hindrance(self, application, user):
        """Why this person cannot do it now although it has a place; empty when it can be tried."""
        reasons = [MACHINE.transitions[rule].refusal(application, user) for rule in self.rules]
        if all(reasons):
            return reasons[0]
        if self.perform is review.approve and application.recommended_by_id == user.pk:
            return _t("You recommended this yourself. Another officer must sign.")
        return ""


VERBS = {
    "recommend": DeskVerb(
        _("Recommend"),
        _("recommended"),
        review.recommend,
        ("recommend",),
        reads_version=True,
        tone="primary",
    ),
    "recommend_against": DeskVerb(
        _("Recommend against"),
        _("recommended against"),
        review.recommend_against,
        ("recommend_against",),
        form=AgainstForm,
        reads_version=True,
    ),
    "approve": DeskVerb(
        _("Give the second signature"),
        _("signed"),
        review.approve,
        ("approve", "approve_against"),
        Capability.SIGN,
        reads_version=True,
        tone="primary",
    ),
    "reopen": DeskVerb(_("Send back to review"), _("sent back"), review.reopen, ("reopen",), form=ReasonForm),
    "accredit": DeskVerb(
        _("Accredit"),
        _("accredited"),
        review.accredit,
        ("accredit",),
        Capability.DECIDE,
        OptionalReasonForm,
        tone="primary",
    ),
    "clear_after_withdrawal": DeskVerb(
        _("Clear: the last objection was withdrawn"),
        _("cleared"),
        objections.clear_after_withdrawal,
        ("clear_after_withdrawal",),
        Capability.CIRCULATE,
    ),
    "not_accredit": DeskVerb(
        _("Do not accredit"),
        _("not accredited"),
        review.not_accredit,
        ("not_accredit",),
        Capability.DECIDE,
        ReasonForm,
    ),
    "revoke": DeskVerb(
        _("Revoke the accreditation"), _("revoked"), review.revoke, ("revoke",), Capability.DECIDE, ReasonForm
    ),
    "assign": DeskVerb(_("Assign to me"), _("assigned to you"), review.assign),
    "release": DeskVerb(_("Give back to the queue"), _("given back"), review.release),
}
"""By name in the address. ``assign`` and ``release`` have no rule in the machine: they change no status."""


@dataclass(frozen=True)
class Offer:
    name: str
    verb: DeskVerb
    hindrance: str


def offers(application, user):
    """The verbs that have a place in the application's status, each with what keeps this person from it."""
    return [
        Offer(name, verb, verb.hindrance(application, user))
        for name, verb in VERBS.items()
        if verb.rules and verb.applies_to(application)
    ]


def bulk_choices(user):
    """``(name, label)`` of the verbs that this person may run on many applications."""
    return [(name, verb.label) for name, verb in VERBS.items() if verb.in_bulk and may(user, verb.capability)]


def may_ask(application, user):
    """Why no question can be sent now; empty when one can."""
    return MACHINE.transitions["request_information"].refusal(application, user) or ""


def is_askable(application):
    return application.status == Status.SUBMITTED
