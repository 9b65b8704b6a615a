"""Opens files from strangers: is this a whole PDF, picture or Word document, and does it hold anything that acts?

Runs as a program of its own, away from the portal (``parser_process`` starts it), and imports nothing of it. Each
question is a line of JSON on the standard input, each answer a line on the standard output. A file is opened in a
child process that may use limited memory and time, because libraries that read files from strangers have had faults
and will have more.
"""

import importlib
import json
import os
import re
import resource
import select
import signal
import sys
import warnings
import zipfile
from xml.parsers import expat

MEGABYTE = 1024 * 1024
MOST_UNPACKED = 50 * MEGABYTE
MOST_MEMBERS = 1_000
MOST_RATIO = 50
MOST_PIXELS = 50_000_000
MOST_OBJECTS = 300_000
COMPUTING_SECONDS = 3
SECONDS = 10
MEMORY = 900 * MEGABYTE
SMALL = 64 * 1024
"""Members below this may be packed tighter than the ratio: a page of blanks is no bomb."""

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
WORD_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ACTING_FIELDS = re.compile(r"\b(DDE(AUTO)?|INCLUDETEXT|INCLUDEPICTURE|MACROBUTTON)\b")
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE", "/RichMediaExecute"}
ACTING_KEYS = {"/JS", "/JavaScript", "/XFA"}
ACTING_ANNOTATIONS = {"/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"}
ENCLOSING_KEYS = {"/EmbeddedFiles", "/EF"}
ACTING_PARTS = {
    "vbaProject": "macros",
    "wordVbaData": "macros",
    "oleObject": "encloses",
    "package": "encloses",
    "control": "encloses",
    "aFChunk": "encloses",
}
"""What a part of a Word document is to Word, whatever the part is named: the end of its relationship's type."""


class Fault(Exception):
    """Why the file is not taken; a code for which the portal has a sentence."""


def parse_pdf(path):
    """Number of pages."""
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=200,
        parser_max_nesting=200,
        parser_max_container_size=MOST_OBJECTS,
        max_stream_filters=5,
        flate_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
        png_max_memory=MOST_UNPACKED,
        tiff_max_memory=MOST_UNPACKED,
    )
    with open(path, "rb") as file:
        file.seek(-min(2048, os.path.getsize(path)), os.SEEK_END)
        if b"%%EOF" not in file.read():
            raise Fault("damaged")
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Fault("encrypted")
            pages = len(pdf.pages)
            if pages == 0 or not all("/Type" in page.obj for page in pdf.pages):
                raise Fault("damaged")
            refuse_what_acts(pdf, pikepdf)
            return pages
    except pikepdf.PasswordError:
        raise Fault("encrypted")
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        raise Fault("damaged")


def refuse_what_acts(pdf, pikepdf):
    """Every object is looked at, also those no page leads to."""
    waiting, seen = list(pdf.objects), 0
    while waiting:
        thing = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise Fault("too_large_inside")
        if isinstance(thing, pikepdf.Array):
            waiting.extend(part for part in thing if isinstance(part, pikepdf.Object) and not part.is_indirect)
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            refuse_acting_dictionary(thing)
            waiting.extend(
                part for _, part in thing.items() if isinstance(part, pikepdf.Object) and not part.is_indirect
            )


def refuse_acting_dictionary(thing):
    keys = set(thing.keys())
    kinds = {str(thing[key]) for key in ("/S", "/Subtype", "/Type") if key in keys}
    if keys & ACTING_KEYS or kinds & (ACTIONS | ACTING_ANNOTATIONS):
        raise Fault("active")
    if keys & ENCLOSING_KEYS or kinds & {"/FileAttachment", "/EmbeddedFile"}:
        raise Fault("encloses")


def parse_picture(path, kind):
    """A picture is one page."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Fault("too_many_pixels")
            picture.verify()
        with Image.open(path, formats=[kind]) as picture:
            if kind == "JPEG":
                picture.draft(picture.mode, (picture.width // 8, picture.height // 8))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Fault("too_many_pixels")
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError):
        raise Fault("damaged")
    return 1


def parse_docx(path):
    """Nothing: how many pages a Word document has depends on who prints it."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            refuse_bombs(members)
            for member in members:
                refuse_member(archive, member)
            if (
                WORD_DOCUMENT not in archive.read("[Content_Types].xml")
                or "word/document.xml" not in archive.namelist()
            ):
                raise Fault("not_word")
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, OSError, expat.ExpatError):
        raise Fault("damaged")
    except RuntimeError:
        raise Fault("encrypted")
    except Exception as fault:
        raise fault if isinstance(fault, Fault) else Fault("damaged")


def refuse_bombs(members):
    packed, unpacked = sum(m.compress_size for m in members), sum(m.file_size for m in members)
    tight = any(m.file_size > SMALL and m.file_size > MOST_RATIO * max(m.compress_size, 1) for m in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or tight or unpacked > MOST_RATIO * max(packed, SMALL):
        raise Fault("too_large_inside")
    if len({member.filename for member in members}) != len(members):
        raise Fault("damaged")
    if any(member.flag_bits & 0x1 for member in members):
        raise Fault("encrypted")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise Fault("damaged")


def refuse_member(archive, member):
    name = member.filename.lower()
    content = archive.read(member)
    if EICAR in content:
        raise Fault("harmful")
    if name.endswith(("vbaproject.bin", "vbadata.xml")) or (
        name == "[content_types].xml" and b"macroEnabled" in content
    ):
        raise Fault("macros")
    if "/embeddings/" in name or "/activex/" in name or name.endswith((".exe", ".dll", ".js", ".vbs", ".scr", ".bat")):
        raise Fault("encloses")
    if name.endswith(".rels"):
        read_xml(content, refuse_outside_part)
    elif name.endswith(".xml"):
        instructions = []
        read_xml(
            content, lambda tag, attributes: instructions.extend(field_instruction(attributes)), instructions.append
        )
        if ACTING_FIELDS.search("".join(instructions)):
            raise Fault("active")


def refuse_outside_part(tag, attributes):
    """A link in the text may lead anywhere; a template, picture or object fetched on opening may not."""
    kind = attributes.get("Type", "").rpartition("/")[2]
    if attributes.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
        raise Fault("external")
    if kind in ACTING_PARTS:
        raise Fault(ACTING_PARTS[kind])


def field_instruction(attributes):
    return [f" {text} " for key, text in attributes.items() if key.rpartition(":")[2] == "instr"]


def read_xml(content, on_start, on_instruction=None):
    """Stream the XML; a document type, and with it every entity, is refused."""
    parser = expat.ParserCreate()
    inside = []

    def start(tag, attributes):
        inside.append(tag.rpartition(":")[2] == "instrText")
        on_start(tag, attributes)

    def characters(text):
        if on_instruction and inside and inside[-1]:
            on_instruction(text)

    def doctype(*_):
        raise Fault("active")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: inside.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(content, True)


def parse(path, kind):
    """{"pages": number or None} or {"fault": code}."""
    try:
        match kind:
            case "pdf":
                return {"pages": parse_pdf(path)}
            case "docx":
                return {"pages": parse_docx(path)}
            case "jpg":
                return {"pages": parse_picture(path, "JPEG")}
            case "png":
                return {"pages": parse_picture(path, "PNG")}
    except Fault as fault:
        return {"fault": str(fault)}
    except (MemoryError, RecursionError):
        return {"fault": "too_large_inside"}


def parse_in_child(path, kind):
    """``parse`` in a process of its own with limits; a crash is the file's fault, not ours."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (COMPUTING_SECONDS, COMPUTING_SECONDS))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.write(sending, json.dumps(parse(path, kind)).encode())
        finally:
            os._exit(0)
    os.close(sending)
    ready, _, _ = select.select([receiving], [], [], SECONDS)
    answer = os.read(receiving, 4096) if ready else b""
    os.close(receiving)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(answer) if answer else {"fault": "too_large_inside" if ready else "too_slow"}


def serve():
    """Answer until whoever asks is gone."""
    for library in ("pikepdf", "PIL.JpegImagePlugin", "PIL.PngImagePlugin"):
        importlib.import_module(library)
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(parse_in_child(question["path"], question["kind"])), flush=True)  # noqa: T201


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve()
