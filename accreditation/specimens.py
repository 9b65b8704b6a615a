"""Specimen documents for the demonstration: one-page PDFs that say that they are specimens."""

import io

import pikepdf
from django.core.files.base import ContentFile


def specimen_pdf(file_name, title, lines):
    """An uploadable file: one A4 page with a title and lines of text (Latin letters; others are left out)."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Times-Roman"))
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    texts = [b"BT /F1 24 Tf 70 740 Td (", _escaped(title), b") Tj ET\n"]
    for place, line in enumerate(["SPECIMEN, NOT A REAL DOCUMENT", "", *lines]):
        texts += [b"BT /F1 13 Tf 70 %d Td (" % (700 - 24 * place), _escaped(line), b") Tj ET\n"]
    texts.append(b"1 w 50 50 495 742 re S\n")
    page.Contents = pdf.make_stream(b"".join(texts))
    content = io.BytesIO()
    pdf.save(content)
    return ContentFile(content.getvalue(), name=file_name)


def _escaped(text):
    latin = text.encode("latin-1", "ignore")
    return latin.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
