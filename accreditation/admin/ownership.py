"""Requests to become the owner of an organization that its owner did not answer: decided here, with proof (T-A28)."""

from django import forms
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import sight
from imrf_portal.access import Capability
from imrf_portal.admin_tools import act_page, page, require
from imrf_portal.form_fields import LongTextField

from .. import teams
from ..models import OwnershipRequest

QUEUE = "admin:ownership"


class DecisionForm(forms.Form):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Becomes the owner")), ("no", _("The owner stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    proof = LongTextField(
        label=_("What the decision rests on"),
        help_text=_("For example: letter of the head of the organization of 12 March. It stays on the record."),
        limit=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def waiting(request):
    """What waits for a decision of the secretariat, the oldest first."""
    require(request, Capability.SIGN)
    return page(
        request,
        "admin/desk/ownership.html",
        admin.site,
        {
            "title": _t("Requests to become the owner"),
            "lead": _t("The owner did not answer within seven days, or can no longer sign in."),
            "rows": list(sight.visible(teams.for_the_secretariat(), request.user)[:100]),
        },
    )


def decide(request, pk):
    """One request with the people of the organization, now and before; the decision and its proof."""
    require(request, Capability.SIGN)
    known = sight.visible(OwnershipRequest.objects.select_related("organization", "asked_by"), request.user)
    asked = get_object_or_404(known, pk=pk)
    address = reverse(QUEUE)
    return act_page(
        request,
        admin.site,
        lambda granted, proof: teams.decide_by_proof(asked, by=request.user, granted=granted, proof=proof),
        title=_t("Who owns %(name)s?") % {"name": asked.organization},
        label=_t("Decide"),
        done=_t("Decided. Those concerned have a letter; the history keeps both."),
        form=DecisionForm(request.POST or None),
        back=address,
        crumbs=[(address, _t("Requests to become the owner"))],
        facts=_facts(asked),
        effect=_t("Whoever is replaced loses access; whoever asked gets the letters and lets people in."),
    )


def _facts(asked):
    yield _t("Asked by"), f"{asked.asked_by} <{asked.asked_by.email}>"
    yield _t("Why"), asked.reason
    for row in teams.members(asked.organization):
        yield row.get_role_display(), f"{row.user}, {_t('since')} {row.since_at:%Y-%m-%d}"
    for row in teams.former(asked.organization)[:20]:
        yield _t("Earlier"), f"{row.user}, {row.get_role_display()}, {row.since_at:%Y-%m-%d} – {row.ended_at:%Y-%m-%d}"


def waits(user):
    return sight.visible(teams.for_the_secretariat(), user)


admin.site.add_page("ownership/", waiting, "ownership")
admin.site.add_page("ownership/<int:pk>/", decide, "ownership_decide")
admin.site.add_to_menu(_("Owners"), QUEUE, Capability.SIGN, rows=waits, tone="warn", position=71, is_seldom=True)
