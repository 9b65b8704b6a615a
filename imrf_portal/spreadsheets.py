"""Tables that people take away: CSV and XLSX in which no cell is a live formula.

A spreadsheet program computes a CSV cell that begins with ``=``, ``+``, ``-`` or ``@``, also after blanks or in
full-width form. Such text gets an apostrophe before it, which the program takes as “this is text”. In XLSX every text
is stored as text, as typed. Equal content gives equal bytes, so that a fingerprint means something.
"""

import csv
import tempfile
import unicodedata
from datetime import date, datetime

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

FORMULA_STARTERS = set("=+-@|%")
ROWS_AT_ONCE = 200
LONGEST_CELL = 32_767
BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001
"""The creation date in every workbook: the time of the export is in the event, not in the bytes."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
    "remove_timezone": True,
}


def safe_cell(value):
    """``value`` as a CSV cell: numbers and dates as they are, text so that no program computes it."""
    if isinstance(value, str):
        text = value
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return _("yes") if value else _("no")
    elif isinstance(value, (int, float)):
        return value
    elif isinstance(value, (date, datetime)):
        return value.isoformat()
    else:
        text = str(value)
    text = text.replace("\x00", "")
    return f"'{text}" if looks_like_a_formula(text) else text


def looks_like_a_formula(text):
    if text[:1].isalnum() and text[0].isascii():
        return False
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for character in text[:200]:
        if not is_invisible(character):
            return unicodedata.normalize("NFKC", character)[0] in FORMULA_STARTERS or character == "−"
    return False


def is_invisible(character):
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs")


class Line:
    """What ``csv.writer`` writes to: hands each line back."""

    def write(self, text):
        return text


def stream_csv(header, rows):
    """Bytes of a CSV in UTF-8 with byte order mark, chunk by chunk; ``rows`` may be any iterable of sequences.

    Every cell is quoted: where the separator is a semicolon, a semicolon in a text must not start a cell.
    """
    write = csv.writer(Line(), quoting=csv.QUOTE_ALL).writerow
    lines = ["\ufeff", write([safe_cell(title) for title in header])]
    for row in rows:
        lines.append(write([safe_cell(value) for value in row]))
        if len(lines) >= ROWS_AT_ONCE:
            yield "".join(lines).encode("utf-8", "replace")
            lines = []
    yield "".join(lines).encode("utf-8", "replace")


def csv_response(name, header, rows):
    """The CSV as a streamed download called ``name``."""
    response = StreamingHttpResponse(stream_csv(header, rows), content_type="text/csv; charset=utf-8")
    return as_download(response, name)


def xlsx_response(name, header, rows, *, sheet=""):
    """The workbook as a download called ``name``."""
    return as_download(FileResponse(write_xlsx(header, rows, sheet=sheet), content_type=XLSX), name)


def as_download(response, name):
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def write_xlsx(header, rows, *, sheet=""):
    """An open temporary file, at its beginning, with a workbook of one sheet; memory does not grow with ``rows``."""
    import xlsxwriter  # 9 MB that most workers never need

    file = tempfile.TemporaryFile()  # noqa: SIM115
    with xlsxwriter.Workbook(file, XLSX_OPTIONS) as workbook:
        workbook.set_properties({"created": BEGINNING})
        bold = workbook.add_format({"bold": True})
        page = workbook.add_worksheet(sheet_name(sheet))
        page.freeze_panes(1, 0)
        page.set_column(0, max(len(header) - 1, 0), 24)
        for column, title in enumerate(header):
            page.write_string(0, column, cell_text(title), bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write_value(page, number, column, value)
    file.seek(0)
    return file


def write_value(page, number, column, value):
    if value is None:
        return
    if isinstance(value, bool):
        page.write_string(number, column, safe_cell(value))
    elif isinstance(value, (int, float)):
        page.write_number(number, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(number, column, value)
    elif isinstance(value, date):
        page.write_string(number, column, value.isoformat())
    else:
        page.write_string(number, column, cell_text(value))


def cell_text(value):
    """Text that a workbook can hold: without characters that XML forbids, and not longer than a cell may be."""
    text = "".join(c for c in str(value) if c in "\t\n" or (ord(c) >= 0x20 and c not in "\ufffe\uffff"))
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def sheet_name(typed):
    """At most 31 characters, without those that a sheet's name may not have."""
    return "".join(c for c in cell_text(typed) if c not in "[]:*?/\\\t\n").strip("' ")[:31].strip("' ") or None
