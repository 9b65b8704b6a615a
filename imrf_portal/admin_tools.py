"""What the admin of every app shares: permissions by capability, pages that only show, refusals as messages."""

from functools import cache

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from . import sight
from .access import Capability, may
from .errors import Refused
from .form_fields import InstantField, InstantInput
from .rehearsal import Rehearsal, rehearse
from .times import short_at_zone

ASKED = {
    models.URLField: {"assume_scheme": "https"},
    models.DateTimeField: {"form_class": InstantField, "widget": InstantInput},
}
"""How the forms of the admin ask; an instant on the clock of Headquarters, which is named beside it."""


@cache
def _on_the_clock(field):
    """A column or line for an instant, on the clock of Headquarters with its zone; it sorts as the field does."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def told(record):
        moment = getattr(record, field.name)
        return short_at_zone(moment) if moment else admin.site.empty_value_display

    told.__name__ = field.name
    return told


def _told(model, name):
    """What shows the field ``name``: Django would write an instant in UTC."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return _on_the_clock(field) if isinstance(field, models.DateTimeField) else name


def _tell_the_time(shown, model):
    """``shown`` is the ``AdminForm`` or ``InlineAdminFormSet`` of a page."""
    may_change = getattr(shown, "has_change_permission", True)
    fixed = list(shown.readonly_fields) if may_change else flatten_fieldsets(shown.fieldsets)
    told = {name: _told(model, name) for name in fixed}
    shown.readonly_fields = [*shown.readonly_fields, *told.values()]
    shown.fieldsets = [
        (title, {**options, "fields": [told.get(name, name) for name in options["fields"]]})
        for title, options in shown.fieldsets
    ]


class TellsTheTime:
    """Lists and forms of the admin in which every instant is told and asked on the clock of Headquarters."""

    formfield_overrides = ASKED

    def get_list_display(self, request):
        return [_told(self.model, name) for name in super().get_list_display(request)]

    def render_change_form(self, request, context, *args, **options):
        """What is shown and not asked is settled only here, for the form and for its inlines."""
        _tell_the_time(context["adminform"], self.model)
        for shown in context["inline_admin_formsets"]:
            _tell_the_time(shown, shown.opts.model)
        return super().render_change_form(request, context, *args, **options)


class ByCapability:
    """Permissions from ``access``: ``sees`` and ``changes`` name capabilities (None: nobody). Nothing is deleted."""

    sees = Capability.VIEW
    changes = None
    adds = None
    formfield_overrides = ASKED

    def has_module_permission(self, request):
        return may(request.user, self.sees)

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.sees)

    def has_change_permission(self, request, obj=None):
        return self.changes is not None and may(request.user, self.changes)

    def has_add_permission(self, request, obj=None):
        return self.adds is not None and may(request.user, self.adds)

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Name the controls for those who do not see the column heads of a table or the two halves of an instant."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            for control in [field.widget, *getattr(field.widget, "widgets", ())]:
                control.attrs.setdefault("aria-label", str(field.label))
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only what this person may know exists can be chosen."""
        place = sight.PLACES.get(db_field.remote_field.model._meta.label_lower)
        if place and (place.forum or place.narrow) and "queryset" not in kwargs:
            kwargs["queryset"] = sight.visible(db_field.remote_field.model._default_manager.all(), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CapabilityAdmin(ByCapability, TellsTheTime, admin.ModelAdmin):
    def get_queryset(self, request):
        """The rows that this person may know exist."""
        return sight.visible(super().get_queryset(request), request.user)

    def get_object(self, request, object_id, from_field=None):
        """The row; an empty ``_to_field`` in the address is none."""
        return super().get_object(request, object_id, from_field or None)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """A row that is hidden answers like one that does not exist: 404."""
        raise Http404

    def get_list_filter(self, request):
        """Filters by a relation offer only what stands in the rows shown: no Forum that is not the reader's."""
        return [self._narrowed(entry) for entry in super().get_list_filter(request)]

    def _narrowed(self, entry):
        if isinstance(entry, str) and get_fields_from_path(self.model, entry)[-1].is_relation:
            return entry, admin.RelatedOnlyFieldListFilter
        return entry

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ShownOnly(CapabilityAdmin):
    """A record that the admin shows and never writes."""

    def has_change_permission(self, request, obj=None):
        return False


def is_key(text):
    """Whether the end of an address can be the key of a row."""
    text = str(text)
    return text.isascii() and text.isdigit() and len(text) < 18


def key_or_404(text):
    if not is_key(text):
        raise Http404
    return int(text)


def require(request, capability):
    """403 unless the person holds the capability."""
    if not may(request.user, capability):
        raise PermissionDenied


def page(request, template, site, context, *, status=200):
    """A page of the desk, with what every admin page has."""
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)


def attempt(request, action, *, done=""):
    """Run ``action``; say ``done``, or why it was refused. Returns what it gave; None when refused."""
    try:
        result = action()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    if done:
        messages.success(request, done)
    return result


def back_to(request, fallback):
    """A redirect to the address in ``next``, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = fallback
    return HttpResponseRedirect(wanted)


def act_page(
    request, site, act, *, title, label, done, back, form=None, crumbs=(), facts=(), effect="",
    template="admin/desk/act.html", more=None,
):  # fmt: skip
    """The page of one verb: what is known, what is typed to go with it, what would follow; then the act.

    ``act`` takes the cleaned values and may refuse; ``effect`` says what follows. A preview runs the verb, undone.
    ``template`` may extend the usual one, with ``more`` context.
    """
    form = form if form is not None else forms.Form(request.POST or None)
    posted = request.method == "POST"
    valid = posted and form.is_valid() if form.fields else True
    rehearsal = None
    if valid and posted and request.POST.get("step") == "do":
        try:
            act(**(form.cleaned_data if form.fields else {}))
            messages.success(request, done)
            return HttpResponseRedirect(back)
        except Refused as refusal:
            rehearsal = Rehearsal(refusal=str(refusal), refused_field=refusal.field)
    elif valid:
        rehearsal = rehearse(lambda: act(**(form.cleaned_data if form.fields else {})))
    if rehearsal and rehearsal.refusal and form.is_bound and rehearsal.refused_field in form.fields:
        form.add_error(rehearsal.refused_field, rehearsal.refusal)
    context = {
        "title": title,
        "label": label,
        "form": form,
        "back": back,
        "crumbs": crumbs,
        "facts": facts,
        "effect": effect,
        "rehearsal": rehearsal,
        **(more or {}),
    }
    failed = posted and (not valid or bool(rehearsal and rehearsal.refusal))
    return page(request, template, site, context, status=422 if failed else 200)
