"""Rules of seats (edited here), and records of runs, changes and check-ins (shown only)."""

from django.contrib import admin

from imrf_portal.access import Capability
from imrf_portal.admin_tools import CapabilityAdmin, ShownOnly

from ..models import Allocation, ChangeNotice, CheckIn, SeatRule


@admin.register(SeatRule)
class SeatRuleAdmin(CapabilityAdmin):
    changes = adds = Capability.REGISTER
    list_display = ["forum", "second_seats", "offer_hours"]
    list_select_related = ["forum"]

    def get_readonly_fields(self, request, obj=None):
        return ["forum"] if obj else []


@admin.register(Allocation)
class AllocationAdmin(ShownOnly):
    list_display = ["forum_session", "rule", "input_sha256", "confirmed_at", "confirmed_by"]
    list_filter = ["forum_session__forum"]
    list_select_related = ["forum_session", "confirmed_by"]
    fields = ["forum_session", "rule", "input_sha256", "result", "confirmed_at", "confirmed_by"]


@admin.register(ChangeNotice)
class ChangeNoticeAdmin(ShownOnly):
    list_display = ["registration", "change", "told_at", "answer", "answered_at"]
    list_filter = ["answer", "change__verb"]
    list_select_related = [
        "registration__representative",
        "registration__forum_session",
        "change__forum_session",
    ]
    show_full_result_count = False


@admin.register(CheckIn)
class CheckInAdmin(ShownOnly):
    list_display = ["registration", "at", "entrance", "is_first", "override_reason", "by"]
    list_filter = ["is_first", "entrance", "registration__forum_session"]
    list_select_related = ["registration__representative", "registration__forum_session", "by"]
    search_fields = ["registration__code", "registration__representative__name"]
    show_full_result_count = False
