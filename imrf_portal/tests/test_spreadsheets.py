import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imrf_portal import spreadsheets
from imrf_portal.spreadsheets import safe_cell, stream_csv, write_xlsx

LIVE = [
    "=1+1", "+254 700", "-1", "@SUM(A1)", " =1+1", "\u00a0=1", "\t=1", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1",
    "＠x", "﹦1", "\u200b=1", "\ufeff=1", "\u202e=1", "−1", "%0A=1", "|cmd", "=HYPERLINK(\"http://x\")", "'\t=1"[1:],
]  # fmt: skip
INERT = ["Harbour Lights", "a=1", "(=1)", "«=»", "مرفأ", "海港", "<b>", "{{ 7*7 }}", "'=1", "", "é", "#REF!"]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(file):
    (sheet,) = openpyxl.load_workbook(file, read_only=False).worksheets
    return sheet


# T-S22
@pytest.mark.parametrize("text", LIVE)
def test_text_that_a_program_would_compute_is_marked_as_text(text):
    assert safe_cell(text) == "'" + text


# T-S22
@pytest.mark.parametrize("text", INERT)
def test_other_text_stays_as_typed(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (-5, -5), (2.5, 2.5), (True, "yes"), (date(2022, 1, 26), "2022-01-26"),
     (datetime(2022, 1, 26, 22, tzinfo=UTC), "2022-01-26T22:00:00+00:00"), ("a\x00b", "ab")],
)  # fmt: skip
def test_values_other_than_text_keep_their_kind(value, cell):
    assert safe_cell(value) == cell


# T-S22
def test_two_thousand_rows_come_back_as_text_in_their_script():
    rows = [(number, text) for number, text in enumerate((LIVE + INERT) * 60)]
    content = b"".join(stream_csv(["No.", "=Name"], rows))
    assert content.startswith(b"\xef\xbb\xbf")
    read = read_csv(content)
    assert read[0] == ["No.", "'=Name"]
    assert [row[1].removeprefix("'") for row in read[1:]] == [text.removeprefix("'") for _, text in rows]
    assert [row for row in read if row[1][:1] in "=+-@\t\r\n" and row[1]] == []


def test_a_semicolon_in_a_text_starts_no_cell_where_semicolons_separate():
    content = b"".join(stream_csv(["Name", "Country"], [("Harbour;=1+1", "Kenya")])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content), delimiter=";"))[1] == ['Harbour;=1+1,"Kenya"']


def test_rows_are_streamed_before_the_last_is_known():
    def endless():
        while True:
            yield ("Harbour Lights", "Kenya")

    assert b"Harbour" in next(stream_csv(["Name", "Country"], endless()))


# T-S22
def test_a_workbook_holds_text_as_typed_and_no_formula():
    rows = [(text, 1, None) for text in LIVE + INERT + ["http://x.example", "123"]]
    sheet = read_xlsx(write_xlsx(["Name", "No.", "Note"], rows, sheet="List [1]: a/b"))
    assert {cell.data_type for cell in sheet["A"]} <= {"s", "inlineStr", "n"}
    assert {cell.data_type for cell in sheet["B"][1:]} == {"n"}
    shown = [cell.value or "" for cell in sheet["A"]][1:]
    assert shown == [spreadsheets.cell_text(row[0]).replace("\r", "") for row in rows]
    assert all(cell.hyperlink is None for cell in sheet["A"])


@pytest.mark.parametrize(
    "make", [lambda rows: b"".join(stream_csv(["Name"], rows)), lambda rows: write_xlsx(["N"], rows).read()]
)
def test_equal_content_gives_equal_bytes(make):
    assert make([("é",), ("b",)]) == make([("é",), ("b",)])
    assert make([("é",)]) != make([("e",)])


def test_a_text_longer_than_a_cell_is_cut_visibly():
    sheet = read_xlsx(write_xlsx(["Scope"], [("a" * 40_000,)]))
    assert len(sheet["A2"].value) == spreadsheets.LONGEST_CELL
    assert sheet["A2"].value.endswith("…")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(), st.text()), max_size=20))
def test_any_text_can_be_exported_and_read_again(rows):
    content = b"".join(stream_csv(["a", "b"], rows))
    assert len(read_csv(content)) == len(rows) + 1
    assert all(not cell or cell[0] not in "=+-@" for row in read_csv(content) for cell in row)
    assert read_xlsx(write_xlsx(["a", "b"], rows)).max_row == len([*rows, 1]) or not any(a or b for a, b in rows[-1:])


def test_memory_does_not_grow_with_the_rows():
    tracemalloc.start()
    write_xlsx(["Name"], (("Harbour Lights " + str(number),) for number in range(20_000))).close()
    for _chunk in stream_csv(["Name"], (("Harbour Lights",) for _ in range(20_000))):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_the_download_says_its_name_and_is_not_kept():
    response = spreadsheets.csv_response("liste définitive.csv", ["Name"], [("Harbour",)])
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''liste%20d%C3%A9finitive.csv"
    assert response["Cache-Control"] == "private, no-store"
    assert b"Harbour" in b"".join(response.streaming_content)
    assert spreadsheets.xlsx_response("a.xlsx", ["Name"], [])["Content-Type"] == spreadsheets.XLSX
