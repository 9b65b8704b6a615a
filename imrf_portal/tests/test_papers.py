import hashlib
import io
from datetime import UTC, date, datetime
from functools import partial

import pypdf
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from imrf_portal import papers

FINGERPRINT = hashlib.sha256(b"list").hexdigest()
CLOSES = datetime(2022, 1, 26, 22, tzinfo=UTC)
CHECK = {
    "verify_page": "https://participation.example/verify",
    "verify_url": "https://participation.example/verify/R-7KQ4-M2XW-C",
}
NAMES = [
    "Harbour #let x = 1; Lights", "$ 1 + 1 $", "@anchor <label>", "*bold* _italic_ `raw`", "#sys.inputs",
    "{{ 7*7 }} <b>", '"; #read("/etc/passwd")', "\\u{41} // comment /* x */", "= Heading", "- item", "Đoàn Thanh niên",
    "海港之光移民协会", "Союз курьеров", "École d’été",
]  # fmt: skip

receipt = partial(
    papers.receipt, code="R-7KQ4-M2XW-C", reference="IMRF22-0417-K", country="Kenya",
    forum="International Migration Review Forum 2022", received_at=datetime(2022, 1, 20, 15, 6, 31, tzinfo=UTC),
    version=1, parts=[("Answers", "14 answers", FINGERPRINT), ("Letter", "letter.pdf, 1 page", FINGERPRINT)],
    sha256=FINGERPRINT, closes_at=CLOSES, made_at=datetime(2022, 1, 20, 15, 6, 33, tzinfo=UTC),
    reader_zone="Africa/Nairobi", **CHECK,
)  # fmt: skip
list_letter = partial(
    papers.list_letter, code="LP-2202-0001", place="New York", written_on=date(2022, 2, 18), forum="IMRF 2022",
    list_title="proposed list no. 1", number=1, version=1, sha256=FINGERPRINT, closes_at=CLOSES, paragraphs=[], **CHECK,
)  # fmt: skip
certificate = partial(
    papers.certificate, code="C-2203-0001", forum="IMRF 2022", list_title="proposed list no. 1, version 2", version=2,
    sent_at=CLOSES, ended_at=CLOSES, extensions=[CLOSES], names=86, clear=83, referred=2, withdrawn=1,
    versions="1 (18 February) and 2 (24 February)", sha256=FINGERPRINT, **CHECK,
)  # fmt: skip
confirmation_letter = partial(
    papers.confirmation_letter, code="L-2204-0136", place="New York", written_on=date(2022, 4, 25),
    organization="Harbour Lights", country="Kenya", forum="IMRF 2022", venue="United Nations Headquarters",
    basis="Special accreditation, no. 7", reference="IMRF22-0417-K", dates="9 to 11 May 2022",
    sessions=[("Round table 1", "Tue 10 May 2022, 10:00–13:00", "Main room")], time_note="Times in New York.",
    valid_until=date(2022, 5, 11), **CHECK,
)  # fmt: skip


def text_of(content):
    """The words of all pages, without the blanks and marks that only steer the setting."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


# T-A32
def test_the_receipt_says_what_arrived_when_and_how_to_check_it():
    words = text_of(receipt(organization="Harbour Lights"))
    for said in (
        "Harbour Lights, Kenya, applied for special accreditation", "IMRF22-0417-K",
        "Thursday 20 January 2022, 10:06:31",
        "New York, EST (UTC−5)", "18:06:31", "15:06:31 UTC", "letter.pdf, 1 page", "participation.example/verify",
        FINGERPRINT[:4] + " " + FINGERPRINT[4:8], "Wednesday 26 January 2022, 17:00 New York (EST)", "Page 1 of 1",
        "This is not an accreditation.",
    ):  # fmt: skip
        assert said in words


# T-A48
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_typed_and_never_read_as_markup(name):
    assert name in text_of(receipt(organization=name))


@pytest.mark.parametrize(
    "script", ["شبكة", "海港之光", "Đoàn", "Союз", "école", "鄧麗君", "渡辺桜", "김민준", "สมชาย", "አበበ"]
)
def test_every_script_of_the_united_nations_and_of_large_countries_has_letters_in_the_fonts(script):
    reader = pypdf.PdfReader(io.BytesIO(receipt(organization=script)))
    (page,) = reader.pages
    assert set(script) <= set(page.extract_text())


@pytest.mark.parametrize("name", ["A" * 187, "Harbour " * 23, "海" * 187, "مرفأ" * 46])
def test_a_very_long_name_stays_on_the_sheet(name):
    reader = pypdf.PdfReader(io.BytesIO(receipt(organization=name)))
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines) < len(name)
    assert "".join(lines).replace("\u200b", "").count(name[:1]) >= name.count(name[:1])


# T-M19
def test_the_letter_carries_the_whole_list_with_version_and_fingerprint():
    names = [(number, f"Specimen {number}", "Kenya") for number in range(1, 87)]
    content = list_letter(names=names)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert "Annex to" not in pages[0]
    assert all("Annex to" in page for page in pages[1:])
    assert all("Specimen" in page and "Country of headquarters" in page for page in pages[1:])
    words = text_of(content)
    assert [name for _, name, _ in names if name not in words] == []
    assert f"List no. 1, version 1 · {FINGERPRINT[:8]} … {FINGERPRINT[-8:]}" in words


# T-M14
def test_the_certificate_has_the_deadline_and_the_counts():
    words = text_of(certificate())
    assert "ended on Wednesday 26 January 2022, 17:00:00 New York (EST)." in words
    assert "83 clear 2 referred to the President" in words
    assert "Yes, to Wed 26 Jan 2022, 17:00 EST" in words
    assert "C-2203-0001" in words


def test_the_confirmation_names_the_person_the_sessions_and_its_validity():
    words = text_of(confirmation_letter(person="Representative One"))
    assert "Representative One as in the passport" in words
    assert "Round table 1 Tue 10 May 2022, 10:00–13:00 Main room" in words
    assert "Valid until 11 May 2022." in words


MAKERS = {
    "receipt": partial(receipt, organization="Harbour Lights"),
    "letter": partial(confirmation_letter, person="Representative One"),
    "list": partial(list_letter, names=[(1, "Harbour Lights", "Kenya")]),
    "certificate": certificate,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_equal_facts_give_equal_bytes_and_a_document_for_screen_readers(make):
    first = make()
    assert first == make()
    reader = pypdf.PdfReader(io.BytesIO(first))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title
    assert reader.metadata.creation_date is None
    assert reader.pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.1)


@pytest.mark.parametrize("language", ["ar", "zh-hans", "fr", "ru", "es"])
def test_papers_are_written_in_the_active_language(language):
    with translation.override(language):
        reader = pypdf.PdfReader(io.BytesIO(receipt(organization="Harbour Lights")))
    assert reader.trailer["/Root"]["/Lang"].startswith(language[:2])


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_can_be_printed(text):
    assert receipt(organization=text).startswith(b"%PDF-")
