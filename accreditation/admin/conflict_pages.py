"""Conflicts of interest at the desk: the question before a file opens, one's own interests, and recusals to lift."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability
from imrf_portal.admin_tools import ShownOnly, act_page, attempt, back_to, page, require
from imrf_portal.errors import Refused
from imrf_portal.form_fields import LongTextField, NameField
from imrf_portal.geography import Country
from imrf_portal.times import short_at_zone

from .. import conflicts, recusals
from ..desk_forms import ReasonForm
from ..models import Application, ConflictDeclaration, DeclaredInterest

QUEUE = "admin:accreditation_application_changelist"
RECUSALS = "admin:accreditation_conflictdeclaration_changelist"


class ConflictForm(forms.Form):
    has_conflict = forms.TypedChoiceField(
        label=_("Do you have a conflict of interest?"),
        choices=[("no", _("No. I can assess this file as any other")), ("yes", _("Yes. I recuse myself from it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = LongTextField(
        label=_("What the conflict is, or why there is none"),
        help_text=_("Needed when you recuse yourself. Coordinators read it; the applicant does not."),
        limit=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InterestForm(forms.Form):
    country = forms.ModelChoiceField(
        label=_("A country of yours"), queryset=Country.objects.all(), required=False, empty_label=_("None to add")
    )
    organization = NameField(
        label=_("An organization you work or worked for, or belong to"),
        help_text=_("As it calls itself; its name, not its acronym alone."),
        required=False,
    )

    def clean(self):
        given = super().clean()
        if not self.errors and not given.get("country") and not given.get("organization"):
            self.add_error("organization", _t("Choose a country or write the name of an organization."))
        return given


def answer(request, pk):
    """The question about one file: name and country, why it is asked, and the answer, which is recorded."""
    require(request, Capability.VIEW)
    known = Application.objects.visible_to(request.user).select_related("country", "forum")
    application = get_object_or_404(known, pk=pk)
    form = ConflictForm(request.POST or None)
    review = reverse("admin:accreditation_application_change", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            recusals.declare(application, by=request.user, **given)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            if given["has_conflict"]:
                words = _t("You are recused from %(reference)s. It is gone from your lists.")
                messages.success(request, words % {"reference": application.reference})
                return redirect(QUEUE)
            messages.success(request, _t("Recorded: no conflict of interest."))
            return back_to(request, review)
    return page(
        request,
        "admin/desk/conflict.html",
        admin.site,
        {
            "title": _t("Conflict of interest: %(name)s") % {"name": application.name},
            "application": application,
            "ties": conflicts.ties(application, request.user),
            "declared": ConflictDeclaration.objects.filter(application=application, officer=request.user).first(),
            "form": form,
            "going_to": request.POST.get("next") or request.GET.get("next") or "",
            "crumbs": [(reverse(QUEUE), _t("Queue"))],
        },
        status=422 if form.errors else 200,
    )


def interests(request):
    """An officer's own page: what ties her to applicants, and the files she is recused from."""
    require(request, Capability.VIEW)
    form = InterestForm(request.POST if request.POST.get("do") == "add" else None)
    own = DeclaredInterest.objects.filter(officer=request.user, ended_at=None).select_related("country")
    if request.method == "POST" and request.POST.get("do") == "end":
        interest = get_object_or_404(own, pk=request.POST.get("interest", "0"))
        attempt(request, lambda: recusals.end_interest(interest, by=request.user), done=_t("Taken back."))
        return redirect("admin:interests")
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if given["country"]:
            recusals.declare_interest(by=request.user, country=given["country"])
        if given["organization"]:
            recusals.declare_interest(by=request.user, organization=given["organization"])
        messages.success(request, _t("Kept. Before you open a file that this concerns, you are asked."))
        return redirect("admin:interests")
    mine = ConflictDeclaration.objects.filter(officer=request.user)
    return page(
        request,
        "admin/desk/interests.html",
        admin.site,
        {
            "title": _t("Your interests"),
            "interests": own,
            "form": form,
            "recusals": mine.recusals().select_related("application"),
        },
        status=422 if form.errors else 200,
    )


class StandingRecusals(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [("recused", _("Recused now")), ("lifted", _("Recusal lifted")), ("none", _("No conflict"))]

    def queryset(self, request, declarations):
        match self.value():
            case "recused":
                return declarations.recusals()
            case "lifted":
                return declarations.exclude(lifted_at=None)
            case "none":
                return declarations.filter(has_conflict=False)
        return declarations


@admin.register(ConflictDeclaration)
class ConflictDeclarationAdmin(ShownOnly):
    """For coordinators: who is recused from what, and why."""

    sees = Capability.DECIDE
    change_form_template = "admin/accreditation/conflictdeclaration/change_form.html"
    list_display = ["application", "officer", "has_conflict", "declared", "lifted", "lifted_by"]
    list_filter = [StandingRecusals, "application__forum"]
    list_select_related = ["application", "officer", "lifted_by"]
    search_fields = ["application__reference", "officer__email", "officer__name"]
    fields = ["application", "officer", "has_conflict", "reason", "declared", "lifted", "lifted_by", "lifted_reason"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("declared"), ordering="declared_at")
    def declared(self, declaration):
        return short_at_zone(declaration.declared_at)

    @admin.display(description=_("lifted"), ordering="lifted_at", empty_value="–")
    def lifted(self, declaration):
        return short_at_zone(declaration.lifted_at) if declaration.lifted_at else None

    def get_urls(self):
        lift = path("<int:pk>/lift/", self.admin_site.admin_view(self.lift), name="recusal_lift")
        return [lift, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        context["may_lift"] = obj is not None and obj.has_conflict and not obj.lifted_at
        return super().render_change_form(request, context, *args, **options)

    def lift(self, request, pk):
        require(request, Capability.DECIDE)
        declaration = get_object_or_404(
            self.get_queryset(request).select_related("application", "officer"), pk=pk, has_conflict=True
        )
        back = reverse("admin:accreditation_conflictdeclaration_change", args=[pk])
        return act_page(
            request,
            self.admin_site,
            lambda reason: recusals.lift(declaration, by=request.user, reason=reason),
            title=_t("Lift the recusal of %(who)s") % {"who": declaration.officer},
            label=_t("Lift the recusal"),
            done=_t("Lifted. The officer sees the file again."),
            form=ReasonForm(request.POST or None),
            back=back,
            crumbs=[(reverse(RECUSALS), _t("Conflicts of interest")), (back, declaration.application.reference)],
            facts=[
                (_t("Application"), declaration.application.reference),
                (_t("Officer"), declaration.officer),
                (_t("Why she or he is recused"), declaration.reason),
            ],
            effect=_t("The officer may see and assess this file again. Your reason stays in its history."),
        )


admin.site.add_page("interests/", interests, "interests")
