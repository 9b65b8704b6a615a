"""Two applications that look alike, side by side, before anybody says whether they are of one organization."""

from django import forms
from django.contrib import admin
from django.http import Http404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import geography
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import act_page, require
from imrf_portal.form_fields import LongTextField

from .. import review, side_by_side
from ..models import DuplicateDecision
from .cases import find


class DecideForm(forms.Form):
    is_same = forms.TypedChoiceField(
        label=_("Are they one organization?"),
        choices=[("no", _("No: two organizations")), ("yes", _("Yes: the same one"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = LongTextField(
        label=_("How do you know"),
        limit=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Colleagues read it with both applications. The applicants do not."),
    )


def compare(request, pk, other):
    """Both side by side with what agrees; the decision is kept with both, and can be changed."""
    require(request, Capability.SCREEN)
    if pk == other:
        raise Http404
    one, two = find(request, pk), find(request, other)
    decision = DuplicateDecision.objects.select_related("decided_by").filter(
        first_id=min(pk, other), second_id=max(pk, other)
    ).first()  # fmt: skip
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    back = reverse("admin:accreditation_application_change", args=[pk])
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        back = wanted
    return act_page(
        request,
        admin.site,
        lambda **values: review.decide_duplicate(one, two, by=request.user, **values),
        title=_t("Compare: %(one)s and %(other)s") % {"one": one.reference, "other": two.reference},
        label=_t("Keep this decision"),
        done=_t("Your decision is kept with both applications."),
        form=DecideForm(request.POST or None, initial=_kept(decision)),
        back=back,
        crumbs=[(reverse("admin:accreditation_application_changelist"), _t("Queue")), (back, one.reference)],
        effect=_t("The decision stays with both applications, with its reason. The applicants are not told."),
        template="admin/accreditation/application/compare.html",
        more={
            **table(one, two),
            "decision": decision,
            "may_merge": may(request.user, Capability.SIGN) and one.organization_id != two.organization_id,
        },
    )


def table(one, two):
    """What the table of two applications side by side shows."""
    lines = list(side_by_side.lines(side_by_side.sent_by(one), side_by_side.sent_by(two), geography.names()))
    return {"sides": [one, two], "lines": lines, "agreeing": sum(line.agrees is True for line in lines)}


def _kept(decision):
    return {"is_same": "yes" if decision.is_same else "no", "reason": decision.reason} if decision else {}
