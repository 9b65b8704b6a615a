"""Reading a reference list from a file.

The file is CSV in UTF-8, or an XLSX workbook of one sheet (``reference_workbooks``), with the columns of ``COLUMNS``,
one organization a row. It is taken whole or refused whole: ``read`` goes through all of it before anybody gets a row,
and keeps none, so that a long file takes no more memory.
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

from . import names, reference_workbooks

COLUMNS = ("organization", "status", "status_year", "country", "acronym", "former_names")
LARGEST = 30 * 1024 * 1024
MOST_ROWS = 100_000
MOST_NAMES = 40
MOST_PROBLEMS = 10
MOST_SHOWN = 50
"""Names of a kind that a preview shows one by one."""
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
"""How XLS begins."""
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


@dataclass(frozen=True)
class FileRows:
    """The rows of a file that was found right: read from it again each time somebody goes through them."""

    content: bytes
    count: int

    def __len__(self):
        return self.count

    def __iter__(self):
        return (row for _line, row in _lines(self.content))


@dataclass
class Reading:
    """What a file says.

    ``date_like`` are ``(line, name)`` of names that a spreadsheet may have turned into a date; ``repeated`` are
    ``(line, line where it stood first, name)`` of names that stand twice with different particulars; of each the first
    ``MOST_SHOWN``.
    """

    rows: FileRows | None = None
    date_like: list = field(default_factory=list)
    repeated: list = field(default_factory=list)
    ignored_columns: list = field(default_factory=list)


def read(content):
    """The ``Reading`` of a file's bytes; ``Refused`` (field ``file``) when it cannot be taken whole."""
    _require_size(content)
    if reference_workbooks.is_workbook(content):
        content = reference_workbooks.as_csv(content, columns=COLUMNS, largest=LARGEST)
    _require_text(content)
    return _checked(content)


def _require_size(content):
    if len(content) > LARGEST:
        raise Refused(
            _("The file is larger than %(mb)d MB. Nothing was imported.") % {"mb": LARGEST // 1024**2}, field="file"
        )
    if not content.strip():
        raise Refused(_("The file is empty. Nothing was imported."), field="file")


def _require_text(content):
    if content.startswith(OLD_SPREADSHEET):
        raise Refused(
            _("This is an old spreadsheet. Save it as XLSX, or as “CSV UTF-8 (comma delimited)”, and send that file."),
            field="file",
        )
    for number, line in enumerate(io.BytesIO(content), start=1):
        try:
            line.decode()
        except UnicodeDecodeError:
            raise Refused(
                _(
                    "The file is not in UTF-8 (first seen in line %(line)d), so accents would be lost. "
                    "Save it as “CSV UTF-8” and send that file. Nothing was imported."
                )
                % {"line": number},
                field="file",
            )
    if b"\x00" in content:
        raise Refused(_("The file is not text. Save it as “CSV UTF-8” and send that file."), field="file")


def _table(content):
    """``(line, cells)`` of a file, one after the other. A quotation mark that is not closed is refused: it would
    swallow the rows that follow."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    table = csv.reader(text, delimiter=_delimiter(content), strict=True)
    begins = 1
    try:
        for cells in table:
            yield table.line_num, cells
            begins = table.line_num + 1
    except csv.Error as error:
        raise Refused(
            _("The row that begins in line %(line)d cannot be read as CSV (%(error)s). Nothing was imported.")
            % {"line": begins, "error": error},
            field="file",
        )


def _header(table):
    return [names.clean(cell).casefold() for cell in next(table, (1, []))[1]]


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


def _lines(content, problems=None):
    """``(line, Row)`` of each organization, one after the other; what is wrong with others goes to ``problems``, and
    ``MOST_PROBLEMS`` of them end it."""
    table = _table(content)
    columns, countries = _columns(_header(table)), _countries()
    for line, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: names.clean(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
        try:
            row = _row(values, countries)
        except ValueError as problem:
            if problems is None:
                raise
            problems.append((line, problem))
        else:
            yield line, row
        if problems is not None and len(problems) >= MOST_PROBLEMS:
            return


def _checked(content):
    header = _header(_table(content))
    reading = Reading(ignored_columns=[name for name in header if name and name not in COLUMNS])
    problems, count, seen = [], 0, _Seen()
    for line, row in _lines(content, problems):
        count += 1
        if count > MOST_ROWS:
            raise Refused(
                _("The file has more than %(rows)d rows. Nothing was imported.") % {"rows": MOST_ROWS}, field="file"
            )
        if first := seen.again(line, row):
            words = _("“%(name)s” stands in line %(first)d already.") % {"name": row.name, "first": first}
            problems.append((line, words))
        elif (first := seen.under_this_name(line, row)) and len(reading.repeated) < MOST_SHOWN:
            reading.repeated.append((line, first, row.name))
        is_date_like = any(names.looks_like_a_date(name) for name in (row.name, *(other.name for other in row.others)))
        if is_date_like and len(reading.date_like) < MOST_SHOWN:
            reading.date_like.append((line, row.name))
    if problems:
        sentences = [_("Line %(line)d: %(problem)s") % {"line": line, "problem": words} for line, words in problems]
        raise Refused(" ".join([*sentences, _("Nothing was imported.")]), field="file")
    if not count:
        raise Refused(_("The file has a header and no organization. Nothing was imported."), field="file")
    reading.rows = FileRows(content, count)
    return reading


class _Seen:
    """Which rows and names stood in which line; numbers stand for them, so that a long file takes little room."""

    def __init__(self):
        self.rows, self.names = {}, {}

    def again(self, line, row):
        """The line in which the same row stands; None when this is the first."""
        first = self.rows.setdefault(hash(row), line)
        return first if first != line else None

    def under_this_name(self, line, row):
        """The line in which the name stands, with other particulars; None when this is the first."""
        first = self.names.setdefault(hash(row.name.casefold()), line)
        return first if first != line else None


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
