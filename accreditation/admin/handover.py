"""What a member of the secretariat who left still holds, and its hand-over to a colleague (T-S32)."""

from django import forms
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Audience, Capability
from imrf_portal.admin_tools import act_page, page, require
from imrf_portal.users import User

from .. import handover, staffing


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("Hand over to"))


def who_left(request):
    """Whoever cannot sign in any more and left work open, with how much."""
    require(request, Capability.SIGN)
    return page(
        request,
        "admin/desk/handover.html",
        admin.site,
        {
            "title": _t("Hand over open work"),
            "lead": _t("People who cannot sign in any more and still hold applications or wait for a signature."),
            "rows": handover.who_left(request.user),
        },
    )


def hand_over(request, pk):
    """One person's open work, and the colleague who takes the applications."""
    require(request, Capability.SIGN)
    person = get_object_or_404(User, pk=pk, audience=Audience.SECRETARIAT)
    held = list(handover.held_by(person, seen_by=request.user).select_related("forum"))
    form = HandOverForm(request.POST or None)
    form.fields["to"].choices = [choice for choice in staffing.choices() if choice[0] != str(person.pk)]
    waiting = handover.waiting_acts(person, seen_by=request.user)
    address = reverse("admin:handover")
    return act_page(
        request,
        admin.site,
        lambda to: handover.hand_over_all(person, by=request.user, to=to),
        title=_t("Hand over from %(name)s") % {"name": person},
        label=_t("Hand over all"),
        done=_t("Handed over. The history keeps who held them before."),
        form=form,
        back=address,
        crumbs=[(address, _t("Hand over open work"))],
        facts=[
            *((row.reference, f"{row.name}, {row.get_status_display()}") for row in held),
            *((_t("Waits for a second signature"), act.subject_name) for act in waiting),
        ],
        effect=_t("All applications listed here are held by the colleague. What waits for a signature stays as it is.")
        if held
        else _t("No application is held. What waits for a signature can be signed or declined as it stands."),
    )


admin.site.add_page("handover/", who_left, "handover")
admin.site.add_page("handover/<int:pk>/", hand_over, "handover_from")


admin.site.add_to_menu(
    _("Hand-over"),
    "admin:handover",
    Capability.SIGN,
    rows=handover.left_behind,
    tone="warn",
    position=70,
    is_seldom=True,
)
