"""Draws the pages of documents from strangers as pictures, so that staff can read them and nothing in them can act.

Runs as a program of its own, away from the portal (``previews`` starts it), and imports nothing of it. It reads one
question, a line of JSON, from the standard input and writes one line per page to the standard output; the pictures go
to the folder it was given. Each page is drawn in a child process that may use limited memory and time: a page that is
a bomb is one page that cannot be shown. PDFium is the build without a script engine.
"""

import importlib
import json
import os
import resource
import select
import signal
import sys
import warnings

MEGABYTE = 1024 * 1024
LONGEST_SIDE = 2000
"""Pixels: an A4 page at about 170 dots per inch."""
MOST_SCALE = 4
"""Pixels for one point of a small page."""
MOST_PIXELS = 50_000_000
LARGE_PICTURE = MEGABYTE
"""A page that is bigger than this as PNG is a photograph: it is kept as JPG, as those that came as JPG are."""
COMPUTING_SECONDS = 6
SECONDS = 20
MEMORY = 900 * MEGABYTE
MOST_BYTES = 16 * MEGABYTE


class Fault(Exception):
    """Why the page is not drawn; a code for which the portal has a sentence."""


def drawn_pdf(path, number):
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(LONGEST_SIDE / max(width, height, 1), MOST_SCALE)
            return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, IndexError, ValueError, OverflowError, RuntimeError):
        raise Fault("damaged")


def drawn_picture(path, kind):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Fault("too_heavy")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(picture)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if "A" in picture.getbands() or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                paper = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(paper, picture)
            return picture.convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Fault("too_heavy")
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError):
        raise Fault("damaged")


def draw(question, number):
    """The answer for one page; its picture lies in the folder."""
    target = os.path.join(question["folder"], str(number))
    try:
        kind = question["kind"]
        picture = drawn_pdf(question["path"], number) if kind == "pdf" else drawn_picture(question["path"], kind)
        picture.info.clear()
        content_type = "image/jpeg" if kind == "JPEG" else "image/png"
        if content_type == "image/png":
            picture.save(target, "PNG")
        if content_type == "image/jpeg" or os.path.getsize(target) > LARGE_PICTURE:
            content_type = "image/jpeg"
            picture.save(target, "JPEG", quality=82, optimize=True)
        return {"content_type": content_type, "width": picture.width, "height": picture.height}
    except Fault as fault:
        return {"fault": str(fault)}
    except (MemoryError, RecursionError):
        return {"fault": "too_heavy"}


def draw_in_child(question, number):
    """``draw`` in a process of its own with limits; a crash is the page’s fault, not ours."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (COMPUTING_SECONDS, COMPUTING_SECONDS))
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.write(sending, json.dumps(draw(question, number)).encode())
        finally:
            os._exit(0)
    os.close(sending)
    ready, _, _ = select.select([receiving], [], [], SECONDS)
    answer = os.read(receiving, 4096) if ready else b""
    os.close(receiving)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(answer) if answer else {"fault": "too_heavy" if ready else "too_slow"}


def serve():
    """Draw the pages asked for, then end."""
    for library in ("pypdfium2", "PIL.JpegImagePlugin", "PIL.PngImagePlugin"):
        importlib.import_module(library)
    question = json.loads(sys.stdin.readline())
    for number in question["pages"]:
        print(json.dumps({"page": number} | draw_in_child(question, number)), flush=True)  # noqa: T201


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve()
