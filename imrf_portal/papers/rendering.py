"""From data to PDF by typst. The data go in as JSON, so that nothing a person typed is ever read as markup."""

import io
import json
import re
import threading
from functools import cache
from pathlib import Path

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..texts import CONTROLS, UNREADABLE

FOLDER = Path(__file__).parent
TYPST_LANGUAGES = {"zh-hans": "zh"}
PLACE = re.compile(r"\{(\w+)\}")
LONG_RUN = re.compile(r"\S{36,}")
PIECE = re.compile(r"\S{12}")
ISOLATE, END_ISOLATE, BREAK_HERE = "\u2068", "\u2069", "\u200b"
lock = threading.Lock()


def render(paper, *, language=None):
    """The PDF of ``paper``: a dictionary as ``sheet`` makes it."""
    language = language or get_language() or "en"
    data = printable(paper | {"lang": TYPST_LANGUAGES.get(language, language)})
    with lock:
        return compiler().compile(sys_inputs={"paper": json.dumps(data, ensure_ascii=False)}, format="pdf")


@cache
def compiler():
    import typst  # 8 MB that most workers never need

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FOLDER / "fonts")])
    return typst.Compiler(input=str(FOLDER / "paper.typ"), root=str(FOLDER), font_paths=fonts)


def printable(data):
    """``data`` without what no font shows; a very long word may be broken."""
    if isinstance(data, dict):
        return {key: value if key == "svg" else printable(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [printable(value) for value in data]
    if data is None or isinstance(data, (bool, int, float)):
        return data
    text = UNREADABLE.sub("\ufffd", CONTROLS.sub("", str(data)))
    return LONG_RUN.sub(lambda run: PIECE.sub(lambda piece: piece[0] + BREAK_HERE, run[0]), text)


def sheet(*, kind, code, title, blocks, foot, check_address, check_alt, **more):
    """The data of one paper. ``check_address`` is what the QR code opens; ``foot`` two texts before the page number."""
    return {
        "office": [_("United Nations General Assembly"), _("Office of the President of the General Assembly")],
        "kind": kind,
        "code": code,
        "title": title,
        "blocks": blocks,
        "foot": foot,
        "page_of": _("Page {page} of {pages}"),
        "qr": {"svg": qr_code(check_address), "alt": check_alt},
    } | more


def qr_code(address):
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, nl=False)
    return out.getvalue().decode("ascii")


def shown_address(address):
    """``https://portal.example/verify`` as people type it."""
    return address.split("://", 1)[-1].rstrip("/")


def sentence(words, **facts):
    """Parts of ``words``, with each fact bold in its place: ``sentence("Held in {city}.", city="Kenya")``."""
    parts = []
    for number, piece in enumerate(PLACE.split(words)):
        if piece:
            parts.append({"text": isolated(facts[piece]), "bold": True} if number % 2 else {"text": piece})
    return parts


def plain_date(day):
    """“25 April 2022”, as letters are dated."""
    patterns = {"es": r"j \d\e F \d\e Y", "ru": "j E Y г.", "zh-hans": "Y年n月j日"}
    return format_date(day, patterns.get(get_language(), "j F Y"))


def isolated(text):
    """A name, in its own reading direction, that does not turn its neighbours around."""
    text = str(text)
    return text if text.isascii() else f"{ISOLATE}{text}{END_ISOLATE}"


def in_fours(sha256):
    """A fingerprint to compare by eye: two lines of eight groups."""
    groups = [sha256[i : i + 4] for i in range(0, len(sha256), 4)]
    return [" ".join(groups[i : i + 8]) for i in range(0, len(groups), 8)]
