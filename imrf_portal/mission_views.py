"""The page on which a Mission's administrator says who may sign in for the State."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from . import missions
from .access import Audience
from .errors import Refused
from .form_fields import NameField
from .users import User

ROLES = [
    (User.MissionRole.OBJECTOR, _("Reads the lists, asks and may object")),
    (User.MissionRole.READER, _("Reads the lists only")),
]


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
    name = NameField(label=_("Name"), limit=150, required=False)
    role = forms.ChoiceField(label=_("What this person may do"), choices=ROLES, widget=forms.RadioSelect)
    private_confirmed = forms.BooleanField(
        label=_("It is a private address, and this person may use it"), required=False
    )


@never_cache
@login_required
def people(request):
    """Delegates of the administrator's State, and the form that invites one."""
    require_mission(request.user)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            delegate = missions.invite(
                given["email"],
                role=given["role"],
                name=given["name"],
                private_confirmed=given["private_confirmed"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _t("Invited: %(who)s. A letter is on its way.") % {"who": delegate})
            return redirect("mission_people")
    context = {"form": form, "zone": "states", "delegates": delegates(request.user)}
    return render(request, "missions/people.html", context)


def delegates(user):
    return [
        {"user": person, "private": missions.is_private(person.email), "ended": person.access_has_ended()}
        for person in missions.delegates_of(user)
    ]


VERBS = {
    "end-access": (missions.end_access, _("%(who)s can no longer sign in.")),
    "forget-second-factor": (
        missions.forget_second_factor,
        _("%(who)s sets up a second proof of identity at the next sign-in."),
    ),
}


@login_required
@require_POST
def act(request, pk, name):
    require_mission(request.user)
    delegate = get_object_or_404(missions.delegates_of(request.user), pk=pk)
    if name not in VERBS:
        raise Http404
    verb, done = VERBS[name]
    try:
        verb(delegate, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"who": delegate})
    return redirect("mission_people")


def require_mission(user):
    if user.audience != Audience.MEMBER_STATE or user.mission_role != User.MissionRole.ADMINISTRATOR:
        raise PermissionDenied
