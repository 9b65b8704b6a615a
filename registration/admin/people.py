"""People in the admin: shown, with those who are known twice; what is private only to the registration desk."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, require
from imrf_portal.form_fields import LongTextField, NameField
from imrf_portal.times import short_at_zone
from sessions_app.models import ForumSession

from .. import guardians, people, workflow
from ..models import Representative
from ..models.guardians import IN_QUESTION, WAITING

PUBLIC = ["name", "function", "organization", "forum", "seats"]
PRIVATE = [
    "twice",
    "is_minor",
    "said_of_age",
    "guardian",
    "email",
    "phone",
    "gender",
    "languages",
    "access_needs",
    "wants_visa_letter",
    "passport_number",
]


class SeatForm(forms.Form):
    session = forms.ModelChoiceField(label=_("Session"), queryset=ForumSession.objects.none())
    exception = LongTextField(
        label=_("Reason; it stays on the record"), limit=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PaperForm(forms.Form):
    name = NameField(limit=200, label=_("Name of the parent or guardian who signed"))
    reason = LongTextField(
        label=_("Where the paper is kept, and who received it"), limit=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AgeFilter(admin.SimpleListFilter):
    title = _("age")
    parameter_name = "age"
    choices_of = {
        "minor": (_("under 18"), Q(is_minor=True)),
        "guardian": (_("under 18, no agreement yet"), WAITING),
        "question": (_("under 18 before, passport to be compared"), IN_QUESTION),
    }

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _rows) in self.choices_of.items()]

    def queryset(self, request, queryset):
        chosen = self.choices_of.get(self.value())
        return queryset.filter(chosen[1]) if chosen else queryset


class AgeForm(forms.Form):
    OF_AGE, UNDER_18 = "of_age", "under_18"
    passport = forms.ChoiceField(
        label=_("What the passport says"),
        choices=[
            (OF_AGE, _("18 or older on the first day of the meeting")),
            (UNDER_18, _("Under 18 on the first day of the meeting")),
        ],
        widget=forms.RadioSelect,
    )
    reason = LongTextField(label=_("Who compared it, and where"), limit=500, widget=forms.Textarea(attrs={"rows": 2}))


@admin.register(Representative)
class RepresentativeAdmin(ShownOnly):
    change_form_template = "admin/registration/representative/change_form.html"
    list_display = ["person", "function", "organization", "forum", "visa_letter", "entered"]
    list_filter = ["accreditation__forum", "wants_visa_letter"]
    list_select_related = ["accreditation__organization", "accreditation__forum"]
    search_fields = ["name", "accreditation__organization__name"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(removed_at=None)

    def get_search_fields(self, request):
        """An address can be guessed at by searching, so only those who may read it search by it."""
        return [*self.search_fields, *(["email"] if may(request.user, Capability.REGISTER) else [])]

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), *([AgeFilter] if may(request.user, Capability.REGISTER) else [])]

    def get_urls(self):
        page = path(
            "<int:pk>/guardian/", self.admin_site.admin_view(self.guardian_on_paper), name="registration_guardian"
        )
        age = path("<int:pk>/age/", self.admin_site.admin_view(self.settle_age), name="registration_age")
        seat = path(
            "<int:pk>/register/",
            self.admin_site.admin_view(self.register),
            name="registration_representative_register",
        )
        return [page, age, seat, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        if obj is not None and may(request.user, Capability.REGISTER):
            context["guardian_missing"] = guardians.is_missing(obj)
            context["age_in_question"] = obj.of_age_said_at is not None
            context["may_register"] = True
        return super().render_change_form(request, context, *args, **options)

    def register(self, request, pk):
        """The desk's exception: one person more in a session, also after its deadline, with the reason."""
        require(request, Capability.REGISTER)
        person = self._person_or_404(request, pk)
        form = SeatForm(request.POST or None)
        sessions = ForumSession.objects.filter(forum=person.accreditation.forum_id)
        form.fields["session"].queryset = sessions.exclude(status=ForumSession.Status.CANCELLED)
        return act_page(
            request,
            self.admin_site,
            lambda session, exception: workflow.register_person(person, session, by=request.user, exception=exception),
            title=_t("Register %(name)s for a session") % {"name": person},
            label=_t("Register"),
            done=_t("Registered, with the reason on the record."),
            form=form,
            effect=_t("The seats of the organization count here too: a third person is refused."),
            **self._shared(person),
        )

    def _person_or_404(self, request, pk):
        source = self.get_queryset(request).select_related("accreditation__organization", "accreditation__forum")
        return get_object_or_404(source, pk=pk)

    def _shared(self, person):
        back = reverse("admin:registration_representative_change", args=[person.pk])
        return {
            "back": back,
            "crumbs": [(reverse("admin:registration_representative_changelist"), _t("People")), (back, person)],
            "facts": [
                (_t("Organization"), person.accreditation.organization),
                (_t("Forum"), person.accreditation.forum),
            ],
        }

    def guardian_on_paper(self, request, pk):
        """A signed form on paper takes the place of the agreement on the portal (T-R12)."""
        require(request, Capability.REGISTER)
        person = self._person_or_404(request, pk)
        return act_page(
            request,
            self.admin_site,
            lambda name, reason: guardians.receive_on_paper(person, by=request.user, name=name, reason=reason),
            title=_t("Form of a guardian: %(name)s") % {"name": person},
            label=_t("Record the form"),
            done=_t("Recorded. Letters, pass and entry are open now."),
            form=PaperForm(request.POST or None),
            effect=_t("The person may have letters and a pass, and come in."),
            **self._shared(person),
        )

    def settle_age(self, request, pk):
        """Somebody entered as under 18 is said to be of age: what the passport says (T-R12)."""
        require(request, Capability.REGISTER)
        person = self._person_or_404(request, pk)
        return act_page(
            request,
            self.admin_site,
            lambda passport, reason: guardians.settle_age(
                person, is_of_age=passport == AgeForm.OF_AGE, reason=reason, by=request.user
            ),
            title=_t("Age of %(name)s") % {"name": person},
            label=_t("Settle"),
            done=_t("Settled. The organization was told."),
            form=AgeForm(request.POST or None),
            effect=_t("Of age: letters, pass and entry are open. Under 18: they wait for a parent or guardian."),
            **self._shared(person),
        )

    @admin.display(description=_("entered as under 18 before, said to be of age"), empty_value=_("no"))
    def said_of_age(self, person):
        moment = person.of_age_said_at
        return short_at_zone(moment, person.accreditation.forum.time_zone) if moment else None

    @admin.display(description=_("parent or guardian"), empty_value=_("not asked"))
    def guardian(self, person):
        form = guardians.form_of(person)
        if form is None:
            return None
        if form.agreed_at is None:
            words = _t("%(name)s, %(email)s: asked, has not agreed yet")
        elif form.received_by_id:
            words = _t("%(name)s: signed on paper")
        else:
            words = _t("%(name)s, %(relation)s, %(phone)s: agreed; accompanied by %(other)s")
        return words % {
            "name": form.name,
            "email": form.email,
            "relation": form.relation,
            "phone": form.phone,
            "other": form.accompanied_by,
        }

    def get_fields(self, request, obj=None):
        return PUBLIC + (PRIVATE if may(request.user, Capability.REGISTER) else [])

    @admin.display(description=_("person"), ordering="name")
    def person(self, person):
        """Whoever has no name yet is shown by number: the address is private."""
        return person

    @admin.display(description=_("visa support letter"), empty_value="–")
    def visa_letter(self, person):
        return _t("wanted") if person.wants_visa_letter else None

    @admin.display(description=_("entered at"), ordering="created_at")
    def entered(self, person):
        return short_at_zone(person.created_at, person.accreditation.forum.time_zone)

    @admin.display(description=_("organization"), ordering="accreditation__organization__name")
    def organization(self, person):
        return person.accreditation.organization

    @admin.display(description=_("Forum"))
    def forum(self, person):
        return person.accreditation.forum

    @admin.display(description=_("the same person under another organization"), empty_value=_("nowhere"))
    def twice(self, person):
        found = [(other.name, str(other.accreditation.organization)) for other in people.same_person(person)]
        return format_html_join("; ", "{}, {}", found) or None

    @admin.display(description=_("sessions"), empty_value=_("none"))
    def seats(self, person):
        rows = person.registrations.select_related("forum_session").order_by("forum_session__day_on", "pk")
        lines = [(one.forum_session.title, one.get_status_display(), one.code) for one in rows]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} ({})</li>", lines)) if lines else None
