"""Exports for passes: full, then only what changed, each kept with its hash; formulas inert; revocations."""

import csv
import hashlib
import io

import openpyxl
import pytest
from django.core.files.storage import default_storage

from accreditation.models import Accreditation
from accreditation.tests.cast import make_officer
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from registration import passes, suspension, workflow
from registration.models import PassExport, Registration

from .making import DURING, make_people, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter(db):
    return make_officer("exports@secretariat.example", "Coordinator")


def content(file):
    with default_storage.open(file.key) as kept:
        return kept.read()


def rows_of(made):
    """The rows of the workbook as another program reads them."""
    sheet = openpyxl.load_workbook(io.BytesIO(content(made.file))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def csv_rows(made):
    return list(csv.reader(io.StringIO(content(made.csv_file).decode("utf-8-sig"))))


@pytest.fixture
def seated(lights, table, amina):
    ana, ben = make_people(lights, "Ana", "Ben")
    register(lights, table, ana, ben, by=amina)
    return table


def test_a_full_export_holds_everybody_with_a_place_and_is_kept_with_its_hash(seated, forum, exporter):
    made = passes.export(forum, by=exporter)
    assert [row[1] for row in rows_of(made)] == ["Name", "Ana", "Ben"]
    assert [row[1] for row in csv_rows(made)] == ["Name", "Ana", "Ben"]
    for file in (made.file, made.csv_file):
        assert hashlib.sha256(content(file)).hexdigest() == file.sha256
    assert Event.objects.get(verb="passes.export").detail["xlsx_sha256"] == made.file.sha256


# T-R29
def test_the_second_export_holds_only_what_changed_and_the_third_nothing(seated, forum, lights, amina, exporter):
    passes.export(forum, by=exporter)
    (cleo,) = make_people(lights, "Cleo")
    old = Registration.objects.get(representative__name="Ben")
    with clock.frozen(DURING):
        workflow.substitute(old, cleo, by=amina)
    second = passes.export(forum, by=exporter, only_changes=True)
    assert [row[:3] for row in rows_of(second)[1:]] == [
        ["new", Registration.objects.get(representative=cleo).code, "Cleo"],
        ["void", old.code, "Ben"],
    ]
    third = passes.export(forum, by=exporter, only_changes=True)
    assert (rows_of(third)[1:], third.changed_count) == ([], 0)
    assert list(PassExport.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert all(default_storage.exists(made.file.key) for made in PassExport.objects.all())


def test_the_same_people_give_the_same_bytes(seated, forum, exporter):
    first, second = passes.export(forum, by=exporter), passes.export(forum, by=exporter)
    assert (first.file.sha256, first.csv_file.sha256) == (second.file.sha256, second.csv_file.sha256)


# T-R19
def test_a_revocation_after_the_export_is_on_the_list_and_in_the_next_difference(seated, forum, amina, exporter):
    passes.export(forum, by=exporter)
    codes = set(Registration.objects.values_list("code", flat=True))
    Accreditation.objects.update(revoked_at=DURING, revoked_by=amina, revoked_reason="Specimen")
    before_the_sweep = {row[0] for row in passes.revocations(forum)}
    suspension.suspend_due()
    assert before_the_sweep == {row[0] for row in passes.revocations(forum)} == codes
    second = passes.export(forum, by=exporter, only_changes=True)
    assert {(row[0], row[1]) for row in rows_of(second)[1:]} == {("void", code) for code in codes}


# T-R10
@pytest.mark.parametrize(
    "name",
    ["Sukarno", "A" * 120, "آمنة بنت وهب", "王小明", "Nguyễn Thị Ánh", "=HYPERLINK(0)"],
    ids=["one word", "120 characters", "Arabic", "Chinese", "combining marks", "formula"],
)
def test_names_come_back_from_the_workbook_as_they_are(lights, table, amina, forum, exporter, name):
    register(lights, table, *make_people(lights, name), by=amina)
    made = passes.export(forum, by=exporter)
    assert rows_of(made)[1][1] == name
    assert csv_rows(made)[1][1] == (f"'{name}" if name.startswith("=") else name)


def test_only_who_may_export_does(seated, forum):
    with pytest.raises(Refused):
        passes.export(forum, by=make_officer("desk@secretariat.example", "Registration desk"))


def test_a_difference_needs_something_to_differ_from(seated, forum, exporter):
    with pytest.raises(Refused, match="no export yet"):
        passes.export(forum, by=exporter, only_changes=True)


def test_the_rows_are_read_with_one_statement(seated, forum, lights, amina, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(passes.rows_now(forum)) == 2
