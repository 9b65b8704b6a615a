"""Registrations in the admin: a list with filters and search; withdrawing and replacing with the desk's reason."""

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, require
from imrf_portal.form_fields import LongTextField
from imrf_portal.times import short_at_zone

from .. import workflow
from ..models import Registration, Representative

REASON = {"limit": 1000, "widget": forms.Textarea(attrs={"rows": 3})}


class ExceptionForm(forms.Form):
    exception = LongTextField(label=_("Reason; it stays on the record"), **REASON)


class ReplaceForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Who comes instead"), queryset=Representative.objects.none())
    exception = LongTextField(label=_("Reason; it stays on the record"), **REASON)


class KeysFirst(Paginator):
    """Sorts the keys, then reads the rows of one page: to sort whole rows of four tables takes longer."""

    def page(self, number):
        page = super().page(number)
        page.object_list = self.object_list.filter(pk__in=list(page.object_list.values_list("pk", flat=True)))
        return page


@admin.register(Registration)
class RegistrationAdmin(ShownOnly):
    """No row is added, edited or deleted here: the desk's verbs do, with a reason. The newest stand first."""

    change_form_template = "admin/registration/registration/change_form.html"
    list_display = ["code", "person", "organization", "forum_session", "status", "seat_held", "number", "registered"]
    list_filter = [
        "forum_session__forum",
        ("forum_session", admin.RelatedOnlyFieldListFilter),
        "status",
        "is_priority",
        "accreditation__basis",
    ]
    list_select_related = ["representative", "forum_session", "accreditation__organization"]
    search_fields = ["=code", "representative__name", "representative__email", "accreditation__organization__name"]
    paginator = KeysFirst
    ordering = ["-pk"]
    list_per_page = 50
    show_full_result_count = False
    fields = [
        *("code", "representative", "organization", "forum_session", "status", "seat", "is_priority", "place", "rank"),
        *("registered", "registered_by", "offer_ends", "ended", "replaced_by", "exception_reason"),
    ]

    @admin.display(description=_("person"), ordering="representative__name")
    def person(self, registration):
        return registration.representative

    @admin.display(description=_("seat"), ordering="seat", empty_value="–")
    def seat_held(self, registration):
        """Which seat of its organization, and whether it goes first."""
        seat = registration.seat
        return _t("%(seat)s, goes first") % {"seat": seat} if registration.is_priority else seat

    @admin.display(description=_("number"), ordering="place", empty_value="–")
    def number(self, registration):
        """In the room, else in the overflow room or on the waiting list, as the status says."""
        return registration.place or registration.rank

    @admin.display(description=_("organization"), ordering="accreditation__organization__name")
    def organization(self, registration):
        return registration.accreditation.organization

    @admin.display(description=_("registered at"), ordering="registered_at")
    def registered(self, registration):
        return short_at_zone(registration.registered_at, registration.forum_session.time_zone)

    @admin.display(description=_("offer ends"), empty_value="–")
    def offer_ends(self, registration):
        moment = registration.offer_ends_at
        return short_at_zone(moment, registration.forum_session.time_zone) if moment else None

    @admin.display(description=_("ended"), empty_value="–")
    def ended(self, registration):
        moment = registration.ended_at
        return short_at_zone(moment, registration.forum_session.time_zone) if moment else None

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("<int:pk>/do/<slug:verb>/", wrap(self.do), name="registration_registration_do")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        obj = context.get("original")
        context["may_act"] = obj is not None and obj.ended_at is None and may(request.user, Capability.REGISTER)
        return super().render_change_form(request, context, *args, **options)

    def do(self, request, pk, verb):
        require(request, Capability.REGISTER)
        pages = {"withdraw": self._withdraw, "replace": self._replace, "first": self._put_first}
        if verb not in pages:
            raise Http404
        source = self.get_queryset(request).select_related(
            "representative", "forum_session__forum", "accreditation__organization", "accreditation__forum"
        )
        registration = get_object_or_404(source, pk=pk)
        back = reverse("admin:registration_registration_change", args=[pk])
        shared = {
            "back": back,
            "crumbs": [
                (reverse("admin:registration_registration_changelist"), _t("Registrations")),
                (back, registration.code),
            ],
            "facts": [
                (_t("Person"), registration.representative),
                (_t("Organization"), registration.accreditation.organization),
                (_t("Session"), registration.forum_session),
                (_t("Status"), registration.get_status_display()),
            ],
        }
        return pages[verb](request, registration, shared)

    def _withdraw(self, request, registration, shared):
        return act_page(
            request,
            self.admin_site,
            lambda exception: workflow.withdraw(registration, by=request.user, exception=exception),
            title=_t("Withdraw %(name)s") % {"name": registration.representative},
            label=_t("Withdraw"),
            done=_t("Withdrawn. The place goes to the next."),
            form=ExceptionForm(request.POST or None),
            effect=_t("The seat is free, and the code is void at once."),
            **shared,
        )

    def _put_first(self, request, registration, shared):
        return act_page(
            request,
            self.admin_site,
            lambda exception: workflow.put_first(registration, by=request.user, exception=exception),
            title=_t("%(name)s goes first") % {"name": registration.representative},
            label=_t("Goes first"),
            done=_t("The priority moved."),
            form=ExceptionForm(request.POST or None),
            effect=_t("Whoever went first until now comes second; both keep their seats."),
            **shared,
        )

    def _replace(self, request, registration, shared):
        form = ReplaceForm(request.POST or None)
        form.fields["person"].queryset = Representative.objects.filter(
            accreditation=registration.accreditation, removed_at=None
        ).exclude(pk=registration.representative_id)
        return act_page(
            request,
            self.admin_site,
            lambda person, exception: workflow.substitute(registration, person, by=request.user, exception=exception),
            title=_t("Replace %(name)s") % {"name": registration.representative},
            label=_t("Replace"),
            done=_t("Replaced. Both have a letter."),
            form=form,
            effect=_t(
                "The seat and its priority are kept; the old code is void at once, the new person has a new one."
            ),
            **shared,
        )
