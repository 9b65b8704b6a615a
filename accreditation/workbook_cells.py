"""Goes through the only sheet of an XLSX workbook from a stranger and tells what stands in it.

Runs as a program of its own, with limited memory and time, and imports nothing of the portal: a workbook of five
megabytes can come to a gigabyte of styles, one of five kilobytes say that its second row is the two thousand millionth.
It is read from the standard input. The first line of the answer is the number of sheets, each line after it a row: a
list of cells as JSON, each null, its text, or ``[what it is instead, text, address]`` (``date``, ``formula``,
``error``, ``boolean``).
"""

import io
import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

MEGABYTE = 1024 * 1024
MEMORY, LONGEST_ANSWER, COMPUTING_SECONDS = 600 * MEGABYTE, 120 * MEGABYTE, 40
MOST_ROWS = 1_048_576
"""Rows that a sheet can have."""
CHUNK = 64 * 1024


def answer(content, most_columns, write):
    from openpyxl import load_workbook

    sheets = load_workbook(io.BytesIO(content), read_only=True, keep_links=False).worksheets
    write(f"{len(sheets)}\n")
    if len(sheets) != 1:
        return
    sheets[0].reset_dimensions()
    for number, row in enumerate(sheets[0].iter_rows(max_col=most_columns), start=1):
        if number > MOST_ROWS:
            raise ValueError("No sheet is so long.")
        cells = [told(cell) for cell in row]
        write(f"{json.dumps(cells)}\n" if any(cells) else "[]\n")


def refuse_document_types(content):
    """A document type could define entities. It stands before the first element, behind blanks of any length."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            with archive.open(member) as part:
                begin(part)


def begin(part):
    """Read a part as far as its first element; what is no XML, nobody reads as XML."""
    parser, elements = expat.ParserCreate(), []

    def document_type(*_):
        raise ValueError("A workbook needs no document type.")

    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = lambda name, _attributes: elements.append(name)
    try:
        while not elements and (chunk := part.read(CHUNK)):
            parser.Parse(chunk)
    except expat.ExpatError:
        return


def told(cell):
    value = cell.value
    if value is None:
        return None
    if kind := instead(cell, value):
        return kind, str(value)[:60], f"{cell.column_letter}{cell.row}"
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def instead(cell, value):
    """What a spreadsheet made of the text or number of a cell; "" when it is one."""
    if isinstance(value, (datetime, date, time, timedelta)):
        return "date"
    if isinstance(value, bool):
        return "boolean"
    return {"f": "formula", "e": "error"}.get(cell.data_type, "")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (COMPUTING_SECONDS, COMPUTING_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_ANSWER, LONGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook = sys.stdin.buffer.read()
    refuse_document_types(workbook)
    answer(workbook, int(sys.argv[1]), sys.stdout.write)
