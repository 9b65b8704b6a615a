"""The exports for grounds passes: everybody with a place, or what changed since the last export; kept with their hash.

A row is one code at one session. What is void since it was exported is on the list of revocations, without a reason.
"""

import hashlib
from io import BytesIO

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accreditation.models import Accreditation
from imrf_portal import audit, clock, files, spreadsheets, times
from imrf_portal.access import Capability, may
from imrf_portal.errors import Refused
from imrf_portal.files import PrivateFile
from sessions_app.models import ForumSession

from .models import PassExport, Registration, Representative, Status
from .models.guardians import CLEARED

COLUMNS = (
    "Code",
    "Name",
    "Function",
    "Organization",
    "Country",
    "Session",
    "Day",
    "Start",
    "Room",
    "Priority",
)
"""The columns of the office that prints passes; they are not translated, because a program reads them."""
NEW, CHANGED, VOID = "new", "changed", "void"
VALID = (Status.CONFIRMED, Status.OVERFLOW)


def require_export(by):
    if not may(by, Capability.EXPORT):
        raise Refused(_("Your role does not include this. Ask a coordinator."))


def valid(forum):
    """The registrations that get a pass now, with what a row needs, in one statement.

    Nobody under 18 is among them before a guardian agreed.
    """
    return (
        Registration.objects.filter(
            forum_session__forum=forum,
            status__in=VALID,
            accreditation__in=Accreditation.objects.in_force(),
            representative__in=Representative.objects.filter(CLEARED),
        )
        .exclude(forum_session__status=ForumSession.Status.CANCELLED)
        .select_related("representative", "accreditation__organization__country", "forum_session")
        .order_by("accreditation__organization__name", "representative__name", "forum_session__day_on", "pk")
    )


def row_of(registration):
    """The cells after the code."""
    person, session = registration.representative, registration.forum_session
    organization = registration.accreditation.organization
    in_overflow = registration.status == Status.OVERFLOW
    return [
        person.name,
        person.function,
        organization.name,
        organization.country.name_en if organization.country else "",
        session.title,
        session.day_on.isoformat(),
        times.clock_of(session.starts_at, session.time_zone) if session.starts_at else "",
        session.overflow_room if in_overflow else session.room,
        "yes" if registration.is_priority else "no",
    ]


def rows_now(forum):
    """``{code: cells}`` of everybody with a place."""
    return {registration.code: row_of(registration) for registration in valid(forum).iterator(chunk_size=500)}


def difference(old, new):
    """``[(change, code, cells)]``: new and changed codes as they are now, void ones as they were exported."""
    changes = [
        (NEW if code not in old else CHANGED, code, cells) for code, cells in new.items() if old.get(code) != cells
    ]
    return changes + [(VOID, code, cells) for code, cells in old.items() if code not in new]


def latest(forum):
    return PassExport.objects.filter(forum=forum).order_by("-number").first()


def export(forum, *, by, only_changes=False):
    """Make and keep an export as XLSX and as CSV; ``only_changes`` since the last one. Returns the ``PassExport``.

    Call it outside of a transaction: the files are written first.
    """
    require_export(by)
    last = latest(forum)
    if only_changes and last is None:
        raise Refused(_("There is no export yet. Make a full one first."))
    now = rows_now(forum)
    if only_changes:
        header = ("Change", *COLUMNS)
        lines = [(change, code, *cells) for change, code, cells in difference(last.rows, now)]
    else:
        header = COLUMNS
        lines = [(code, *cells) for code, cells in now.items()]
    number = (last.number if last else 0) + 1
    name = f"{forum.slug}-passes-{number:03}{'-changes' if only_changes else ''}"
    kept = [
        archive(f"{name}.xlsx", spreadsheets.XLSX, spreadsheets.write_xlsx(header, lines).read(), by=by),
        archive(f"{name}.csv", "text/csv", b"".join(spreadsheets.stream_csv(header, lines)), by=by),
    ]
    try:
        return _keep(forum, number, now, kept, len(lines), only_changes, by=by)
    except IntegrityError:
        raise Refused(_("Someone made an export a moment ago. Look at it first, then export what changed since."))


@transaction.atomic
def _keep(forum, number, rows, kept, count, only_changes, *, by):
    for file in kept:
        file.save(force_insert=True)
    made = PassExport.objects.create(
        forum=forum,
        number=number,
        is_difference=only_changes,
        rows=rows,
        changed_count=count,
        file=kept[0],
        csv_file=kept[1],
        exported_by=by,
        exported_at=clock.now(),
    )
    audit.record(
        "passes.export",
        made,
        by=by,
        rows=count,
        only_changes=only_changes,
        xlsx_sha256=kept[0].sha256,
        csv_sha256=kept[1].sha256,
    )
    return made


def archive(name, content_type, content, *, by):
    """Write the object; the unsaved row of a file that the portal itself made."""
    key = files.write(File(BytesIO(content), name=name), content_type)
    return PrivateFile(
        uploaded_by=by,
        key=key,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        scan_state=PrivateFile.Scan.NOT_SCANNED,
    )


def revocations(forum):
    """``[(code, name, organization, session)]`` of codes that were exported once and open no door now."""
    exported = {}
    for rows in PassExport.objects.filter(forum=forum).order_by("number").values_list("rows", flat=True).iterator():
        exported |= rows
    standing = set(valid(forum).values_list("code", flat=True))
    return [(code, cells[0], cells[2], cells[4]) for code, cells in exported.items() if code not in standing]


def download(made, kind, *, by):
    """The file of an export, ``xlsx`` or ``csv``; recorded."""
    require_export(by)
    file = made.csv_file if kind == "csv" else made.file
    audit.record("passes.download", made, by=by, file=file.name, sha256=file.sha256)
    return file


def take_revocations(forum, *, by):
    """The list of revocations for taking away; recorded. ``(header, rows)``."""
    require_export(by)
    rows = revocations(forum)
    audit.record("passes.revocations", forum, by=by, rows=len(rows))
    return ("Code", "Name", "Organization", "Session"), rows
