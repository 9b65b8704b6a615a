"""Reference lists in the admin: read versions, import a new one after seeing what it changes; verdicts to compare."""

import secrets

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import TellsTheTime
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum
from imrf_portal.officers import forums_of

from . import reference_files, reference_import
from .models import ReferenceEntry, ReferenceList, ReferenceName, RouteVerdict, VerdictReview

KEPT_SECONDS = 60 * 60
"""How long a file waits between its preview and the confirmation."""


class ShownToStaff(TellsTheTime, admin.ModelAdmin):
    """Records that the admin shows and never writes."""

    def has_module_permission(self, request):
        return may(request.user, Capability.VIEW)

    def has_view_permission(self, request, obj=None):
        return may(request.user, Capability.VIEW)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file in UTF-8, or XLSX"),
        required=False,
        help_text=format_lazy("{} {}", _("Columns:"), ", ".join(reference_files.COLUMNS)),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,.xlsx"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ReferenceList.Kind)
    forum = forms.ModelChoiceField(
        label=_("Forum"),
        queryset=Forum.objects.all(),
        required=False,
        help_text=_("Only for the final list of a Forum."),
    )
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As applicants read it."))
    as_of = forms.DateField(label=_("As of"), help_text=_("The date of the list itself: YYYY-MM-DD."))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    names_are_right = forms.BooleanField(
        label=_("I compared the names that look like dates with the source. They are right."), required=False
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_as_of(self):
        as_of = self.cleaned_data["as_of"]
        if as_of > clock.now().date():
            raise forms.ValidationError(_t("This date has not come yet."))
        return as_of

    def clean(self):
        given = super().clean()
        is_final_list = given.get("kind") == ReferenceList.Kind.FORUM
        if is_final_list and not given.get("forum"):
            self.add_error("forum", _t("Choose the Forum whose final list this is."))
        if not is_final_list and given.get("forum"):
            self.add_error("forum", _t("Leave this empty: only a final list belongs to a Forum."))
        return given


@admin.register(ReferenceList)
class ReferenceListAdmin(ShownToStaff):
    change_list_template = "admin/accreditation/referencelist/change_list.html"
    list_display = ["title", "kind", "forum", "as_of", "entry_count", "is_current", "is_complete", "short_version",
                    "imported_at"]  # fmt: skip
    list_filter = ["kind", "is_current", "is_complete"]
    list_select_related = ["forum"]
    search_fields = ["title", "version"]
    fields = ["title", "kind", "forum", "as_of", "source", "version", "entry_count", "written", "is_current",
              "imported_at", "imported_by", "answers_run_again"]  # fmt: skip

    @admin.display(description=_("rows written"))
    def written(self, reference_list):
        if reference_list.is_complete:
            return _t("All of them.")
        words = _("%(written)s of %(all)s.") % {
            "written": reference_list.written_count,
            "all": reference_list.entry_count,
        }
        address = reverse("admin:accreditation_referencelist_progress", args=[reference_list.pk])
        return format_html('{} <a href="{}">{}</a>', words, address, _("See how far it is"))

    @admin.display(description=_("stored answers run again"))
    def answers_run_again(self, reference_list):
        review = VerdictReview.objects.filter(reference_list=reference_list).first()
        if review is None:
            return _t("No: the version was never in use.")
        words = {"read": review.read_count, "found": reference_list.consequences.count()}
        if review.finished_at is None:
            return _t("%(read)s read so far, %(found)s differ; the worker goes on.") % words
        return _t("%(read)s read, %(found)s differ.") % words

    @admin.display(description=_("version"))
    def short_version(self, reference_list):
        return reference_list.short_version

    def get_urls(self):
        page = path("import/", self.admin_site.admin_view(self.import_page), name="accreditation_referencelist_import")
        return [page, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        extra = {"may_import": may(request.user, Capability.CONFIGURE)} | (extra_context or {})
        return super().changelist_view(request, extra)

    def import_page(self, request):
        """GET asks for a file, POST shows what it would change, POST with ``confirm`` keeps it."""
        if not may(request.user, Capability.CONFIGURE):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        form.fields["forum"].queryset = forums_of(request.user)
        reading = preview = None
        if request.method == "POST" and form.is_valid():
            try:
                reading, token = _file_of(form, request.user)
                if "confirm" in request.POST:
                    return self._keep(request, reading, form)
            except Refused as refusal:
                form.add_error(refusal.field, refusal.message)
            if reading is not None:
                preview = _preview(reading, form, token)
        context = self.admin_site.each_context(request) | {
            "title": _t("Import a reference list"), "form": form, "preview": preview, "opts": self.opts,
        }  # fmt: skip
        template = "admin/accreditation/referencelist/import.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)

    def _keep(self, request, reading, form):
        given = form.cleaned_data
        reference_import.require_confirmed(reading, names_are_right=given["names_are_right"])
        names = ("kind", "forum", "title", "as_of", "source")
        kept, is_new = reference_import.confirm(reading.rows, by=request.user, **{name: given[name] for name in names})
        cache.delete(_cache_key(request.user, given["kept"]))
        if not is_new:
            words = _t("Nothing changed: this is version %(version)s.")
        elif kept.is_complete:
            words = _t("Kept as version %(version)s.")
        else:
            words = _t("Version %(version)s is confirmed. The worker writes its rows.")
        self.message_user(request, words % {"version": kept.short_version}, messages.SUCCESS)
        return redirect("admin:accreditation_referencelist_progress", kept.pk)


def _cache_key(user, token):
    return f"reference-import:{user.pk}:{token}"


def _file_of(form, user):
    """The reading of the file sent, or of the one sent for the preview, and the token under which it waits."""
    sent, token = form.cleaned_data["file"], form.cleaned_data["kept"]
    if sent and sent.size > reference_files.LARGEST:
        raise Refused(_t("The file is too large. Nothing was imported."), field="file")
    content = sent.read() if sent else cache.get(_cache_key(user, token)) if token else None
    if content is None:
        raise Refused(_t("Choose the file. After an hour it has to be chosen again."), field="file")
    reading = reference_files.read(content)
    if sent:
        token = secrets.token_urlsafe(16)
        cache.set(_cache_key(user, token), reading.rows.content, KEPT_SECONDS)
    return reading, token


def _preview(reading, form, token):
    given, shown = form.cleaned_data, reference_files.MOST_SHOWN
    difference = reference_import.difference(reading.rows, kind=given["kind"], forum=given["forum"])
    version = reference_import.version_of(reading.rows, kind=given["kind"], forum=given["forum"], as_of=given["as_of"])
    return {
        "rows": len(reading.rows),
        "date_like": reading.date_like,
        "repeated": reading.repeated,
        "ignored_columns": reading.ignored_columns,
        "version": version[:12],
        "known": ReferenceList.objects.filter(version=version, is_complete=True).first(),
        "token": token,
        "is_empty": difference.is_empty(),
        "groups": [
            (_t("Added"), len(difference.added), [row.name for row in difference.rows("added", stop=shown)]),
            (_t("Removed"), len(difference.removed), [row.name for row in difference.rows("removed", stop=shown)]),
            (
                _t("Changed"),
                len(difference.changed),
                [row.name for _old, row in difference.rows("changed", stop=shown)],
            ),
        ],
    }


class NameInline(admin.TabularInline):
    model = ReferenceName
    fields = ["kind", "name", "year"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return may(request.user, Capability.VIEW)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(ReferenceEntry)
class ReferenceEntryAdmin(ShownToStaff):
    list_display = ["name", "status", "status_year", "country", "reference_list"]
    list_filter = ["reference_list__kind", "reference_list__is_current"]
    list_select_related = ["country", "reference_list"]
    search_fields = ["name", "names__name"]
    show_full_result_count = False
    fields = ["reference_list", "name", "status", "status_year", "country", "note"]
    inlines = [NameInline]


class NeedsStaff(admin.SimpleListFilter):
    title = _("to compare")
    parameter_name = "compare"

    def lookups(self, request, model_admin):
        return [("not_us", _("“This is not us”")), ("us", _("“This is us”"))]

    def queryset(self, request, verdicts):
        chosen = {"not_us": {"is_disputed": True}, "us": {"claimed_entry__isnull": False}}
        return verdicts.filter(**chosen.get(self.value(), {}))


@admin.register(RouteVerdict)
class RouteVerdictAdmin(ShownToStaff):
    list_display = ["key", "name", "country", "route", "is_disputed", "claimed_entry", "made_at"]
    list_filter = [NeedsStaff, "route", ("forum", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country", "claimed_entry"]
    search_fields = ["key", "name"]
    show_full_result_count = False

    def get_queryset(self, request):
        return sight.visible(super().get_queryset(request), request.user)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    fields = ["key", "page", "forum", "name", "country", "type", "csonet_url", "route", "is_disputed", "disputed_at",
              "dispute_note", "claimed_entry", "lists", "made_at", "renews"]  # fmt: skip

    @admin.display(description=_("the page the person saw"))
    def page(self, verdict):
        address = reverse("route_verdict", args=[verdict.forum.slug, verdict.key])
        return format_html('<a href="{}">{}</a>', address, verdict.key)
