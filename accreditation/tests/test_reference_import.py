import io
import re
import resource
import zipfile
from datetime import date, time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from accreditation import reference_files, reference_import, references
from accreditation.models import ReferenceEntry, ReferenceList, ReferenceName
from accreditation.reference_files import OtherName, Row
from imrf_portal.audit import Event
from imrf_portal.errors import Refused

pytestmark = pytest.mark.django_db

HEADER = "organization,status,status_year,country,acronym,former_names\n"
TWO = (
    HEADER
    + "Notional Maritime Welfare International,special,2009,Malta,NMWI,Notional Seafarers Relief Association (2014)\n"
    + "Sample Coastal Workers Forum,roster,1998,KEN,,Old Shore | merged: Shore Fund (until 2001)\n"
)
DECEMBER, JANUARY = date(2025, 12, 31), date(2026, 1, 31)


def read(text):
    return reference_files.read(text.encode())


def keep(text=TWO, as_of=DECEMBER, kind="ecosoc"):
    return reference_import.keep(read(text).rows, kind=kind, title="A list", as_of=as_of, by=None)


def written(tmp_path, text, encoding="utf-8"):
    path = Path(tmp_path) / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def run(path, *options):
    call_command("import_reference_list", "ecosoc", str(path), "--as-of", "2025-12-31", *options)


def test_rows_are_read_with_their_other_names():
    assert list(read(TWO).rows) == [
        Row(
            "Notional Maritime Welfare International",
            "special",
            2009,
            "MT",
            others=(
                OtherName("acronym", "NMWI"),
                OtherName("former", "Notional Seafarers Relief Association", 2014),
            ),
        ),
        Row(
            "Sample Coastal Workers Forum",
            "roster",
            1998,
            "KE",
            others=(OtherName("former", "Old Shore"), OtherName("merged", "Shore Fund", 2001)),
        ),
    ]


# T-S19
def test_a_missing_column_is_named_and_nothing_changes(tmp_path):
    keep()

    with pytest.raises(CommandError, match=r"The column “status_year” is missing\. Nothing was imported\."):
        run(written(tmp_path, TWO.replace("status_year", "year")))

    assert (ReferenceList.objects.count(), ReferenceEntry.objects.count()) == (1, 2)


REFUSED = {
    "two columns missing": ("organization,status,country,former_names\nA,,,\n", "“status_year”, “acronym” are missing"),
    "a column twice": (HEADER.replace("country", "country,status"), "“status” is there twice"),
    "no rows": (HEADER, "no organization"),
    "empty": ("", "is empty"),
    "no name": (HEADER + ",special,2009,,,\n", "Line 2: the name of the organization is empty"),
    "an unknown country": (HEADER + "Open Door,,,Atlantis,,\n", "Line 2: no country is called “Atlantis”"),
    "a year that is none": (HEADER + "Open Door,,soon,,,\n", "Line 2: “soon” is not a year"),
    "a row twice": (
        HEADER + "Open Door,,,KE,,\nHill,,,,,\nOpen Door,,,Kenya,,\n",
        "Line 4: “Open Door” stands in line 2",
    ),
    "an endless field": (HEADER + "x" * 200_000 + ",,,,,\n", "begins in line 2 cannot be read as CSV"),
    "a quotation mark that is not closed": (
        HEADER + 'Hill,,,,,\n"Open Door,,,,,\nShore,,,,,\n',
        "begins in line 3 cannot be read as CSV",
    ),
    "a year in other digits": (HEADER + "Open Door,,２００９,,,\n", "is not a year"),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_whole(text, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        read(text)

    assert refusal.value.field == "file"


NOT_TEXT = {
    "Latin 1": (HEADER + "Femmes Afrique solidarité,,,,,\n").encode("latin-1"),
    "UTF-16": TWO.encode("utf-16"),
    "a broken workbook": b"PK\x03\x04" + bytes(200),
    "an old spreadsheet": b"\xd0\xcf\x11\xe0" + bytes(200),
    "zeros": (HEADER + "Open\x00Door,,,,,\n").encode(),
}


@pytest.mark.parametrize("content", NOT_TEXT.values(), ids=NOT_TEXT)
def test_what_is_not_utf_8_text_is_refused_with_what_to_do(content):
    with pytest.raises(Refused, match="CSV UTF-8"):
        reference_files.read(content)


def workbook(*rows, sheets=1):
    """The bytes of an XLSX file; text stays text, everything else is what a spreadsheet makes of it."""
    book = Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(number, column, value)
    for _number in range(sheets - 1):
        book.create_sheet()
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


TITLES = HEADER.strip().split(",")


# T-S19
def test_a_workbook_is_read_as_the_same_list_in_csv():
    cells = [line.split(",") for line in TWO.strip().split("\n")]
    cells[1][2] = 2009

    reading = reference_files.read(workbook(cells[0], [], cells[1], [*cells[2], "not read"]))

    assert list(reading.rows) == list(read(TWO).rows)


SPOILT = {
    "a date": ([TITLES, ["Open Door"], [date(2026, 6, 28)]], r"Cell A3 is a date \(2026-06-28"),
    "a time": ([TITLES, ["Open Door", "", "", "", time(12, 30)]], "Cell E2 is a date"),
    "a formula": ([TITLES, ["=A1&B1"]], "Cell A2 is a formula"),
    "true": ([TITLES, [True]], "Cell A2 is “true” or “false”"),
    "an error": ([TITLES, ["Open Door", "#N/A"]], "Cell B2 is an error"),
    "a missing column": ([TITLES[:-1], ["Open Door"]], "The column “former_names” is missing"),
    "a wrong year": ([TITLES, ["Hill"], ["Open Door", "", 20.5]], "Line 3: “20.5” is not a year"),
    "nothing": ([], "columns “organization”"),
}


@pytest.mark.parametrize(("rows", "sentence"), SPOILT.values(), ids=SPOILT)
def test_what_a_spreadsheet_made_of_a_cell_is_refused_by_its_address(rows, sentence):
    with pytest.raises(Refused, match=sentence):
        reference_files.read(workbook(*rows))


def test_a_number_that_was_a_date_is_asked_about():
    reading = reference_files.read(workbook(TITLES, [43891]))

    assert reading.date_like == [(2, "43891")]


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


PACKED = {
    "a bomb": (packed(xl__sheet=bytes(60 * 1024**2)), "unpacks to far more"),
    "no workbook": (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "Save it as XLSX again"),
    "entities": (packed(**{"xl__workbook.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "read"),
    "two sheets": (workbook(TITLES, ["Open Door"], sheets=2), "has 2 sheets"),
}


@pytest.mark.parametrize(("content", "sentence"), PACKED.values(), ids=PACKED)
def test_a_workbook_that_is_none_or_too_much_is_refused(content, sentence):
    with pytest.raises(Refused, match=sentence):
        reference_files.read(content)


@pytest.mark.parametrize(("blanks", "encoding"), [(0, "utf-8"), (100_000, "utf-8"), (0, "utf-16")])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_workbook_with_a_document_type_is_refused_wherever_it_stands(part, blanks, encoding):
    book, file = zipfile.ZipFile(io.BytesIO(workbook(TITLES, ["Open Door"]))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in book.namelist():
            content = book.read(name)
            if name == part:
                text = re.sub(r"^<\?xml.*?\?>", "", content.decode()).strip()
                root = re.match(r"<([\w:]+)", text)[1]
                before = f'<!--{"x" * blanks}--><!DOCTYPE {root} [<!ENTITY e "Ajar">]>'
                said = text.replace("Open", "&e;")
                content = f"<?xml version='1.0' encoding='{encoding}'?>{before}{said}".encode(encoding)
            archive.writestr(name, content)

    with pytest.raises(Refused, match="Save it as XLSX again"):
        reference_files.read(file.getvalue())


def test_a_workbook_whose_second_row_is_said_to_be_the_two_thousand_millionth_is_refused_in_time():
    book, file = zipfile.ZipFile(io.BytesIO(workbook(TITLES, ["Open Door"]))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in book.namelist():
            archive.writestr(name, book.read(name).replace(b'<row r="2"', b'<row r="2000000000"'))

    before = resource.getrusage(resource.RUSAGE_SELF)
    with pytest.raises(Refused, match="cannot be read"):
        reference_files.read(file.getvalue())
    after = resource.getrusage(resource.RUSAGE_SELF)

    assert (after.ru_utime - before.ru_utime < 3, after.ru_maxrss - before.ru_maxrss < 100_000) == (True, True)


def test_what_spreadsheets_write_is_understood():
    file = "\ufeff" + TWO.replace(",", ";").replace("\n", "\r\n")

    assert list(reference_files.read(file.encode()).rows) == list(read(TWO).rows)


def test_a_file_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(reference_files, "MOST_ROWS", 1)

    with pytest.raises(Refused, match="more than 1 rows"):
        read(TWO)


def test_names_that_stand_twice_and_names_that_became_dates_are_shown_with_their_lines():
    reading = read(HEADER + "Open Door,,2001,,,\n43891,,,,,\nopen door,,2002,,,\n2-Mar,,,,,\n1945,,,,,\n")

    assert reading.repeated == [(4, 2, "open door")]
    assert reading.date_like == [(3, "43891"), (5, "2-Mar")]


def test_a_name_that_looks_like_a_date_is_not_taken_silently(tmp_path):
    path = written(tmp_path, HEADER + "28-Jun,,,,,\n")

    with pytest.raises(CommandError, match="“28-Jun” \\(line 2\\)"):
        run(path)
    assert ReferenceList.objects.count() == 0

    run(path, "--names-are-right")
    assert ReferenceEntry.objects.get().name == "28-Jun"


# T-S21
def test_the_same_list_again_is_the_same_version(tmp_path):
    run(written(tmp_path, TWO))
    first = ReferenceList.objects.get()

    run(written(tmp_path, TWO.replace("\n", "\r\n")))

    assert ReferenceList.objects.get() == first
    assert len(first.version) == 64
    assert (ReferenceEntry.objects.count(), ReferenceName.objects.count()) == (2, 4)
    assert Event.objects.filter(verb="referencelist.import").count() == 1


class CutOff(list):
    """Rows of which the worker reads only the first, once it has gone through all of them to name the version."""

    is_read = False

    def __iter__(self):
        if self.is_read:
            yield self[0]
            raise OSError("cut off")
        self.is_read = True
        yield from list.__iter__(self)


def test_an_import_that_was_cut_off_is_not_in_use_and_the_same_file_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(reference_import, "BATCH", 1)
    about = {"kind": "ecosoc", "title": "A list", "as_of": DECEMBER, "by": None}
    with pytest.raises(OSError, match="cut off"):
        reference_import.keep(CutOff(read(TWO).rows), **about)
    stopped = ReferenceList.objects.get()
    assert (stopped.entries.count(), stopped.is_complete, stopped.is_current) == (1, False, False)
    assert list(references.current_lists()) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferenceList.objects.update(is_current=True)
    first = stopped.entries.get()

    kept, is_new = keep()

    assert (kept, is_new, kept.is_complete, kept.is_current) == (stopped, True, True, True)
    assert (kept.entries.count(), kept.entries.get(position=1)) == (2, first)
    assert list(reference_import.KeptRows(kept)) == list(read(TWO).rows)
    assert Event.objects.filter(verb="referencelist.import").count() == 1
    assert keep() == (kept, False)


def test_who_comes_second_writes_nothing_twice_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(reference_import, "BATCH", 1)
    rows, others = read(TWO).rows, []

    class Overtaken:
        """Rows during whose reading another writes all of them."""

        def __len__(self):
            return len(rows)

        def __iter__(self):
            for number, row in enumerate(rows):
                if number and ReferenceList.objects.exists() and not others:
                    others.append(keep())
                yield row

    overtaken, _is_new = reference_import.keep(Overtaken(), kind="ecosoc", title="A list", as_of=DECEMBER, by=None)

    assert others == [(overtaken, True)]
    assert (overtaken.is_complete, overtaken.written_count, overtaken.entries.count()) == (True, 2, 2)
    assert Event.objects.filter(verb="referencelist.import").count() == 1


def test_names_that_stand_twice_are_paired_with_their_like():
    keep(HEADER + "Open Door,,2001,,,\nOpen Door,,2002,,,\nHill,,,,,\n")

    found = reference_import.difference(read(HEADER + "Open Door,,2002,,,\nOpen Door,,2003,,,\n").rows, kind="ecosoc")

    assert [(old.status_year, new.status_year) for old, new in found.rows("changed")] == [(2001, 2003)]
    assert (found.added, [row.name for row in found.rows("removed")]) == ([], ["Hill"])


def test_a_newer_version_is_used_and_the_old_one_stays():
    old, _is_new = keep()
    new, is_new = keep(TWO + "Open Door,,,,,\n", as_of=JANUARY)

    old.refresh_from_db()
    assert (is_new, new.is_current, old.is_current) == (True, True, False)
    assert (old.entries.count(), new.entries.count()) == (2, 3)


def test_an_older_list_is_kept_as_history_only():
    new, _is_new = keep(as_of=JANUARY)
    old, _is_new = keep(TWO + "Open Door,,,,,\n", as_of=DECEMBER)

    new.refresh_from_db()
    assert (new.is_current, old.is_current) == (True, False)


def test_the_difference_says_what_is_added_removed_and_changed():
    keep()
    rows = read(TWO.replace("roster,1998", "special,2026").replace("Notional Maritime", "Imagined Maritime")).rows

    difference = reference_import.difference(rows, kind="ecosoc")

    assert [row.name for row in difference.rows("added")] == ["Imagined Maritime Welfare International"]
    assert [row.name for row in difference.rows("removed")] == ["Notional Maritime Welfare International"]
    assert [(old.status, new.status) for old, new in difference.rows("changed")] == [("roster", "special")]


def test_there_is_no_difference_to_the_same_rows():
    keep()

    assert reference_import.difference(read(TWO).rows, kind="ecosoc").is_empty()


def test_a_preview_keeps_nothing(tmp_path, capsys):
    run(written(tmp_path, TWO), "--preview")

    assert ReferenceList.objects.count() == 0
    assert "2 organizations: 2 added, 0 removed, 0 changed." in capsys.readouterr().out


def test_the_list_that_ships_is_loaded_once():
    call_command("load_reference_lists")
    call_command("load_reference_lists")

    kept = ReferenceList.objects.get()
    assert (kept.kind, kept.is_current, kept.entries.count()) == ("ecosoc", True, kept.entry_count)
    assert kept.entries.filter(name="28. Jun").exists()
    assert kept.entries.get(name="International Chamber of Commerce").status == "given up"
