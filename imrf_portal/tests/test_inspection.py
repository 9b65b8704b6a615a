import hashlib
import os
import resource
import time
import zlib

import pikepdf
import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from imrf_portal import parser_process, parsers
from imrf_portal.inspection import CONTENT_TYPES, InspectionRefused, inspect

from . import file_samples as samples

LIMIT = 20_000_000
R3 = pikepdf.Encryption(owner="owner", user="user")
OWNER_ONLY = pikepdf.Encryption(owner="owner", user="", allow=pikepdf.Permissions(extract=False))


def seen(content, name):
    return inspect(samples.upload(content, name), limit=LIMIT)


def code_of(content, name):
    with pytest.raises(InspectionRefused) as refusal:
        seen(content, name)
    assert str(refusal.value).endswith(".")
    return refusal.value.code


# T-A18
@pytest.mark.parametrize(
    ("content", "name", "kind", "pages"),
    [
        (samples.pdf(3), "certificate.pdf", "pdf", 3),
        (samples.pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.generate), "CERTIFICATE.PDF", "pdf", 2),
        (samples.pdf(1, linearize=True), "c.pdf", "pdf", 1),
        (samples.pdf(1) + b"\r\n\r\n", "c.pdf", "pdf", 1),
        (samples.picture("JPEG", (3000, 2000)), "crooked.jpg", "jpg", 1),
        (samples.picture("JPEG", mode="L"), "crooked.jpeg", "jpg", 1),
        (samples.picture("PNG", mode="RGBA"), "seal.png", "png", 1),
        (samples.docx(), "letter.docx", "docx", None),
        (samples.docx("Links may lead out.", extra={"word/_rels/document.xml.rels": samples.relationship("hyperlink")}),
         "letter.docx", "docx", None),
    ],
)  # fmt: skip
def test_a_whole_document_is_taken_with_what_it_is(content, name, kind, pages):
    found = seen(content, name)
    assert (found.content_type, found.pages) == (CONTENT_TYPES[kind], pages)
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())


BAD = {
    "no bytes": (b"", "a.pdf", "empty"),
    "no ending": (samples.pdf(), "certificate", "type"),
    "another ending": (samples.pdf(), "certificate.exe", "type"),
    "HEIC photo": (b"\0\0\0\x18ftypheic" + b"\0" * 99, "photo.heic", "type"),
    "HEIC named JPG": (b"\0\0\0\x18ftypheic" + b"\0" * 99, "photo.jpg", "mismatch"),
    "program named PDF": (b"MZ\x90\0" + b"\0" * 500, "certificate.pdf", "mismatch"),
    "Linux program": (b"\x7fELF" + b"\0" * 500, "certificate.png", "mismatch"),
    "web page named PDF": (b"<html><script>1</script>", "certificate.pdf", "mismatch"),
    "vector picture named PNG": (b"<svg onload='x'/>", "a.png", "mismatch"),
    "JPG named PDF": (samples.picture(), "scan.pdf", "mismatch"),
    "old Word": (b"\xd0\xcf\x11\xe0" + b"\0" * 500, "letter.docx", "mismatch"),
    "fake PDF": (b"%PDF-1.7\nhello\n%%EOF", "a.pdf", "damaged"),
    "only a header": (b"%PDF-", "a.pdf", "damaged"),
    "truncated PDF": (samples.pdf(40)[:-200], "a.pdf", "damaged"),
    "half a PDF": (samples.pdf(40)[:3000], "a.pdf", "damaged"),
    "PDF without pages": (samples.pdf(0), "a.pdf", "damaged"),
    "PDF with a password": (samples.pdf(encryption=R3), "a.pdf", "encrypted"),
    "PDF with restrictions": (samples.pdf(encryption=OWNER_ONLY), "a.pdf", "encrypted"),
    "PDF with a script": (samples.pdf(change=samples.with_script), "a.pdf", "active"),
    "PDF that starts a program": (samples.pdf(change=samples.with_launch), "a.pdf", "active"),
    "PDF with a script in its names": (samples.pdf(change=samples.with_hidden_script), "a.pdf", "active"),
    "PDF with a script, packed": (
        samples.pdf(change=samples.with_hidden_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "a.pdf", "active"),
    "PDF with a form program": (samples.pdf(change=samples.with_form_program), "a.pdf", "active"),
    "PDF with a file inside": (samples.pdf(change=samples.with_attachment), "a.pdf", "encloses"),
    "truncated JPG": (samples.picture("JPEG", (800, 600))[:-3000], "a.jpg", "damaged"),
    "truncated PNG": (samples.picture("PNG", (800, 600))[:-3000], "a.png", "damaged"),
    "only a JPG header": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "a.jpg", "damaged"),
    "too many pixels": (samples.huge_picture(), "a.png", "too_many_pixels"),
    "Word with a password": (samples.encrypted_word(), "letter.docx", "encrypted"),
    "truncated Word": (samples.docx()[:-60], "letter.docx", "damaged"),
    "Word with broken bytes": (
        samples.docx("abc" * 900).replace(b"word/document", b"word/dXcument", 1), "a.docx", "damaged"),
    "another packed file": (samples.packed({"[Content_Types].xml": "<Types/>", "a.txt": "a"}), "a.docx", "not_word"),
    "Word with macros": (samples.docx(extra={"word/vbaProject.bin": "x"}), "letter.docx", "macros"),
    "Word that says macros": (
        samples.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "letter.docx", "macros"),
    "Word with a file inside": (samples.docx(extra={"word/embeddings/oleObject1.bin": "x"}), "a.docx", "encloses"),
    "Word with a template elsewhere": (
        samples.docx(extra={"word/_rels/settings.xml.rels": samples.relationship("attachedTemplate")}), "a.docx",
        "external"),
    "Word with a picture elsewhere": (
        samples.docx(extra={"word/_rels/document.xml.rels": samples.relationship("image")}), "a.docx", "external"),
    **{
        f"Word with a part of another name that is {kind}": (
            samples.docx(extra={"word/_rels/document.xml.rels": samples.part(kind), "word/media/picture1.png": "x"}),
            "a.docx", code)
        for kind, code in (("vbaProject", "macros"), ("oleObject", "encloses"), ("aFChunk", "encloses"))
    },
    "Word with a field that acts": (
        samples.docx(extra={"word/footer1.xml": f'<w:p xmlns:w="{samples.WORD}"><w:instrText>DDE</w:instrText>'
                                                '<w:instrText>AUTO c:\\cmd.exe</w:instrText></w:p>'}),
        "a.docx", "active"),
    "Word with entities": (
        samples.docx(extra={"word/a.xml": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}), "a.docx",
        "active"),
    "Word that is a bomb": (samples.bomb(), "a.docx", "too_large_inside"),
    "Word with 1,001 members": (samples.many_members(), "a.docx", "too_large_inside"),
    "test virus": (samples.eicar(), "a.pdf", "harmful"),
    "test virus in a PDF": (samples.pdf() + samples.eicar(), "a.pdf", "harmful"),
    "test virus in Word": (samples.docx(extra={"word/media/a.bin": samples.eicar()}), "a.docx", "harmful"),
}  # fmt: skip


# T-A17 T-A19 T-A20
@pytest.mark.parametrize(("content", "name", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_the_reason(content, name, code):
    assert code_of(content, name) == code


# T-A17
def test_the_sentence_names_what_the_file_is_and_what_is_taken():
    with pytest.raises(InspectionRefused, match=r"named \.pdf, but by its content it is a program\. We take PDF"):
        seen(b"MZ\x90\0", "certificate.pdf")


# T-A19
def test_a_password_is_not_called_a_virus():
    with pytest.raises(InspectionRefused, match="Remove the password") as refusal:
        seen(samples.pdf(encryption=R3), "a.pdf")
    assert "harmful" not in str(refusal.value)


# T-A16
def test_a_file_over_the_limit_is_refused_with_both_sizes():
    with pytest.raises(InspectionRefused, match=r"has 1\.5 MB; the limit is 1 MB"):
        inspect(samples.upload(b"x" * 1_500_000), limit=1_000_000)


def test_the_test_virus_is_found_across_chunks_of_a_large_upload():
    upload = TemporaryUploadedFile("a.pdf", "application/pdf", 0, None)
    upload.write(samples.pdf() + b"%" + b"x" * (64 * 1024 - 640) + samples.eicar())
    upload.size = upload.tell()
    with upload, pytest.raises(InspectionRefused) as refusal:
        inspect(upload, limit=LIMIT)
    assert refusal.value.code == "harmful"


def pdf_with_bomb(unpacked):
    """A PDF whose objects lie in a stream of blanks that unpacks to ``unpacked`` bytes."""
    packer = zlib.compressobj(9)
    stream = packer.compress(b"5 0 " + b" " * 996)
    for _ in range(unpacked // 1_000_000):
        stream += packer.compress(b" " * 1_000_000)
    stream += packer.compress(b"<< /Type /Catalog /Pages 2 0 R >>") + packer.flush()
    head = b"%PDF-1.5\n"
    pages = b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
    page = b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n"
    bomb = b"4 0 obj << /Type /ObjStm /N 1 /First 1000 /Filter /FlateDecode /Length %d >> stream\n" % len(stream)
    bomb += stream + b"\nendstream endobj\n"
    places = [len(head), len(head + pages), len(head + pages + page), len(head + pages + page + bomb)]
    rows = [(0, 0, 255), (1, places[0], 0), (1, places[1], 0), (1, places[2], 0), (2, 4, 0), (1, places[3], 0)]
    order = [rows[0], (0, 0, 0), *rows[1:4], rows[4], rows[5]]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([rest]) for kind, place, rest in order)
    index = b"6 0 obj << /Type /XRef /Size 7 /W [1 4 1] /Root 5 0 R /Length %d >> stream\n" % len(table)
    return head + pages + page + bomb + index + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % places[3]


def test_a_pdf_bomb_is_refused_in_time_and_costs_this_process_no_memory():
    assert seen(pdf_with_bomb(1_000_000), "a.pdf").pages == 1
    bomb = pdf_with_bomb(400_000_000)
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(bomb, "a.pdf") in {"damaged", "too_large_inside"}
    assert time.monotonic() - start < parsers.SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_parser_that_died_is_started_again():
    seen(samples.pdf(), "a.pdf")
    process = parser_process.running[os.getpid()]
    process.kill()
    process.wait()
    assert seen(samples.pdf(), "a.pdf").pages == 1


SEEDS = [
    (samples.pdf(3), "a.pdf"),
    (samples.picture("JPEG"), "a.jpg"),
    (samples.picture("PNG"), "a.png"),
    (samples.docx(), "a.docx"),
]


@settings(max_examples=150)
@given(st.sampled_from(SEEDS), st.data())
def test_a_file_with_any_bytes_changed_is_taken_or_refused_never_an_error(seed, data):
    content, name = bytearray(seed[0]), seed[1]
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    try:
        seen(bytes(content[:cut]), name)
    except InspectionRefused as refusal:
        assert str(refusal).endswith(".")
        assert refusal.code != "not_checked"


@settings(max_examples=100)
@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.docx", "a", ".pdf", "a.pdf.exe"]))
def test_any_bytes_under_any_name_are_refused_with_a_sentence(content, name):
    with pytest.raises(InspectionRefused):
        seen(content, name)
