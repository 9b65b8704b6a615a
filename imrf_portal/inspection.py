"""What an uploaded file is, judged by its content: a PDF, JPG, PNG or Word document that is whole and does nothing.

Every sniffer believes a fake ``%PDF-``, so a file is recognized first and then opened (``parsers``). Each refusal is a
sentence that says what to do; its ``code`` is for tests and for the event that staff see.
"""

import hashlib
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import parser_process
from .errors import Refused
from .parsers import EICAR

KINDS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png", "docx": "docx"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx"
"""For the ``accept`` attribute of file inputs."""
LABELS = {
    "pdf": gettext_lazy("a PDF"),
    "jpg": gettext_lazy("a JPG picture"),
    "png": gettext_lazy("a PNG picture"),
    "docx": gettext_lazy("a packed file, as Word makes them"),
    "program": gettext_lazy("a program"),
    "page": gettext_lazy("a web page"),
    "old_word": gettext_lazy("a document of an old Word version"),
    "heic": gettext_lazy("a HEIC photo"),
    "picture": gettext_lazy("a picture of another kind"),
    "archive": gettext_lazy("a packed archive"),
    "unknown": gettext_lazy("something else"),
}
SIGNATURES = [
    (b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"PK\x03\x04", "docx"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"), (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"), (b"<?php", "program"), (b"<!doctype", "page"), (b"<html", "page"),
    (b"<script", "page"), (b"<svg", "page"), (b"\xd0\xcf\x11\xe0", "old_word"), (b"GIF8", "picture"),
    (b"II*\x00", "picture"), (b"MM\x00*", "picture"), (b"BM", "picture"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"PK\x05\x06", "archive"),
]  # fmt: skip
SENTENCES = {
    "damaged": gettext_lazy("This file is damaged or not complete. Open it on your device; if it opens, save it again "
                            "as PDF and upload that. If it does not, scan or photograph the paper again."),
    "encrypted": gettext_lazy("This file is protected by a password, so nobody here could read it. Remove the password "
                              "(for example, print it to a new PDF) and upload it again."),
    "active": gettext_lazy("This file holds a script or another part that acts when the file is opened. Print it to a "
                           "new PDF and upload that."),
    "encloses": gettext_lazy("This file has other files inside it. Remove them, or print it to a new PDF, and upload "
                             "each file by itself."),
    "macros": gettext_lazy("This Word document holds macros. Save it as PDF, or as a Word document without macros, and "
                           "upload that."),
    "external": gettext_lazy("This Word document loads parts from elsewhere when it is opened. Save it as PDF and "
                             "upload that."),
    "too_large_inside": gettext_lazy("This file unpacks to far more than its size. Print it to a new PDF and upload "
                                     "that."),
    "too_slow": gettext_lazy("This file is too complicated to be checked. Print it to a new PDF and upload that."),
    "too_many_pixels": gettext_lazy("This picture has more than 50 megapixels. Make it smaller, or photograph the "
                                    "paper with a lower resolution, and upload it again."),
    "not_word": gettext_lazy("This is a packed file, but not a Word document. We take PDF, JPG, PNG and DOCX."),
    "harmful": gettext_lazy("This file was blocked because it is recognized as harmful software. It was not kept. "
                            "Check your device, then upload the document from a clean copy."),
    "not_checked": gettext_lazy("This file could not be checked just now. Upload it again in a few minutes; everything "
                                "else you entered is kept."),
}  # fmt: skip


class InspectionRefused(Refused):
    """A file that is not taken; ``code`` says why in one word."""

    def __init__(self, code, message=None, *, field=None):
        super().__init__(message or str(SENTENCES[code]), field=field)
        self.code = code


@dataclass(frozen=True)
class Inspection:
    """What a file turned out to be. ``pages`` is None where the file itself does not say."""

    content_type: str
    pages: int | None
    size: int
    sha256: str


def inspect(upload, *, limit, name=None):
    """Look into ``upload`` (a Django File) of at most ``limit`` bytes; Inspection, or InspectionRefused."""
    name = name or upload.name
    if upload.size == 0:
        raise InspectionRefused("empty", _("This file is empty (0 bytes). Choose the file again."))
    if upload.size > limit:
        raise InspectionRefused("over_limit", over_limit_sentence(upload.size, limit))
    kind = KINDS.get(name.rpartition(".")[2].lower())
    start, sha256 = read_through(upload)
    found = recognized(start)
    if kind is None:
        raise InspectionRefused("type", type_sentence(found))
    if found == "old_word" and "EncryptedPackage".encode("utf-16-le") in read_all(upload):
        raise InspectionRefused("encrypted")
    if found != kind:
        raise InspectionRefused("mismatch", mismatch_sentence(name, found))
    with on_disk(upload) as path:
        outcome = parser_process.parse(path, kind)
    if fault := outcome.get("fault"):
        raise InspectionRefused(fault if fault in SENTENCES else "damaged")
    return Inspection(CONTENT_TYPES[kind], outcome["pages"], upload.size, sha256)


def read_through(upload):
    """(the first kilobyte, SHA-256 of the whole); refused when the harmless test virus of scanners is in it."""
    digest, start, tail = hashlib.sha256(), b"", b""
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
        start = start or chunk[:1024]
        if EICAR in tail + chunk:
            raise InspectionRefused("harmful")
        tail = chunk[-len(EICAR) :]
    upload.seek(0)
    return start, digest.hexdigest()


def read_all(upload):
    upload.seek(0)
    return upload.read()


def recognized(start):
    """The kind that the first bytes claim, a key of LABELS."""
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheim", b"ftypheis"):
        return "heic"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "picture"
    for signature, kind in SIGNATURES:
        if start.startswith(signature) or start[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(
            signature.lower()
        ):
            return kind
    return "unknown"


@contextmanager
def on_disk(upload):
    """The path of the upload's content; small ones, kept in memory, are written down for the time being."""
    if hasattr(upload, "temporary_file_path"):
        yield upload.temporary_file_path()
        return
    with tempfile.NamedTemporaryFile(prefix="upload-") as file:
        upload.seek(0)
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        yield file.name


def megabytes(size):
    return f"{size / 1_000_000:.1f}".removesuffix(".0")


def over_limit_sentence(size, limit):
    return _(
        "This file has %(size)s MB; the limit is %(limit)s MB. Scan it in black and white or with 150 dots per inch, "
        "or photograph it with a lower resolution."
    ) % {"size": megabytes(size), "limit": megabytes(limit)}


def type_sentence(found):
    if found == "heic":
        return _("This is a HEIC photo, which many computers cannot open. Save or send it as JPG and upload that.")
    return _("We take PDF, JPG, PNG and DOCX. Save the document as one of these and upload it again.")


def mismatch_sentence(name, found):
    if found in ("heic", "old_word"):
        return _("By its content this is %(found)s. Save it as PDF, JPG, PNG or DOCX and upload that.") % {
            "found": LABELS[found]
        }
    return _(
        "This file is named .%(ending)s, but by its content it is %(found)s. We take PDF, JPG, PNG and DOCX; choose "
        "the right file, or save it as one of these."
    ) % {"ending": name.rpartition(".")[2].lower(), "found": LABELS[found]}
