"""Who works on which Forum: seen, assigned and ended by administrators; every row stays."""

from django import forms
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import clock, officers
from .access import Audience, Capability
from .admin_tools import ShownOnly, act_page, require
from .form_fields import InstantField
from .officers import ForumOfficer
from .times import short_at_zone
from .users import User

LIST, ALL = "admin:imrf_portal_forumofficer_changelist", "all"


class AssignForm(forms.Form):
    """“All Forums” is a choice of its own, so that nobody gives it by leaving something empty."""

    officer = forms.ModelChoiceField(label=_("Officer"), queryset=User.objects.none())
    forum = forms.TypedChoiceField(label=_("Forum"))
    until_at = InstantField(label=_("Until, if it ends by itself (New York)"), required=False)

    def __init__(self, *args, by, **options):
        super().__init__(*args, **options)
        forums = {str(forum.pk): forum for forum in officers.forums_of(by)}
        choices = [("", _("Choose")), *((key, str(forum)) for key, forum in forums.items())]
        if officers.works_on_all(by):
            choices.append((ALL, _("All Forums, those to come too")))
        self.fields["forum"].choices = choices
        self.fields["forum"].coerce = forums.get
        self.fields["officer"].queryset = (
            User.objects.with_access().filter(audience=Audience.SECRETARIAT, is_superuser=False).exclude(pk=by.pk)
        )


class Standing(admin.SimpleListFilter):
    title = _("now")
    parameter_name = "now"

    def lookups(self, request, model_admin):
        return [("yes", _("Works on it now")), ("no", _("Ended"))]

    def queryset(self, request, offices):
        standing = ForumOfficer.objects.standing()
        match self.value():
            case "yes":
                return offices.filter(pk__in=standing)
            case "no":
                return offices.exclude(pk__in=standing)
        return offices


@admin.register(ForumOfficer)
class ForumOfficerAdmin(ShownOnly):
    sees = adds = Capability.CONFIGURE
    list_display = ["officer", "of_forum", "since", "until", "assigned_by", "end_it"]
    list_filter = [Standing, "forum"]
    list_select_related = ["officer", "forum", "assigned_by"]
    search_fields = ["officer__email", "officer__name"]
    fields = ["officer", "of_forum", "since", "assigned_by", "until", "ended_by", "end_it"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("Forum"), ordering="forum")
    def of_forum(self, office):
        return office.forum or _t("all Forums")

    @admin.display(description=_("since"), ordering="since_at")
    def since(self, office):
        return short_at_zone(office.since_at)

    @admin.display(description=_("until"), ordering="until_at", empty_value="–")
    def until(self, office):
        return short_at_zone(office.until_at) if office.until_at else None

    @admin.display(description=_("end"), empty_value="–")
    def end_it(self, office):
        if office.until_at and office.until_at <= clock.now():
            return None
        address = reverse("admin:forum_officer_end", args=[office.pk])
        return format_html('<a href="{}">{}</a>', address, _t("End"))

    def get_urls(self):
        end = path("<int:pk>/end/", self.admin_site.admin_view(self.end), name="forum_officer_end")
        return [end, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        require(request, Capability.CONFIGURE)
        form = AssignForm(request.POST or None, initial={"officer": request.GET.get("officer")}, by=request.user)
        return act_page(
            request,
            self.admin_site,
            lambda officer, forum, until_at: officers.assign(officer, by=request.user, forum=forum, until_at=until_at),
            title=_t("Assign an officer to a Forum"),
            label=_t("Assign"),
            done=_t("Assigned."),
            form=form,
            back=reverse(LIST),
            crumbs=[(reverse(LIST), _t("Officers of Forums"))],
            effect=_t("The officer sees the applications, lists, letters and registrations of this Forum."),
        )

    def end(self, request, pk):
        require(request, Capability.CONFIGURE)
        office = get_object_or_404(self.get_queryset(request).select_related("officer", "forum"), pk=pk)
        return act_page(
            request,
            self.admin_site,
            lambda: officers.end(office, by=request.user),
            title=_t("End: %(office)s") % {"office": office},
            label=_t("End"),
            done=_t("Ended. The row stays in the record."),
            back=reverse(LIST),
            crumbs=[(reverse(LIST), _t("Officers of Forums"))],
            facts=[
                (_t("Officer"), office.officer),
                (_t("Forum"), self.of_forum(office)),
                (_t("Since"), self.since(office)),
            ],
            effect=_t("From this moment the officer sees nothing of this Forum, by no list, search or address."),
        )
