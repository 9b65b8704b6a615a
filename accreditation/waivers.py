"""A rule waived for one application, because what it asks for cannot be had: proposed with a reason, signed by a second
officer; completeness honours it from then on, and the applicant is told.
"""

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import audit, countersigned
from imrf_portal.errors import Refused

from .models import Application, Status, Waiver
from .workflow import current_documents, locked, tell

NAME = "waiver"
WAIVABLE = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
"""Statuses in which an application can still lack something."""


class WaiverForm(countersigned.ProposalForm):
    rule = forms.ChoiceField(label=_("Rule"), choices=Waiver.Rule.choices, widget=forms.RadioSelect)
    field_order = ["rule", "reason"]


def subjects(user):
    """Those that can still be sent or answered. Of a draft an officer learns nothing but the reference."""
    known = Application.objects.known_at_desk(user)
    return known.filter(status__in=WAIVABLE, erased_at=None).select_related("call__forum", "forum")


def is_given(application, rule):
    """Whether the application holds the document that the rule asks for."""
    return rule in current_documents(application)


def rests_on(application, parameters):
    return {"is_given": is_given(application, parameters["rule"])}


def shown(_key, value, _act):
    return _t("Given by the applicant"), _t("yes") if value else _t("no")


def describe(act):
    return _t("“%(rule)s” is not asked of this application.") % {"rule": Waiver.Rule(act.parameters["rule"]).label}


@transaction.atomic
def waive(application, act):
    """Let one rule not hold for one application; the applicant is told. Returns the ``Waiver``."""
    countersigned.require_consent(act, NAME, application)
    application = locked(application)
    rule = act.parameters["rule"]
    if rule not in Waiver.Rule.values:
        raise Refused(_t("This rule cannot be waived."), field="rule")
    if application.status not in WAIVABLE:
        raise Refused(
            _t("This cannot be done while the status is “%(status)s”.") % {"status": application.get_status_display()}
        )
    if is_given(application, rule):
        raise Refused(_t("The applicant has given this already; there is nothing to waive."), field="rule")
    if application.waivers.filter(rule=rule).exists():
        raise Refused(_t("This rule was waived already."), field="rule")
    waiver = Waiver.objects.create(
        application=application,
        act=act,
        rule=rule,
        reason=act.reason,
        granted_by=act.proposed_by,
        signed_by=act.signed_by,
    )
    audit.record(
        "application.waive",
        application,
        by=act.proposed_by,
        reason=act.reason,
        rule=rule,
        signed_by=str(act.signed_by),
    )
    tell(application, "rule_waived", key=f"application.waive:{waiver.pk}", waiver=waiver)
    return waiver


KIND = countersigned.Kind(
    NAME,
    _("Waive a rule for one application"),
    subjects=subjects,
    known=Application.objects.known_at_desk,
    perform=waive,
    describe=describe,
    rests_on=rests_on,
    shown=shown,
    address=lambda pk: reverse("admin:exceptions"),
    form=WaiverForm,
    topic_of=lambda parameters: parameters["rule"],
)
