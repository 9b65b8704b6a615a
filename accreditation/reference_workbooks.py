"""A reference list in an XLSX workbook, as the CSV that ``reference_files`` reads.

A spreadsheet program turns names into dates, numbers and truth values without a word, so such a cell is refused by its
address; so is a formula, of which nobody could say what it came to. Rows keep their numbers. The workbook is read by a
process of its own (``workbook_cells``); its limits are those of every packed file (see ``parsers``).
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from imrf_portal.errors import Refused
from imrf_portal.parsers import Fault, refuse_bombs

from . import names

PROGRAM = Path(__file__).with_name("workbook_cells.py")
LONGEST_SECONDS = 60
MOST_COLUMNS = 60
MOST_PROBLEMS = 10


def is_workbook(content):
    return content.startswith(b"PK\x03\x04")


def as_csv(content, *, columns, largest):
    """Bytes of a CSV in UTF-8 with the cells of the only sheet; of ``columns`` each cell is text or a plain number.

    ``largest`` is how many bytes it may come to. ``Refused`` (field ``file``) when it cannot be taken whole.
    """
    _require_harmless(content)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
        source.write(content)
        source.seek(0)
        _tell(source, answer)
        answer.seek(0)
        sheets = int(answer.readline())
        if sheets != 1:
            raise Refused(
                _("The workbook has %(count)d sheets. Keep only the one with the list, and send it again.")
                % {"count": sheets},
                field="file",
            )
        return _written(map(json.loads, answer), columns, largest)


def _tell(source, answer):
    """Have another process write to ``answer`` what the workbook says (see ``workbook_cells``)."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"}
    try:
        subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(PROGRAM), str(MOST_COLUMNS)],
            stdin=source,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=LONGEST_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        raise _unreadable()


def _unreadable():
    return Refused(
        _("This workbook cannot be read. Save it as XLSX again, or as “CSV UTF-8”, and send that file."),
        field="file",
    )


def _require_harmless(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bombs(archive.infolist())
            if "xl/workbook.xml" not in archive.namelist():
                raise _unreadable()
    except Fault as fault:
        if str(fault) == "too_large_inside":
            raise Refused(
                _("This workbook unpacks to far more than its size. Keep only the list in it, or send CSV UTF-8."),
                field="file",
            )
        raise _unreadable()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError, RuntimeError, zipfile.zlib.error):
        raise _unreadable()


def _written(rows, columns, largest):
    out, problems, wanted, width = io.StringIO(), [], None, 0
    write = csv.writer(out, delimiter="\t", lineterminator="\n").writerow
    blank = 0
    for row in rows:
        if wanted is None:
            titles = [names.clean(cell[1] if isinstance(cell, list) else cell or "") for cell in row]
            wanted = {at for at, title in enumerate(titles) if title.casefold() in columns}
            width = max((at for at, title in enumerate(titles, start=1) if title), default=0)
            write(titles[:width])
            continue
        cells = [_text(cell, problems) if at in wanted else "" for at, cell in enumerate(row[:width])]
        if not any(cells):
            blank += 1
            continue
        out.write("\n" * blank)
        blank = 0
        write(cells)
        if len(problems) >= MOST_PROBLEMS:
            break
        if out.tell() > largest:
            raise Refused(_("The list in this workbook is too long. Nothing was imported."), field="file")
    if problems:
        raise Refused(" ".join([*problems, _("Nothing was imported.")]), field="file")
    return out.getvalue().encode("utf-8", "replace")


def _text(cell, problems):
    """The words of a cell; what a spreadsheet made of it instead goes to ``problems``."""
    if isinstance(cell, list):
        kind, value, address = cell
        problems.append(_problem(kind) % {"cell": address, "value": value})
        return ""
    return names.clean(cell or "")


def _problem(kind):
    match kind:
        case "date":
            return _(
                "Cell %(cell)s is a date (%(value)s): the spreadsheet changed what was typed. Enter it again as text."
            )
        case "formula":
            return _("Cell %(cell)s is a formula. Replace it by what it comes to.")
        case "error":
            return _("Cell %(cell)s is an error of the spreadsheet (%(value)s).")
    return _("Cell %(cell)s is “true” or “false”: the spreadsheet changed what was typed. Enter it again as text.")
