"""“Your people”: who works on an application, inviting them, taking over from an owner, and joining by a letter."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from imrf_portal import error_views
from imrf_portal.errors import Refused
from imrf_portal.form_fields import LongTextField

from . import teams
from .applicant_access import applicant_page, own_application
from .forms import EmailField
from .models import Membership, TeamInvitation

PARTS = [
    (TeamInvitation.Part.EDITOR, _("Colleague who writes and sends")),
    (TeamInvitation.Part.VIEWER, _("Colleague who only reads")),
    (TeamInvitation.Part.SPONSOR, _("Sponsor of our project: becomes the owner and applies; you go on writing")),
]


class TeamInvitationForm(forms.Form):
    use_required_attribute = False
    email = EmailField(
        label=_("E-mail address"),
        limit=254,
        error_messages={
            "required": _("Enter the e-mail address of the person."),
            "invalid": _("Enter an e-mail address, such as name@example.org."),
        },
    )
    part = forms.ChoiceField(
        label=_("Who is it?"),
        choices=PARTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who it is.")},
    )


class OwnershipForm(forms.Form):
    use_required_attribute = False
    reason = LongTextField(
        label=_("Why should you be the owner?"),
        help_text=_("For example: the owner left our organization in March."),
        limit=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why you should be the owner.")},
    )


@applicant_page
def team(request, reference):
    """GET shows who works here and worked here; POST of the owner invites."""
    application = own_application(request, reference)
    organization = application.organization
    form = TeamInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            teams.invite(organization, given["email"], part=given["part"], by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _t("A letter is on its way to %(who)s.") % {"who": given["email"]})
            return redirect("team", application.reference)
    role = teams.role_of(request.user, organization)
    asked = teams.open_request(organization)
    context = {
        "application": application,
        "forum": application.forum,
        "form": form,
        "members": teams.members(organization),
        "former": teams.former(organization),
        "invitations": teams.open_invitations(organization) if role == Membership.Role.OWNER else [],
        "is_owner": role == Membership.Role.OWNER,
        "is_colleague": role in teams.CHANGEABLE_ROLES,
        "asked": asked,
        "days": teams.KEY_WORKS.days,
    }
    return render(request, "accreditation/team.html", context, status=422 if form.errors else 200)


def _member(application, pk):
    rows = Membership.objects.filter(organization=application.organization_id, ended_at=None)
    return get_object_or_404(rows.select_related("user", "organization"), pk=pk)


@applicant_page
@require_POST
def change_role(request, reference, pk):
    """The owner makes a reader a writer, or the other way round."""
    application = own_application(request, reference)
    membership = _member(application, pk)
    try:
        teams.change_role(membership, request.POST.get("role", ""), by=request.user)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    messages.success(request, _t("Changed for %(who)s.") % {"who": membership.user})
    return redirect("team", application.reference)


@applicant_page
def end_access(request, reference, pk):
    """GET asks “are you sure?”, POST ends the access of a member, or one's own."""
    application = own_application(request, reference)
    membership = _member(application, pk)
    leaves = membership.user_id == request.user.pk
    if request.method == "POST":
        try:
            teams.end_access(membership, by=request.user)
        except Refused as refusal:
            return error_views.refused(request, refusal, status=403)
        messages.success(request, _t("%(who)s does not work here any more.") % {"who": membership.user})
        return redirect("my_applications") if leaves else redirect("team", application.reference)
    title = _t("Leave this organization?") if leaves else _t("End the access of %(who)s?") % {"who": membership.user}
    points = [
        _t("What was written and sent stays, with the name and the time."),
        _t("To come back, a new invitation is needed."),
    ]
    return _confirmation(request, application, title=title, points=points, act=_t("End the access"))


@applicant_page
@require_POST
def take_back(request, reference, pk):
    """The owner takes back an invitation that nobody has used."""
    application = own_application(request, reference)
    invitation = get_object_or_404(teams.open_invitations(application.organization), pk=pk)
    try:
        teams.take_back(invitation, by=request.user)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    messages.success(request, _t("Taken back. The letter leads nowhere now."))
    return redirect("team", application.reference)


@applicant_page
def ask_to_be_owner(request, reference):
    """GET explains, POST asks to take over from the owner."""
    application = own_application(request, reference)
    form = OwnershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            teams.ask_to_be_owner(application.organization, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _t("Asked. The owner has a letter."))
            return redirect("team", application.reference)
    points = [
        _t("The owner has seven days to answer. Whoever hands over stays as a colleague who writes."),
        _t("Without an answer the secretariat decides. Have a letter of the head of your organization ready."),
        _t("The history keeps both of you."),
    ]
    return _confirmation(
        request, application, title=_t("Become the owner?"), points=points, act=_t("Ask to be the owner"), form=form
    )


@applicant_page
def answer_as_owner(request, reference, answer):
    """GET asks the owner “are you sure?”, POST hands over or declines."""
    application = own_application(request, reference)
    asked = teams.open_request(application.organization)
    if asked is None or answer not in ("confirm", "decline"):
        raise Http404
    granted = answer == "confirm"
    if request.method == "POST":
        try:
            teams.answer_as_owner(asked, by=request.user, granted=granted)
        except Refused as refusal:
            return error_views.refused(request, refusal, status=403)
        messages.success(request, _t("Handed over.") if granted else _t("Declined. The person has a letter."))
        return redirect("team", application.reference)
    if granted:
        title, act = _t("Hand over to %(who)s?") % {"who": asked.asked_by}, _t("Hand over")
        points = [
            _t("%(who)s becomes the owner: lets people in, and gets our letters.") % {"who": asked.asked_by},
            _t("You stay as a colleague who writes."),
        ]
    else:
        title, act = _t("Stay the owner?"), _t("Stay the owner")
        points = [_t("%(who)s is told that you stay the owner.") % {"who": asked.asked_by}]
    return _confirmation(request, application, title=title, points=points, act=act)


def _confirmation(request, application, *, title, points, act, form=None):
    context = {
        "application": application, "forum": application.forum, "title": title, "points": points, "act": act,
        "form": form,
    }  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return render(request, "accreditation/team_confirm.html", context, status=status)


@applicant_page
def invitation(request, key):
    """The page behind the key of a letter: GET says what is offered, POST joins."""
    try:
        if request.method == "POST":
            organization = teams.join(key, by=request.user)
            messages.success(request, _t("You work on this application now."))
            application = organization.applications.order_by("-pk").first()
            return redirect(application or "my_applications")
        found = teams.invitation_by(key, reader=request.user)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    return render(request, "accreditation/team_invitation.html", {"invitation": found})
