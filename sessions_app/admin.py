"""The programme at the desk: sessions, with their verbs on pages of their own. A status is never a field of a form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import times
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ByCapability, CapabilityAdmin, ShownOnly, act_page, require
from imrf_portal.form_fields import DayField, InstantField, LongTextField, in_zone

from . import workflow
from .models import ForumSession, Objective, SessionChange, SessionPerson

REASON = {"limit": 500, "widget": forms.Textarea(attrs={"rows": 3})}


class MoveForm(forms.Form):
    day_on = DayField(label=_("Day"))
    last_day_on = DayField(label=_("Last day"), required=False)
    starts_at = InstantField(label=_("Starts"), required=False)
    ends_at = InstantField(label=_("Ends"), required=False)
    room = forms.CharField(label=_("Room"), max_length=120, required=False)
    reason = LongTextField(label=_("Reason, shown to everyone next to the old time"), **REASON)

    def __init__(self, *args, session, **options):
        initial = {name: getattr(session, name) for name in workflow.SCHEDULE}
        super().__init__(*args, initial=initial, **options)
        in_zone(self, session.time_zone, "starts_at", "ends_at")


class CancelForm(forms.Form):
    reason = LongTextField(label=_("Reason, shown to everyone"), **REASON)

    def __init__(self, *args, session, **options):
        super().__init__(*args, **options)


class DeadlineForm(forms.Form):
    field = forms.ChoiceField(
        label=_("What moves"),
        choices=[
            ("registration_closes_at", _("Registration closes")),
            ("registration_opens_at", _("Registration opens")),
        ],
    )
    moment = InstantField(label=_("New date and time, at the place of the session"))
    reason = LongTextField(label=_("Reason, shown to everyone next to the old date"), **REASON)

    def __init__(self, *args, session, **options):
        super().__init__(*args, initial={"moment": session.registration_closes_at}, **options)
        in_zone(self, session.time_zone, "moment")


class NoForm(forms.Form):
    def __init__(self, *args, session, **options):
        super().__init__(*args, **options)


def _move_deadline(session, *, by, field, moment, reason):
    return workflow.move_deadline(session, field, moment, by=by, reason=reason)


@dataclass(frozen=True)
class DeskVerb:
    label: Any
    done: Any
    perform: Any
    possible: Any
    form: type = NoForm
    effect: Any = ""


_S = ForumSession.Status
VERBS = {
    "publish": DeskVerb(
        _("Publish"),
        _("The session is on the public programme."),
        workflow.publish,
        lambda session: not session.is_published,
        effect=_("The session is shown on the public programme and in the calendars."),
    ),
    "confirm": DeskVerb(
        _("Confirm"),
        _("The session is confirmed."),
        workflow.confirm,
        lambda session: session.status in {_S.TENTATIVE, _S.MOVED},
        effect=_("The session is no longer shown as “to be confirmed” or “moved”."),
    ),
    "move": DeskVerb(
        _("Move"),
        _("Moved. The old time stays on the programme; people registered are asked to keep or release."),
        workflow.move,
        lambda session: session.status != _S.CANCELLED,
        MoveForm,
        _("The old time stays on the programme, struck through. People registered are asked to keep or release."),
    ),
    "deadline": DeskVerb(
        _("Move the registration dates"),
        _("Moved. The old date stays on the public page."),
        _move_deadline,
        lambda session: session.status != _S.CANCELLED,
        DeadlineForm,
        _("The old date stays on the public page. Reminders follow by themselves."),
    ),
    "cancel": DeskVerb(
        _("Cancel the session"),
        _("Cancelled. Registrations end, and everybody registered has a letter."),
        workflow.cancel,
        lambda session: session.status != _S.CANCELLED,
        CancelForm,
        _("The session stays on the programme, marked. Registrations end with a letter to everybody."),
    ),
}


class PodiumInline(ByCapability, admin.StackedInline):
    model = SessionPerson
    fields = ["part", "name", "function", "position"]
    extra = 0
    changes = adds = Capability.REGISTER

    def has_delete_permission(self, request, obj=None):
        return may(request.user, Capability.REGISTER)


INSTANTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


class SessionForm(forms.ModelForm):
    """Instants are read and shown on the clock of the session's zone."""

    starts_at = InstantField(label=_("Starts"), required=False)
    ends_at = InstantField(label=_("Ends"), required=False)
    registration_opens_at = InstantField(label=_("Registration opens"), required=False)
    registration_closes_at = InstantField(label=_("Registration closes"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        zone = self.data.get("time_zone") or self.instance.time_zone
        if times.is_zone(zone):
            in_zone(self, zone, *(set(INSTANTS) & set(self.fields)))

    def clean_time_zone(self):
        zone = self.cleaned_data["time_zone"]
        if not times.is_zone(zone):
            raise forms.ValidationError(_t("This is not the name of a time zone, such as Europe/Vienna."))
        return zone

    def clean(self):
        given = super().clean()
        if self.instance.pk and {"seats_per_organization", "stakeholder_seats"} & set(given):
            refusal = workflow.seats_refusal(
                self.instance,
                per_organization=given.get("seats_per_organization", self.instance.seats_per_organization),
                seats=given.get("stakeholder_seats", self.instance.stakeholder_seats),
            )
            if refusal:
                self.add_error(refusal[1], refusal[0])
        return given


@admin.register(ForumSession)
class ForumSessionAdmin(CapabilityAdmin):
    """Before it is published a session may be changed freely; afterwards its time and place move with a reason."""

    changes = adds = Capability.REGISTER
    form = SessionForm
    change_form_template = "admin/sessions_app/forumsession/change_form.html"
    list_display = ["title", "forum", "kind", "when", "room", "status", "is_published", "closes", "stakeholder_seats"]
    list_filter = ["forum", "kind", "status", "is_published"]
    list_select_related = ["forum"]
    search_fields = ["title", "theme", "room"]
    inlines = [PodiumInline]
    prepopulated_fields = {"slug": ["title"]}

    @admin.display(description=_("when"), ordering="day_on")
    def when(self, session):
        if session.starts_at:
            return times.short_at_zone(session.starts_at, session.time_zone)
        return times.days_between(session.day_on, session.last_day_on)

    @admin.display(description=_("registration closes"), ordering="registration_closes_at")
    def closes(self, session):
        moment = session.registration_closes_at
        return times.short_at_zone(moment, session.time_zone) if moment else "–"

    @admin.display(description=_("registration opens"))
    def opens(self, session):
        moment = session.registration_opens_at
        return times.short_at_zone(moment, session.time_zone) if moment else "–"

    @admin.display(description=_("ends"))
    def ends(self, session):
        return times.short_at_zone(session.ends_at, session.time_zone) if session.ends_at else "–"

    @admin.display(description=_("state"))
    def state(self, session):
        if session.pk is None:
            return _t("Not saved yet")
        published = _t("published") if session.is_published else _t("not published")
        return format_html("{}, {}", session.get_status_display(), published)

    def get_fieldsets(self, request, obj=None):
        """What is published moves by its verbs: then its times are shown at their place, not asked."""
        if obj is not None and obj.is_published:
            where = ["when", "ends", "part_of_day", "city", "room", "overflow_room"]
            dates = ["opens", "closes"]
        else:
            where = [*("day_on", "last_day_on", "part_of_day", "time_zone", "starts_at", "ends_at"),
                     *("city", "room", "overflow_room")]  # fmt: skip
            dates = list(workflow.DEADLINES)
        seats = ["capacity", "stakeholder_seats", "overflow_seats", "seats_per_organization"]
        return [
            (None, {"fields": ["state", "forum", "kind", "number", "title", "slug", "theme", "objectives"]}),
            (_("Time and place"), {"fields": where}),
            (_("Seats and registration"), {"fields": [*seats, *dates]}),
            (_("Webcast and languages"), {"fields": ["webcast", "webcast_url", "languages", "source"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        fixed = ["state", "when", "ends", "opens", "closes"]
        if obj is not None:
            fixed += ["forum", "slug"]
        if obj is not None and obj.is_published:
            fixed += ["kind", "number", "time_zone", *workflow.SCHEDULE, *workflow.DEADLINES]
        return fixed

    def formfield_for_manytomany(self, db_field, request, **options):
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **options)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj is not None else self.prepopulated_fields

    def save_model(self, request, obj, form, change):
        if not change:
            return super().save_model(request, obj, form, change)
        own = {name: form.cleaned_data[name] for name in form.changed_data if name in workflow.AMENDABLE}
        free = [name for name in form.changed_data if name not in workflow.AMENDABLE and name != "objectives"]
        if free and not obj.is_published:
            obj.save(update_fields=free)
        if own:
            workflow.amend(obj, by=request.user, **own)
        return None

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/do/<slug:verb>/", wrap(self.do), name="sessions_app_forumsession_do")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        if obj is not None and may(request.user, Capability.REGISTER):
            context["verbs"] = [(name, verb.label) for name, verb in VERBS.items() if verb.possible(obj)]
        return super().render_change_form(request, context, *args, **options)

    def do(self, request, pk, verb):
        """The page of one verb."""
        require(request, Capability.REGISTER)
        if verb not in VERBS:
            raise Http404
        chosen = VERBS[verb]
        session = get_object_or_404(self.get_queryset(request).select_related("forum"), pk=pk)
        back = reverse("admin:sessions_app_forumsession_change", args=[pk])
        return act_page(
            request,
            self.admin_site,
            lambda **values: chosen.perform(session, by=request.user, **values),
            title=f"{chosen.label}: {session}",
            label=chosen.label,
            done=chosen.done,
            back=back,
            form=chosen.form(request.POST or None, session=session),
            crumbs=[(reverse("admin:sessions_app_forumsession_changelist"), _t("Sessions")), (back, session.title)],
            facts=[
                (_t("Now"), self.when(session)),
                (_t("Room"), session.room or _t("Not announced")),
                (_t("People registered or waiting"), workflow.people_affected(session)),
            ],
            effect=chosen.effect,
        )


@admin.register(SessionChange)
class SessionChangeAdmin(ShownOnly):
    list_display = ["forum_session", "verb", "old_day_on", "new_day_on", "old_room", "new_room", "reason", "changed_at"]
    list_filter = ["verb", "forum_session__forum"]
    list_select_related = ["forum_session"]


@admin.register(Objective)
class ObjectiveAdmin(ShownOnly):
    list_display = ["number", "title", "round_table"]
