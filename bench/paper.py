"""A small PDF to upload."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile


def _bytes():
    document, kept = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(kept)
    return kept.getvalue()


CONTENT = _bytes()


def paper():
    return SimpleUploadedFile("paper.pdf", CONTENT, "application/pdf")
