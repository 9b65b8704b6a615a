"""The verbs that the secretariat's desk offers on one application and in bulk: words, forms and who is kept from them.

What may happen is decided by ``workflow.MACHINE`` and the verbs in ``review``; this table only says how to ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may

from . import assessment, checklists, correspondence, objections, review, staffing
from .desk_forms import (
    AgainstForm,
    ComposeForm,
    DespiteForm,
    DespiteForManyForm,
    HandOverForm,
    OptionalReasonForm,
    PlainForm,
    ReasonForm,
    ShareOutForm,
)
from .models import Status
from .workflow import MACHINE


@dataclass(frozen=True)
class DeskVerb:
    """``perform(application, by=, **values of the form)``; ``reads_version``: takes ``seen_version`` too.
    ``is_letter``: writes to many, in a run only, and takes the ``run`` and the ``seen_status`` as well.

    ``rules`` are the names in ``MACHINE`` of which one must be possible; none for holding an application.
    ``left_to_do`` maps an application and an officer to what should be done first: ``left_form`` is then typed, else
    nothing.
    ``plan`` maps many applications and the values of the form to the officer that each goes to.
    """

    label: Any
    done: Any
    perform: Callable
    rules: tuple = ()
    capability: Capability = Capability.SCREEN
    form: type = PlainForm
    reads_version: bool = False
    in_bulk: bool = True
    alone: bool = True
    plan: Callable | None = None
    is_letter: bool = False
    tone: str = "neutral"
    left_to_do: Callable | None = None
    left_form: type = PlainForm

    def form_for(self, things_left):
        """What is typed for one application of which so much is left to do."""
        if self.left_to_do is None:
            return self.form
        return self.left_form if things_left else PlainForm

    def things_left(self, application, user):
        return self.left_to_do(application, user).things if self.left_to_do else []

    @property
    def needs_words(self):
        """Whether nothing can be worked out before something was typed."""
        return any(field.required for field in self.form.base_fields.values())

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
        assessment.recommend,
        ("recommend",),
        form=DespiteForManyForm,
        left_to_do=checklists.left_to_do,
        left_form=DespiteForm,
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
    "write_letter": DeskVerb(
        _("Write a letter"), _("written"), correspondence.write, form=ComposeForm, alone=False, is_letter=True
    ),
    "assign": DeskVerb(_("Assign to me"), _("assigned to you"), review.assign),
    "hand_over": DeskVerb(
        _("Hand over"), _("handed over"), staffing.hand_over, form=HandOverForm, plan=staffing.all_to_one
    ),
    "share_out": DeskVerb(
        _("Share out by load and language"),
        _("shared out"),
        staffing.hand_over,
        form=ShareOutForm,
        plan=staffing.share_out,
        alone=False,
    ),
    "release": DeskVerb(_("Give back to the queue"), _("given back"), review.release),
}
"""By name in the address. Those without a rule in the machine change no status."""


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
