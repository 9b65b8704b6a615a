"""What an attacker sends to the pages of registration."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registration.models import Registration

from .test_pages import at, cells, open_page


@pytest.mark.parametrize("value", ["9" * 5000, "²", "٣", "-1", "1.0", "\x00"])
def test_a_cell_that_is_no_person_is_empty(client, lights, table, trio, amina, value):
    client.force_login(amina)
    sent = cells(table) | {f"s{table.pk}_1": value, f"p{table.pk}": value}

    assert open_page(client, at("registration_of", lights), **sent).status_code < 500
    assert not Registration.objects.exists()


def encrypted_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    data = bytearray(out.getvalue())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    return bytes(data)


@pytest.mark.parametrize("content", [b'table-1,"' + b"a" * 150_000, b"PK\x03\x04broken", encrypted_workbook()])
@pytest.mark.parametrize("step", [{}, {"confirm": "1"}])
def test_a_damaged_list_is_refused_in_words(client, lights, table, amina, content, step):
    client.force_login(amina)

    page = open_page(client, at("registration_list", lights), file=SimpleUploadedFile("a.xlsx", content), **step)

    assert page.status_code == 422


def test_confirming_a_list_that_is_too_long_is_refused_in_words(client, lights, table, amina):
    client.force_login(amina)

    page = open_page(client, at("registration_list", lights), rows="table-1,Ana\n" * 501, confirm="1")

    assert page.status_code == 422
    assert "500 rows" in page.text


def test_an_objective_that_is_no_number_is_left_out(client, forum, table):
    for objective in ("٣", "²", "9" * 5000, "-1", "0", "\x00"):
        page = client.get(f"/meetings/{forum.slug}/programme/", {"objective": objective})
        assert page.status_code == 200
