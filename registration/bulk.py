"""Many registrations at once, pasted or from a file: the rows that count, and the others with the reason.

The published rule of 2017: the first two entered for a session count, the first one marked as priority counts. Whoever
is registered already was entered first.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import texts
from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from .models import Registration, Representative
from .models.seats import LIVE
from .people import add, people_of
from .workflow import closed_reason, locked, require_door, save_matrix

MOST_ROWS = 500
MOST_BYTES = 1_000_000
MOST_UNPACKED = 20_000_000
"""Bytes a workbook may have after unpacking: a small file must not fill the memory."""
COLUMNS = ("session", "name", "email", "function", "priority", "under_18", "guardian_name", "guardian_email")
YES = {"1", "x", "y", "yes", "true", "*", "★", "priority", "oui", "sí", "si", "да", "是", "نعم"}
NO = {"", "0", "n", "no", "false", "-", "non", "нет", "لا", "否"}
LONGEST = {"name": 200, "email": 254, "function": 150, "guardian_name": 200, "guardian_email": 254}


@dataclass
class Entry:
    """One row as it was entered; ``reason`` says why it, or its mark, is not considered."""

    line: int
    session: str
    name: str
    email: str = ""
    function: str = ""
    priority: str = ""
    under_18: str = ""
    guardian_name: str = ""
    guardian_email: str = ""
    found: object = None
    person: object = None
    reason: str = ""
    mark_reason: str = ""

    @property
    def is_marked(self):
        return self.priority.casefold() in YES

    @property
    def is_minor(self):
        """Marked as under 18, or with a guardian: nobody of age has one."""
        return self.under_18.casefold() not in NO or bool(self.guardian_name or self.guardian_email)


@dataclass
class Plan:
    """What a list leads to: rows that count, rows that do not, and the matrix wanted."""

    counted: list = field(default_factory=list)
    dropped: list = field(default_factory=list)
    marks_dropped: list = field(default_factory=list)
    wanted: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    """What is entered about each new person, by ``id``."""

    @property
    def new_people(self):
        """People who are not entered yet, each once."""
        return list({id(entry.person): entry.person for entry in self.counted if not entry.person.pk}.values())

    @property
    def fingerprint(self):
        """Compares what was shown with what would be saved now."""
        lines = (",".join(str(entry.line) for entry in entries) for entries in (self.counted, self.marks_dropped))
        return "/".join(lines)


def rows_of_text(text):
    """Rows of a pasted table or CSV: tab, semicolon or comma between the cells."""
    text = texts.clean(text)
    first = text.partition("\n")[0]
    separator = max("\t;,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise Refused(_("We cannot tell the cells of this list apart. Look for a quotation mark that is not closed."))
    return _limited(rows)


def rows_of_file(upload):
    """Rows of an uploaded CSV (UTF-8) or XLSX file. Refused with what to do when it is neither."""
    if upload.size > MOST_BYTES:
        raise Refused(_("This file is larger than 1 MB. Send a file with the list only."), field="file")
    data = upload.read()
    if data[:2] == b"PK":
        return _limited(_rows_of_workbook(data))
    try:
        return rows_of_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused(_("We cannot read this file. Save it as CSV (UTF-8) or as XLSX."), field="file")


def _rows_of_workbook(data):
    from openpyxl import load_workbook  # 11 MB that most workers never need

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Refused(_("This workbook is too large. Send a file with the list only."), field="file")
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False).worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=len(COLUMNS), values_only=True)
        return [["" if cell is None else texts.clean_name(str(cell)) for cell in row] for row in rows]
    except Refused:
        raise
    except Exception:  # a damaged workbook breaks its readers in more ways than can be named
        raise Refused(_("We cannot read this file. Save it as CSV (UTF-8) or as XLSX."), field="file")


def _limited(rows):
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) > MOST_ROWS:
        raise Refused(_("A list may have %(most)s rows. Send it in parts.") % {"most": MOST_ROWS})
    return rows


def as_text(rows):
    """The rows as the pasted text that leads to them again."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(row[: len(COLUMNS)] for row in rows)
    return out.getvalue()


def entries_of(rows):
    """Entries in the order entered; a first row with our column names is a heading."""
    entries = []
    for line, row in enumerate(rows, start=1):
        cells = [texts.clean_name(cell) for cell in row[: len(COLUMNS)]] + [""] * len(COLUMNS)
        if line == 1 and cells[0].casefold() in {"session", _("Session").casefold()}:
            continue
        entries.append(Entry(line, *cells[: len(COLUMNS)]))
    return entries


def plan(accreditation, rows):
    """What becomes of the rows for this organization now; nothing is saved."""
    result = Plan()
    sessions = {}
    for session in ForumSession.objects.public().filter(forum=accreditation.forum_id).select_related("forum"):
        for name in (session.slug, session.title):
            sessions.setdefault(name.casefold(), session)
    known = list(people_of(accreditation))
    wanted = _standing(accreditation, sessions.values())
    for entry in entries_of(rows):
        entry.found = sessions.get(entry.session.casefold())
        entry.reason = _unreadable(entry) or _not_open(entry)
        if not entry.reason:
            entry.person = _person(accreditation, entry, known, result.answers)
            entry.reason = _age_differs(entry) or _not_counted(entry, wanted)
        if entry.reason:
            result.dropped.append(entry)
            continue
        starred = next((person for person, is_priority in wanted[entry.found] if is_priority), None)
        if entry.is_marked and starred:
            entry.mark_reason = _("The first one marked counts: %(name)s has priority.") % {"name": starred}
            result.marks_dropped.append(entry)
        wanted[entry.found].append((entry.person, entry.is_marked and not starred))
        result.counted.append(entry)
    result.wanted = {session: wanted[session] for session in dict.fromkeys(entry.found for entry in result.counted)}
    return result


def _standing(accreditation, sessions):
    """Those registered already, by session, in the order of their seats."""
    standing = {session: [] for session in sessions}
    for one in (
        Registration.objects.filter(LIVE, accreditation=accreditation, forum_session__in=list(standing))
        .select_related("representative", "forum_session")
        .order_by("seat")
    ):
        standing[one.forum_session].append((one.representative, one.is_priority))
    return standing


@transaction.atomic
def save(accreditation, rows, *, shown, by):
    """Register the rows that count; ``shown`` is the fingerprint of the plan its reader confirmed. Returns the plan.

    Worked out again after the lock: a plan from before it would take the seat of whoever came in between.
    """
    accreditation = locked(accreditation)
    require_door(accreditation, by=by)
    result = plan(accreditation, rows)
    if not result.counted:
        raise Refused(_("No row of this list can be considered. Nothing was saved."))
    if result.fingerprint != shown:
        raise Refused(_("Something changed since you saw the preview. Look at the new one, then confirm again."))
    entered = {}
    for person in result.new_people:
        entered[id(person)] = add(accreditation, result.answers[id(person)], agreed=False, by=by)
    wanted = {
        session: [(entered.get(id(person), person), is_priority) for person, is_priority in people]
        for session, people in result.wanted.items()
    }
    save_matrix(accreditation, wanted, by=by)
    return result


def _unreadable(entry):
    if not entry.name and not entry.email:
        return _("There is no name.")
    for name, most in LONGEST.items():
        if len(getattr(entry, name)) > most:
            return _("The %(what)s is longer than %(most)s characters.") % {"what": _(name), "most": most}
    if entry.email and ("@" not in entry.email or " " in entry.email):
        return _("“%(email)s” is not an e-mail address.") % {"email": entry.email}
    return _guardian_missing(entry) if entry.is_minor else ""


def _guardian_missing(entry):
    """Somebody under 18 is never entered in silence (T-R12): the row names whom to ask."""
    if entry.under_18.casefold() not in YES | NO:
        return _("“%(mark)s” does not say whether the person is under 18. Write yes or no.") % {"mark": entry.under_18}
    try:
        validate_email(entry.guardian_email)
    except ValidationError:
        named = False
    else:
        named = bool(entry.guardian_name)
    return "" if named else _("A person under 18 needs a guardian: give the name and the e-mail address in this row.")


def _age_differs(entry):
    if entry.is_minor and not entry.person.is_minor:
        return _("%(name)s is entered as 18 or older. Change that on the person’s own page first.") % {
            "name": entry.person
        }
    return ""


def _not_open(entry):
    if entry.found is None:
        return _("There is no session “%(session)s” in the programme.") % {"session": entry.session}
    return closed_reason(entry.found) or ""


def _person(accreditation, entry, known, new):
    """One of the people entered before, by e-mail address, else by name; a new one is noted in ``new``, not saved."""
    for person in known:
        same_name = entry.name and person.name.casefold() == entry.name.casefold()
        same_address = entry.email and person.email.casefold() == entry.email.casefold()
        if same_address or (same_name and not (entry.email and person.email)):
            return person
    answers = {"name": entry.name, "email": entry.email, "function": entry.function, "is_minor": entry.is_minor}
    person = Representative(accreditation=accreditation, **answers)
    new[id(person)] = answers | {"guardian_name": entry.guardian_name, "guardian_email": entry.guardian_email}
    known.append(person)
    return person


def _not_counted(entry, wanted):
    here = wanted[entry.found]
    names = _(" and ").join(str(person) for person, _mark in here)
    if any(person is entry.person or (person.pk and person.pk == entry.person.pk) for person, _mark in here):
        return _("%(name)s is registered for this session already.") % {"name": entry.person}
    if len(here) >= entry.found.seats_per_organization:
        return _("Only the first %(count)s entered count: %(names)s.") % {
            "count": entry.found.seats_per_organization,
            "names": names,
        }
    for other, people in wanted.items():
        if (
            entry.found.overlaps(other)
            and other.pk != entry.found.pk
            and any(person is entry.person or (person.pk and person.pk == entry.person.pk) for person, _mark in people)
        ):
            return _("%(name)s is in “%(other)s” at the same time.") % {"name": entry.person, "other": other}
    return ""
