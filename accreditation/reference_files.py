"""Reading a reference list from a file.

The file is CSV in UTF-8 with the columns of ``COLUMNS``, one organization a row. It is taken whole or refused whole.
``country`` is an ISO code or a UN name, or empty. ``former_names`` holds several names separated by ``|``, each with
the year until which it was used in parentheses where known; ``merged:`` before a name marks a body that merged into
this one.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from imrf_portal.errors import Refused
from imrf_portal.geography import Country

from . import names

COLUMNS = ("organization", "status", "status_year", "country", "acronym", "former_names")
LARGEST = 30 * 1024 * 1024
MOST_ROWS = 100_000
MOST_NAMES = 40
MOST_PROBLEMS = 10
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheet programs begin: XLSX and ODS, and XLS."""
YEARS = range(1945, 2101)
YEAR_NOTE = re.compile(r"\s*\((?:until )?(\d{4})\)$")


@dataclass(frozen=True)
class OtherName:
    kind: str
    name: str
    year: int | None = None


@dataclass(frozen=True)
class Row:
    """One organization of a list; ``country`` is an ISO alpha-2 code or ""."""

    name: str
    status: str = ""
    status_year: int | None = None
    country: str = ""
    note: str = ""
    others: tuple = ()


@dataclass
class Reading:
    """What a file says.

    ``date_like`` are ``(line, name)`` of names that a spreadsheet may have turned into a date; ``repeated`` are
    ``(line, line where it stood first, name)`` of names that stand twice with different particulars.
    """

    rows: list = field(default_factory=list)
    date_like: list = field(default_factory=list)
    repeated: list = field(default_factory=list)
    ignored_columns: list = field(default_factory=list)


def read(content):
    """The ``Reading`` of a file's bytes; ``Refused`` (field ``file``) when it cannot be taken whole."""
    table = csv.reader(io.StringIO(_text(content), newline=""), delimiter=_delimiter(content), strict=False)
    try:
        header = [names.clean(cell).casefold() for cell in next(table, [])]
        columns = _columns(header)
        return _read_rows(table, columns, header)
    except csv.Error as error:
        raise Refused(
            _("Line %(line)d cannot be read as CSV (%(error)s). Nothing was imported.")
            % {"line": table.line_num, "error": error},
            field="file",
        )


def _text(content):
    if len(content) > LARGEST:
        raise Refused(
            _("The file is larger than %(mb)d MB. Nothing was imported.") % {"mb": LARGEST // 1024**2}, field="file"
        )
    if not content.strip():
        raise Refused(_("The file is empty. Nothing was imported."), field="file")
    if content.startswith(SPREADSHEETS):
        raise Refused(
            _("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8 (comma delimited)” and send that file."),
            field="file",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            _(
                "The file is not in UTF-8 (first seen in line %(line)d), so accents would be lost. "
                "Save it as “CSV UTF-8” and send that file. Nothing was imported."
            )
            % {"line": line},
            field="file",
        )
    if "\x00" in text:
        raise Refused(_("The file is not text. Save it as “CSV UTF-8” and send that file."), field="file")
    return text


def _delimiter(content):
    first = content.split(b"\n", 1)[0]
    return max(",;\t", key=lambda sign: first.count(sign.encode()))


def _columns(header):
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            _("The column “%(column)s” is missing. Nothing was imported.") % {"column": "”, “".join(missing)}
            if len(missing) == 1
            else _("The columns “%(columns)s” are missing. Nothing was imported.") % {"columns": "”, “".join(missing)},
            field="file",
        )
    if twice := [name for name in COLUMNS if header.count(name) > 1]:
        raise Refused(
            _("The column “%(column)s” is there twice. Nothing was imported.") % {"column": twice[0]}, field="file"
        )
    return {name: header.index(name) for name in COLUMNS}


def _read_rows(table, columns, header):
    reading = Reading(ignored_columns=[name for name in header if name and name not in COLUMNS])
    countries, problems, seen = _countries(), [], {}
    for cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(reading.rows) >= MOST_ROWS:
            raise Refused(
                _("The file has more than %(rows)d rows. Nothing was imported.") % {"rows": MOST_ROWS}, field="file"
            )
        values = {name: names.clean(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
        try:
            row = _row(values, countries)
            _require_new(row, table.line_num, seen, reading)
        except ValueError as problem:
            problems.append(_("Line %(line)d: %(problem)s") % {"line": table.line_num, "problem": problem})
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        reading.rows.append(row)
        if any(names.looks_like_a_date(name) for name in (row.name, *(other.name for other in row.others))):
            reading.date_like.append((table.line_num, row.name))
    if problems:
        raise Refused(" ".join([*problems, _("Nothing was imported.")]), field="file")
    if not reading.rows:
        raise Refused(_("The file has a header and no organization. Nothing was imported."), field="file")
    return reading


def _require_new(row, line, seen, reading):
    """Refuse a row that stands in the file already; note one whose name does."""
    for first, earlier in seen.setdefault(row.name.casefold(), []):
        if earlier == row:
            raise ValueError(_("“%(name)s” stands in line %(first)d already.") % {"name": row.name, "first": first})
        reading.repeated.append((line, first, row.name))
    seen[row.name.casefold()].append((line, row))


def _row(values, countries):
    if not values["organization"]:
        raise ValueError(_("the name of the organization is empty."))
    country = values["country"]
    if country and names.fold(country) not in countries:
        raise ValueError(_("no country is called “%(name)s”.") % {"name": country})
    former = [_other(text) for text in values["former_names"].split("|") if text.strip()]
    if len(former) > MOST_NAMES:
        raise ValueError(_("more than %(count)d former names.") % {"count": MOST_NAMES})
    acronym = [OtherName("acronym", values["acronym"])] if values["acronym"] else []
    return Row(
        name=values["organization"],
        status=values["status"][:60],
        status_year=_year(values["status_year"]),
        country=countries[names.fold(country)] if country else "",
        others=(*acronym, *former),
    )


def _year(text):
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) in YEARS):
        raise ValueError(_("“%(text)s” is not a year.") % {"text": text})
    return int(text)


def _other(text):
    text, kind = text.strip(), "former"
    if text.casefold().startswith("merged:"):
        text, kind = text[len("merged:") :].strip(), "merged"
    year = YEAR_NOTE.search(text)
    return OtherName(kind, YEAR_NOTE.sub("", text), _year(year[1]) if year else None)


def _countries():
    """Folded code or name -> ISO alpha-2."""
    known = {}
    for country in Country.objects.all():
        for text in (country.common_name_en, country.name_en, country.iso3, country.iso2):
            known[names.fold(text)] = country.pk
    return known
