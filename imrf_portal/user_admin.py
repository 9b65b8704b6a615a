"""People in the admin: staff roles, Missions' administrators, ending access. Nobody is deleted; no password is seen."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, missions, roles
from .access import Audience, Capability, may
from .admin_tools import TellsTheTime
from .errors import Refused
from .geography import Country
from .support_look import SEEN
from .users import User


class PersonForm(forms.ModelForm):
    groups = forms.ModelMultipleChoiceField(
        label=_("roles in the secretariat"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    working_languages = forms.MultipleChoiceField(
        label=_("languages they assess in"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("When work is shared out, applications go to those who read the language."),
    )

    class Meta:
        model = User
        fields = [
            "email", "name", "audience", "groups", "working_languages",
            "member_state", "mission_role", "access_ends_at",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "audience" in self.fields:
            self.fields["audience"].choices = [
                (Audience.MEMBER_STATE, _("Administrator of a Mission")),
                (Audience.SECRETARIAT, _("Member of the secretariat")),
            ]
        self.initial["working_languages"] = self.instance.working_languages.split()
        if "member_state" in self.fields:
            self.fields["member_state"].queryset = Country.objects.exclude(kind=Country.Kind.OTHER)

    def clean_working_languages(self):
        return " ".join(self.cleaned_data["working_languages"])

    def clean(self):
        given = super().clean()
        audience = given.get("audience") or self.instance.audience
        if audience != Audience.SECRETARIAT and given.get("groups"):
            self.add_error("groups", _t("Only members of the secretariat have roles."))
        if audience == Audience.SECRETARIAT and "groups" in self.fields and not given.get("groups"):
            self.add_error("groups", _t("Choose at least one role."))
        if self.instance.pk is None:
            self.clean_state(audience, given.get("member_state"))
        return given

    def clean_state(self, audience, state):
        if audience == Audience.MEMBER_STATE and state is None:
            self.add_error("member_state", _t("Choose the State that this person speaks for."))
        if audience != Audience.MEMBER_STATE and state is not None:
            self.add_error("member_state", _t("Only people of a Mission speak for a State."))
        self.instance.mission_role = User.MissionRole.ADMINISTRATOR if audience == Audience.MEMBER_STATE else ""


@admin.register(User)
class PersonAdmin(TellsTheTime, admin.ModelAdmin):
    form = PersonForm
    list_display = ["email", "name", "audience", "member_state", "mission_role", "private_address", "can_sign_in"]
    list_filter = ["audience", "mission_role", "is_active", "groups"]
    list_select_related = ["member_state"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["disable", "enable", "forget_second_factor"]

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["email", "name", "audience", "groups", "member_state"]
        own = {
            Audience.SECRETARIAT: ["groups", "working_languages", "access_ends_at"],
            Audience.MEMBER_STATE: ["member_state", "mission_role", "access_ends_at"],
        }
        return ["email", "name", "audience", *own.get(obj.audience, []), "can_sign_in", "last_login"]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        fixed = ["email", "audience", "member_state", "can_sign_in", "last_login"]
        return [*fixed, "groups"] if obj.pk == request.user.pk else fixed

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_be_seen_as"] = obj and obj.audience in SEEN and may(request.user, Capability.SUPPORT)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.display(boolean=True, description=_("may sign in"))
    def can_sign_in(self, person):
        return person.is_active and not person.access_has_ended()

    @admin.display(boolean=True, description=_("private address"))
    def private_address(self, person):
        return person.audience == Audience.MEMBER_STATE and missions.is_private(person.email)

    def save_model(self, request, person, form, change):
        if change:
            super().save_model(request, person, form, change)
            audit.record("user.change", person, by=request.user, internal=True, fields=sorted(form.changed_data))
        elif person.audience == Audience.MEMBER_STATE:
            made = missions.create_administrator(
                person.email, state=person.member_state, by=request.user, name=person.name
            )
            person.pk, person._state.adding = made.pk, False
        else:
            chosen = [group.name for group in form.cleaned_data["groups"]]
            made = roles.create_officer(person.email, roles=chosen, name=person.name, by=request.user)
            person.pk, person._state.adding = made.pk, False
            words = _t("%(who)s works on no Forum yet and sees nothing until one is assigned.") % {"who": person}
            address = f"{reverse('admin:imrf_portal_forumofficer_add')}?officer={made.pk}"
            link = format_html('{} <a href="{}">{}</a>', words, address, _t("Assign a Forum"))
            self.message_user(request, link, messages.WARNING)

    @admin.action(description=_("End access now, sign out everywhere"))
    def disable(self, request, people):
        self.each(request, people, roles.disable)

    @admin.action(description=_("Let in again"))
    def enable(self, request, people):
        self.each(request, people, roles.enable)

    @admin.action(description=_("Forget the second factor: it is set up anew at the next sign-in"))
    def forget_second_factor(self, request, people):
        self.each(request, people, roles.forget_second_factor)

    def each(self, request, people, verb):
        for person in people:
            try:
                verb(person, by=request.user)
            except Refused as refusal:
                self.message_user(request, f"{person}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, _t("%(who)s: done.") % {"who": person}, messages.SUCCESS)

    def has_module_permission(self, request):
        return may(request.user, Capability.CONFIGURE)

    def has_view_permission(self, request, obj=None):
        return may(request.user, Capability.CONFIGURE)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request, obj=None):
        return False
