"""What the secretariat takes out of the portal: the queue as a table, safe to open, recorded."""

from django.utils.translation import gettext as _

from imrf_portal import audit
from imrf_portal.access import Capability
from imrf_portal.geography import Country
from imrf_portal.spreadsheets import csv_response, xlsx_response

from .models import Application
from .review import require

BATCH = 500


def columns():
    """``(title, value of an application)``; internal notes are never among them.

    The labels are translated once, not for each row: that took two thirds of the time of an export.
    """
    groups, kinds, women, statuses = (
        {value: str(label) for value, label in choices}
        for choices in (
            Country._meta.get_field("regional_group").flatchoices,
            *(Application._meta.get_field(name).flatchoices for name in ("type", "women_led", "status")),
        )
    )
    return [
        (_("Reference"), lambda row: row.reference),
        (_("Forum"), lambda row: row.forum.short_title),
        (_("Name"), lambda row: row.name),
        (_("Acronym"), lambda row: row.acronym),
        (_("Country"), lambda row: row.country.name if row.country else ""),
        (_("Regional group"), lambda row: groups.get(row.country.regional_group, "") if row.country else ""),
        (_("Type"), lambda row: kinds.get(row.type, row.type)),
        (_("Women-led"), lambda row: women.get(row.women_led, "")),
        (_("Status"), lambda row: statuses[row.status]),
        (_("Received (UTC)"), lambda row: row.submitted_at),
        (_("Late submission accepted"), lambda row: row.is_late),
        (_("Completed within tolerance"), lambda row: row.within_tolerance),
        (_("Rules waived"), lambda row: ", ".join(waiver.get_rule_display() for waiver in row.waivers.all())),
        (_("Held by"), lambda row: str(row.assigned_to or "")),
        (_("Recommended"), lambda row: {True: _("for"), False: _("against"), None: ""}[row.is_recommended]),
        (_("Homepage"), lambda row: row.homepage),
        (_("Contact person"), lambda row: row.contact_name),
        (_("E-mail"), lambda row: row.contact_email),
    ]


def queue_table(filters, *, by, kind):
    """The rows that the filters show as a download, ``kind`` ``csv`` or ``xlsx``; written to the record first."""
    require(by, Capability.EXPORT)
    rows = filters.select(by).select_related("country", "forum", "assigned_to").prefetch_related("waivers")
    audit.record(
        "queue.export",
        by,
        by=by,
        internal=True,
        filters=filters.address(),
        rows=rows.count(),
        late=rows.filter(is_late=True).count(),
        format=kind,
    )
    titles, values = zip(*columns(), strict=True)
    lines = ([value(row) for value in values] for row in rows.iterator(chunk_size=BATCH))
    answer = {"csv": csv_response, "xlsx": xlsx_response}[kind]
    return answer(f"applications.{kind}", titles, lines)
