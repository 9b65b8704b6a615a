"""What the secretariat takes out of the portal: the queue as a table, safe to open, recorded."""

from django.db.models import CharField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from imrf_portal import audit, geography
from imrf_portal.access import Capability
from imrf_portal.geography import Country
from imrf_portal.spreadsheets import csv_response, xlsx_response

from .models import Application, Waiver
from .review import require

BATCH = 500


def columns(rows):
    """``(title, column, words)`` of a table of ``rows``; internal notes are never among them.

    ``words`` maps what is stored to what is written; None: it is written as it is. They are made once, not for each
    row, and in the language of the reader although the rows go out after the request.
    """
    groups, kinds, women, statuses = (
        {value: str(label) for value, label in choices}
        for choices in (
            Country._meta.get_field("regional_group").flatchoices,
            *(Application._meta.get_field(name).flatchoices for name in ("type", "women_led", "status")),
        )
    )
    holder = Coalesce(NullIf("assigned_to__name", Value("")), "assigned_to__email", output_field=CharField())
    yes_or_no = {True: _("yes"), False: _("no")}
    return [
        (_("Reference"), "reference", None),
        (_("Forum"), "forum__short_title", None),
        (_("Name"), "name", None),
        (_("Acronym"), "acronym", None),
        (_("Country"), "country", geography.names()),
        (_("Regional group"), "country__regional_group", groups),
        (_("Type"), "type", kinds),
        (_("Women-led"), "women_led", women),
        (_("Status"), "status", statuses),
        (_("Received (UTC)"), "submitted_at", None),
        (_("Late submission accepted"), "is_late", yes_or_no),
        (_("Completed within tolerance"), "within_tolerance", yes_or_no),
        (_("Rules waived"), "pk", _waived(rows)),
        (_("Held by"), holder, None),
        (_("Recommended"), "is_recommended", {True: _("for"), False: _("against")}),
        (_("Homepage"), "homepage", None),
        (_("Contact person"), "contact_name", None),
        (_("E-mail"), "contact_email", None),
    ]


def _waived(rows):
    """``{key of an application: the rules waived for it}``: few have any."""
    found = {}
    for waiver in Waiver.objects.filter(application__in=rows.order_by().values("pk")):
        found.setdefault(waiver.application_id, []).append(str(waiver.get_rule_display()))
    return {key: ", ".join(rules) for key, rules in found.items()}


def lines(rows, names, words):
    """What stands in each line of the table, as plain values."""
    worded = [(place, one) for place, one in enumerate(words) if one is not None]
    for row in rows.values_list(*names).iterator(chunk_size=BATCH):
        line = list(row)
        for place, one in worded:
            line[place] = one.get(line[place], "")
        yield line


def queue_table(filters, *, by, kind):
    """The rows that the filters show as a download, ``kind`` ``csv`` or ``xlsx``; written to the record first."""
    require(by, Capability.EXPORT)
    rows = filters.select(by)
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
    titles, names, words = zip(*columns(rows), strict=True)
    answer = {"csv": csv_response, "xlsx": xlsx_response}[kind]
    return answer(f"applications.{kind}", titles, lines(rows, names, words))
