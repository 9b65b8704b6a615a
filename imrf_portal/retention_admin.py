"""Retention at the desk: the dates, the holds, and the reports that stay."""

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, retention
from .access import Capability
from .admin_tools import CapabilityAdmin, ShownOnly, act_page, require
from .errors import Refused
from .form_fields import LongTextField
from .retention import Hold, RetentionDate, RetentionReport
from .times import short_at_zone

ON_A_PAGE = 100


class ReasonForm(forms.Form):
    reason = LongTextField(label=_("Why; it stays on the record"), limit=1000, widget=forms.Textarea(attrs={"rows": 3}))


class RetentionDateForm(forms.ModelForm):
    kind = forms.ChoiceField(label=_("What is erased"))

    class Meta:
        model = RetentionDate
        fields = ["forum", "kind", "due_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = retention.kinds()

    def clean(self):
        given = super().clean()
        if given.get("forum") and given.get("due_on"):
            try:
                retention.require_time_to_look(given["forum"], given["due_on"])
            except Refused as refusal:
                self.add_error("due_on", str(refusal))
        return given


@admin.register(RetentionDate)
class RetentionDateAdmin(CapabilityAdmin):
    """A date is set once; from then on it is moved as any other date, with a reason, earlier only by two."""

    changes = adds = Capability.CONFIGURE
    form = RetentionDateForm
    list_display = ["forum", "label", "due_on"]
    list_filter = ["forum"]
    list_select_related = ["forum"]

    @admin.display(description=_("what is erased"), ordering="kind")
    def label(self, date):
        return date.label

    def has_change_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return ["forum", "label", "due_on", "move_it"] if obj else ["forum", "kind", "due_on"]

    @admin.display(description=_("move"))
    def move_it(self, date):
        address = reverse("admin:move_date", args=[date.forum_id, f"retention-{date.pk}.due_on"])
        return format_html('<a href="{}">{}</a>', address, _t("Move"))

    def save_model(self, request, date, form, change):
        super().save_model(request, date, form, change)
        audit.record("retention.date", date, by=request.user, after=date.due_on, internal=True, kind=date.kind)


@admin.register(Hold)
class HoldAdmin(ShownOnly):
    list_display = ["subject_name", "reason", "since", "placed_by", "stands"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["placed_by"]
    search_fields = ["subject_name", "reason"]
    fields = ["subject_name", "reason", "placed_at", "placed_by", "lifted_at", "lifted_by", "lifted_reason"]

    @admin.display(description=_("since"), ordering="placed_at")
    def since(self, hold):
        return short_at_zone(hold.placed_at)

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, hold):
        return hold.lifted_at is None


@admin.register(RetentionReport)
class RetentionReportAdmin(ShownOnly):
    change_form_template = "admin/imrf_portal/retentionreport.html"
    list_display = ["forum", "label", "due_on", "ran", "erased", "held"]
    list_filter = ["forum"]
    list_select_related = ["forum"]
    fields = ["forum", "label", "due_on", "ran", "erased", "held"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                erased=Count("items", filter=Q(items__outcome="erased")),
                held=Count("items", filter=Q(items__outcome="held")),
            )
        )

    @admin.display(description=_("what was erased"))
    def label(self, report):
        return report.label

    @admin.display(description=_("run"), ordering="started_at")
    def ran(self, report):
        return short_at_zone(report.started_at)

    @admin.display(description=_("records erased"))
    def erased(self, report):
        return report.erased

    @admin.display(description=_("records on hold"))
    def held(self, report):
        return report.held

    def render_change_form(self, request, context, *args, **options):
        report = context.get("original")
        if report is not None:
            context["page_obj"] = Paginator(report.items.all(), ON_A_PAGE).get_page(request.GET.get("page"))
        return super().render_change_form(request, context, *args, **options)


def hold_page(request, record, *, back, crumbs):
    """The page that puts a hold on a record or lifts the one that stands; the app that owns the record calls it."""
    require(request, Capability.DECIDE)
    standing = retention.hold_on(record)
    act = retention.lift_hold if standing else retention.place_hold
    return act_page(
        request,
        admin.site,
        lambda reason: act(record, by=request.user, reason=reason),
        title=(_t("Lift the hold: %(name)s") if standing else _t("Keep from being erased: %(name)s"))
        % {"name": record},
        label=_t("Lift the hold") if standing else _t("Put a hold on it"),
        done=_t("Lifted.") if standing else _t("On hold: the retention dates do not touch it."),
        form=ReasonForm(request.POST or None),
        back=back,
        crumbs=crumbs,
        facts=[(_t("Reason"), standing.reason), (_t("Put on by"), standing.placed_by)] if standing else [],
        effect=_t("The record is treated as any other from now on.")
        if standing
        else _t("No retention date erases anything of this record until the hold is lifted."),
    )
