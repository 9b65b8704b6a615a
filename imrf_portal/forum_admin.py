"""Forums and Calls in the admin. A date that has been announced is not typed over: it is moved, with a reason."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import officers, seals
from .access import Capability
from .admin_tools import ByCapability, CapabilityAdmin
from .forum import Announcement, Call, CallDocument, DateChange, Forum, ForumRoute, KeyDate

FORUM_DATES = ("starts_on", "ends_on", "hearing_on")
NEVER_LESS = ("draft_days", "text_limit", "file_limit_mb")
CALL_DATES = ("opens_at", "closes_at", "review_ends_at")

FORUM_SECTIONS = [
    (
        _("What it is"),
        {
            "fields": ["title", "short_title", "slug", "reference_prefix", "resolution", "summary", "contact_email"],
            "description": _("The names people read, and the letters with which each reference begins."),
        },
    ),
    (
        _("When and where"),
        {
            "fields": [*FORUM_DATES, "move_a_date", "time_zone", "city", "venue", "watch_live"],
            "description": _("Every time of the Forum is told on the clock of its time zone."),
        },
    ),
    (
        _("Objections of Member States"),
        {
            "fields": ["clause", "clause_text", "release", "released_to", "observers_may_object",
                       "requests_after_close", "states_see_category", "correction_restarts_silence"],
            "description": _("What the resolution says of objections, and what Member States see and may ask."),
        },
    ),
    (
        _("What applicants and Missions may do and know"),
        {"fields": ["sealed_until_close", "reason_told_to_applicant", "missions_may_use_private_addresses"]},
    ),
    (
        _("What is public"),
        {
            "fields": ["is_published", "applicants_are_public", "register_is_public", "statistics_are_public",
                       "registrations_are_public"],
            "description": _("Anyone can read what is public. Once the Forum is published its dates are moved, "
                             "with a reason, and not typed over."),
        },
    ),
]  # fmt: skip
CALL_SECTIONS = [
    (None, {"fields": ["forum", "kind"]}),
    (
        _("Dates"),
        {
            "fields": [*CALL_DATES, "move_a_date"],
            "description": _("When it opens and closes for applicants, and by when they are reviewed."),
        },
    ),
    (
        _("After the close"),
        {
            "fields": ["tolerance_minutes", "late_requests", "draft_days", "answer_days"],
            "description": _(
                "What still counts when the time is over, how long unsent drafts are kept, and the days to answer."
            ),
        },
    ),
    (
        _("Limits of answers and files"),
        {
            "fields": ["text_limit", "file_limit_mb"],
            "description": _("What applicants are told. Once the Forum is published, these limits only grow."),
        },
    ),
]


class Configured(ByCapability):
    changes = adds = Capability.CONFIGURE


class KeyDateForm(forms.ModelForm):
    """A date that stands on a public page is shown and not asked: Django takes nothing typed for it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        announced = self.instance.pk and (self.instance.at or self.instance.on) and self.instance.forum.is_published
        for name in ("at", "on", "until_on") if announced else ():
            self.fields[name].disabled = True


class KeyDateInline(Configured, admin.TabularInline):
    model = KeyDate
    form = KeyDateForm
    extra = 0
    readonly_fields = ["move_it"]

    @admin.display(description=_("move"))
    def move_it(self, entry):
        if entry.pk is None or not (entry.at or entry.on):
            return "–"
        address = reverse("admin:move_date", args=[entry.forum_id, f"key_date-{entry.pk}.{'at' if entry.at else 'on'}"])
        return format_html('<a href="{}">{}</a>', address, _t("Move"))


class AnnouncementInline(Configured, admin.StackedInline):
    model = Announcement
    extra = 0


class RouteInline(Configured, admin.StackedInline):
    model = ForumRoute
    extra = 0


class DocumentInline(Configured, admin.StackedInline):
    model = CallDocument
    extra = 0


class DateChangeInline(ByCapability, admin.StackedInline):
    model = DateChange
    extra = 0
    fields = readonly_fields = ["changed_at", "what", "old_at", "new_at", "old_on", "new_on", "reason", "changed_by"]


def moving_links(forum_pk, owner, fields, model):
    """A link to the page “Move a date” for each announced date; ``owner`` is how the keys of its lines begin."""
    return format_html_join(
        " · ",
        '<a href="{}">{}</a>',
        [
            (reverse("admin:move_date", args=[forum_pk, f"{owner}.{name}"]), model._meta.get_field(name).verbose_name)
            for name in fields
        ],
    )


@admin.register(Forum)
class ForumAdmin(CapabilityAdmin):
    changes = adds = Capability.CONFIGURE
    list_display = ["short_title", "starts_on", "ends_on", "city", "is_published"]
    prepopulated_fields = {"slug": ["short_title"]}
    fieldsets = FORUM_SECTIONS
    inlines = [KeyDateInline, RouteInline, AnnouncementInline, DateChangeInline]

    def get_readonly_fields(self, request, obj=None):
        """Dates of a published Forum are moved, and it stays published, or they could be typed over in between.

        Published is what the record says, not what was typed into the form.
        """
        published = obj is not None and Forum.objects.filter(pk=obj.pk, is_published=True).exists()
        sealed = ["sealed_until_close", "is_published"] if obj is not None and seals.holds_fast(obj) else []
        announced = [*FORUM_DATES, "time_zone", "is_published"] if published else []
        return [*announced, "move_a_date", *(name for name in sealed if name not in announced)]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            officers.begin(obj, by=request.user)

    @admin.display(description=_("move a date"))
    def move_a_date(self, forum):
        if forum.pk is None:
            return _t("Once it is published, dates are moved, not typed over.")
        return moving_links(forum.pk, "forum", FORUM_DATES, Forum)


class CallForm(forms.ModelForm):
    """What applicants of a published Forum were told they have is given more of, never less."""

    def clean(self):
        given = super().clean()
        told = Call.objects.filter(pk=self.instance.pk, forum__is_published=True).values(*NEVER_LESS).first() or {}
        for name, value in told.items():
            if name in given and given[name] < value:
                words = _t("Applicants were told %(value)s. It can be more, not less.")
                self.add_error(name, words % {"value": value})
        return given


@admin.register(Call)
class CallAdmin(CapabilityAdmin):
    form = CallForm
    changes = adds = Capability.CONFIGURE
    list_display = ["forum", "kind", "opens_at", "closes_at", "review_ends_at", "move_a_date"]
    list_select_related = ["forum"]
    fieldsets = CALL_SECTIONS
    inlines = [DocumentInline]

    def get_readonly_fields(self, request, obj=None):
        if obj and (obj.forum.is_published or seals.holds_fast(obj.forum)):
            announced = [name for name in CALL_DATES if getattr(obj, name)]
            return ["forum", "kind", *announced, "tolerance_minutes", "move_a_date"]
        return ["move_a_date"]

    @admin.display(description=_("move a date"))
    def move_a_date(self, call):
        if call.pk is None:
            return format_html("{}", _t("Once the Forum is published, dates are moved, not typed over."))
        return moving_links(call.forum_id, f"call-{call.pk}", CALL_DATES, Call)
