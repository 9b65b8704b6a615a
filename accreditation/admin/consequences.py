"""The queue of what a new list would change: an officer compares, then settles each line with a reason."""

from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, act_page, require
from imrf_portal.times import short_at_zone

from .. import consequences
from ..models import Consequence
from . import consequence_runs

CHANGELIST = "admin:accreditation_consequence_changelist"


class State(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", _("To settle")), ("settled", _("Settled"))]

    def queryset(self, request, lines):
        match self.value():
            case "open":
                return lines.open()
            case "settled":
                return lines.exclude(settled_at=None)
        return lines


@admin.register(Consequence)
class ConsequenceAdmin(ShownOnly):
    change_form_template = "admin/accreditation/consequence.html"
    list_display = ["name", "about", "before_route", "after_route", "reference_list", "found", "settlement"]
    list_filter = [State, "forum", "after_route", "settlement", "reference_list"]
    list_select_related = ["reference_list"]
    search_fields = ["name", "application__reference"]
    fields = [
        "name", "about", "forum", "before_route", "after_route", "reference_list", "found", "settlement", "settled",
        "settled_by", "reason",
    ]  # fmt: skip
    list_per_page = 50
    actions = ["settle_selected"]

    @admin.action(description=_("Settle the chosen lines in one way…"))
    def settle_selected(self, request, lines):
        require(request, Capability.REGISTER)
        keys = lines.values_list("pk", flat=True)[: consequence_runs.MOST + 1]
        return consequence_runs.show(request, consequence_runs.chosen(request, list(keys)))

    def get_actions(self, request):
        return super().get_actions(request) if may(request.user, Capability.REGISTER) else {}

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("about"))
    def about(self, line):
        for name in ("application", "accreditation", "recognition_request", "verdict"):
            if key := getattr(line, f"{name}_id"):
                model = line._meta.get_field(name).related_model
                address = reverse(f"admin:accreditation_{model._meta.model_name}_change", args=[key])
                return format_html('<a href="{}">{}</a>', address, line._meta.get_field(name).verbose_name)
        return ""

    @admin.display(description=_("found"), ordering="found_at")
    def found(self, line):
        return short_at_zone(line.found_at)

    @admin.display(description=_("settled at"), ordering="settled_at")
    def settled(self, line):
        return short_at_zone(line.settled_at) if line.settled_at else ""

    def get_urls(self):
        act = path("<int:pk>/settle/", self.admin_site.admin_view(self.settle), name="accreditation_consequence_settle")
        return [act, *super().get_urls()]

    def render_change_form(self, request, context, *args, **options):
        line = context.get("original")
        if line is not None:
            context["may_settle"] = line.settled_at is None and may(request.user, Capability.REGISTER)
            context["answers"] = [
                (_t("The answer before"), line.before, line.get_before_route_display()),
                (_t("The answer of the new version"), line.after, line.get_after_route_display()),
            ]
        return super().render_change_form(request, context, *args, **options)

    def settle(self, request, pk):
        require(request, Capability.REGISTER)
        line = get_object_or_404(self.get_queryset(request).select_related("reference_list", "forum"), pk=pk)
        back = reverse("admin:accreditation_consequence_change", args=[pk])
        return act_page(
            request,
            self.admin_site,
            lambda **values: consequences.settle(line, by=request.user, **values),
            title=_t("Settle: %(name)s") % {"name": line.name},
            label=_t("Settle"),
            done=_t("Settled."),
            form=consequence_runs.SettleForm(request.POST or None, lines=[line]),
            back=back,
            crumbs=[(reverse(CHANGELIST), _t("Consequences of new lists")), (back, line.name)],
            facts=[
                (_t("Before"), line.get_before_route_display()),
                (_t("Now"), line.get_after_route_display()),
                (_t("New version"), line.reference_list),
                *_standing(line),
            ],
        )


def _standing(line):
    """What the officer should know of the application or accreditation before settling."""
    if line.application_id:
        yield _t("Application"), f"{line.application.reference}, {line.application.get_status_display()}"
    elif line.accreditation_id:
        yield _t("Accreditation"), line.accreditation.get_basis_display()
    elif line.recognition_request_id:
        yield _t("Asked by"), line.recognition_request.asked_by


def to_settle(user):
    return Consequence.objects.visible_to(user).open()


admin.site.add_to_menu(
    _("New lists"), CHANGELIST, Capability.REGISTER, rows=to_settle, tone="warn", position=55, is_seldom=True
)
