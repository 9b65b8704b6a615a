"""What a Mission takes out of the portal as a table: a list, and its own record. Each taking is an event."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imrf_portal import audit, times
from imrf_portal.spreadsheets import csv_response

from . import mission_ledger, mission_pages
from .mission_pages import for_missions, for_readers
from .models import OrganizationType


@require_safe
@for_readers
def list_csv(request, pk):
    """The whole list: every row carries the list, its version, its date and its hash (T-M19)."""
    listed = mission_pages.shared_list(request.user, pk)
    audit.record("list.export", listed, by=request.user, version=listed.version, sha256=listed.sha256)
    return csv_response(file_name(listed, "csv"), *list_table(listed))


def list_table(listed):
    """``(header, rows)`` of a frozen list, of nothing but what Member States are shown."""
    date = times.machine_time(listed.circulated_at or listed.frozen_at, listed.forum.time_zone)
    with_category = listed.forum.states_see_category
    header = [_("No."), _("Organization"), _("Country")] + ([_("Category")] if with_category else [])
    header += [_("List"), _("Version"), _("Sent") if listed.circulated_at else _("Frozen"), _("SHA-256 of the list")]
    types = dict(OrganizationType.choices)
    evidence = [list_code(listed), listed.version, date, listed.sha256]

    def rows():
        for entry in listed.entries.select_related("country").iterator(chunk_size=500):
            category = [types.get(entry.category, "")] if with_category else []
            yield [entry.position, entry.name, entry.country.name, *category, *evidence]

    return header, rows()


def list_code(listed):
    """“IMRF22-L1”: what people call a list, whatever its version."""
    return f"{listed.forum.reference_prefix}-L{listed.number}"


def file_name(listed, ending):
    """“IMRF22-L1-v2-2022-02-24.csv”: the version and the day it was sent, else frozen, travel with the file."""
    return f"{list_code(listed)}-v{listed.version}-{listed.circulated_at or listed.frozen_at:%Y-%m-%d}.{ending}"


@require_safe
@for_missions
def ledger_csv(request):
    """The Mission's own record, every line."""
    own, _named = mission_ledger.objections_of(request.user)
    requests = list(mission_ledger.requests_of(request.user))
    audit.record("ledger.export", request.user.member_state, by=request.user)
    events = mission_ledger.events_of(request.user, own, requests)
    lines = list(mission_ledger.lines_of(request.user, events, own, requests))
    header = [_("When (UTC)"), _("What"), _("Who")]
    return csv_response("record.csv", header, ((line.at, line.words, line.who) for line in lines))
