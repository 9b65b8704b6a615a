"""Pages of private documents as pictures: asked for, drawn by a worker, kept beside the documents, erased with them.

The row is the truth: it waits, is claimed, and ends as ready or failed with the reason. Whoever shows a picture
decides, and records, who may see it.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import clock, hints, written
from .page_renderer import SECONDS

logger = logging.getLogger(__name__)
PROGRAM = Path(__file__).with_name("page_renderer.py")
FOLDER = "previews"
KINDS = {"application/pdf": "pdf", "image/jpeg": "JPEG", "image/png": "PNG"}
PAGES_AT_ONCE = 10
"""Pages are asked for in tens: a long document does not keep the worker."""
CLAIM = timedelta(minutes=5)
MOST_ATTEMPTS = 3
SENTENCES = {
    "damaged": _("This page cannot be shown: it is damaged. Download the original, or ask the applicant for a new "
                 "file."),
    "too_heavy": _("This page cannot be shown: it needs far more memory or computing than a page should. Download the "
                   "original with care."),
    "too_slow": _("This page cannot be shown: it took too long to draw. Download the original with care."),
    "given_up": _("This page cannot be shown: drawing it was tried and did not end. Download the original."),
}  # fmt: skip


def new_key():
    unguessable = uuid.uuid4().hex
    return f"{FOLDER}/{unguessable[:2]}/{unguessable}"


class PagePreview(models.Model):
    """One page of one document as a picture. The key is fixed before drawing, so no picture is ever without its row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being prepared")
        READY = "ready", _("ready")
        FAILED = "failed", _("cannot be shown")

    file = models.ForeignKey("imrf_portal.PrivateFile", on_delete=models.PROTECT, related_name="previews")
    page = models.PositiveIntegerField(_("page"))
    key = models.CharField(max_length=100, unique=True, default=new_key, editable=False)
    content_type = models.CharField(max_length=20, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("preview of a page")
        verbose_name_plural = _("previews of pages")
        ordering = ["file", "page"]
        constraints = [
            models.UniqueConstraint(fields=["file", "page"], name="preview_once_per_page"),
            models.CheckConstraint(
                name="preview_ready_iff_it_has_a_picture",
                condition=Q(state="ready", width__gt=0, height__gt=0, content_type__in=["image/png", "image/jpeg"])
                | (~Q(state="ready") & Q(width=0, height=0, content_type="")),
            ),
            models.CheckConstraint(
                name="preview_failed_iff_it_has_a_reason",
                condition=(Q(state="failed") & ~Q(error="")) | (~Q(state="failed") & Q(error="")),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="preview_waiting")]

    def __str__(self):
        return f"{self.file_id} {self.page}"

    def failure(self):
        """Why the page cannot be shown, as a sentence."""
        return SENTENCES.get(self.error, "")


def is_drawable(file):
    """Whether its pages can be drawn; those of a Word document cannot."""
    return file.content_type in KINDS


def page_count(file):
    return file.pages or 1


def ask(file, page=1):
    """The preview of one page; the pages around it are asked for with it, a worker is told. Call for what is cleared.

    None for a file without pages to draw, or a page it does not have.
    """
    if not is_drawable(file) or file.erased_at or not 1 <= page <= page_count(file):
        return None
    if found := written.found(lambda file, page: PagePreview.objects.filter(file=file, page=page), file.pk, page):
        return found[0]
    first = page - (page - 1) % PAGES_AT_ONCE
    last = min(first + PAGES_AT_ONCE - 1, page_count(file))
    PagePreview.objects.bulk_create(
        [PagePreview(file=file, page=number) for number in range(first, last + 1)], ignore_conflicts=True
    )
    tell_worker(file)
    return PagePreview.objects.get(file=file, page=page)


def tell_worker(file):
    from .tasks import draw_pages_of

    hints.after_commit(draw_pages_of, str(file.pk))


def waiting():
    """Pages that nobody draws now."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=clock.now())
    return PagePreview.objects.filter(free, state=PagePreview.State.WAITING)


def draw_waiting(*, most=20):
    """Sweep: draw what waits, the oldest documents first; how many pages came to an end."""
    oldest = waiting().values("file").annotate(since=models.Min("asked_at")).order_by("since")
    ended = 0
    for row in list(oldest[:most]):
        try:
            ended += draw_file(row["file"])
        except Exception:  # one document must not stop the others
            logger.exception("The pages of %s could not be drawn.", row["file"])
    return ended


def draw_file(file_pk):
    """Draw the waiting pages of one document, unless another worker does; how many came to an end."""
    mine = waiting().filter(file=file_pk)
    tired = mine.filter(attempts__gte=MOST_ATTEMPTS)
    given_up = tired.update(state=PagePreview.State.FAILED, error="given_up")
    claim = clock.now() + CLAIM
    if not mine.update(claimed_until=claim, attempts=F("attempts") + 1):
        return given_up
    claimed = PagePreview.objects.filter(file=file_pk, state=PagePreview.State.WAITING, claimed_until=claim)
    previews = {preview.page: preview for preview in claimed.select_related("file").order_by("page")}
    file, count = next(iter(previews.values())).file, len(previews)
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        document = Path(folder) / "document"
        with default_storage.open(file.key) as source, document.open("wb") as target:
            shutil.copyfileobj(source, target)
        for answer in answers(document, KINDS[file.content_type], folder, list(previews)):
            end(previews.pop(answer.pop("page")), answer, Path(folder))
    return given_up + count - len(previews)


def answers(document, kind, folder, pages):
    """What the renderer says of each page; nothing about those it did not come to."""
    program = subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    question = {"path": str(document), "kind": kind, "folder": str(folder), "pages": pages}
    try:
        said, _errors = program.communicate(json.dumps(question) + "\n", timeout=SECONDS * len(pages) + 10)
    except subprocess.TimeoutExpired:
        logger.warning("The renderer of pages did not end in time.")
        said = ""
    finally:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.communicate()
    return [json.loads(line) for line in said.splitlines()]


def end(preview, answer, folder):
    """Keep the picture or the reason; when the document was erased meanwhile, nothing is kept."""
    if fault := answer.get("fault"):
        return _close(preview, state=PagePreview.State.FAILED, error=fault if fault in SENTENCES else "damaged")
    with suppress(Exception):
        default_storage.delete(preview.key)
    with (folder / str(preview.page)).open("rb") as picture:
        content = File(picture, name=preview.key)
        content.content_type = answer["content_type"]
        default_storage.save(preview.key, content)
    if not _close(preview, state=PagePreview.State.READY, **answer):
        default_storage.delete(preview.key)


def _close(preview, **fields):
    return PagePreview.objects.filter(pk=preview.pk, state=PagePreview.State.WAITING).update(**fields)


def picture(preview):
    """The open picture of a ready preview; None, and it is drawn again, when the store lost it."""
    try:
        return default_storage.open(preview.key)
    except FileNotFoundError:
        PagePreview.objects.filter(pk=preview.pk).update(
            state=PagePreview.State.WAITING, width=0, height=0, content_type="", claimed_until=None, attempts=0
        )
        return None


def erase_of(file):
    """Erase the previews of a document, rows and pictures; call in the transaction that erases the document."""
    keys = list(PagePreview.objects.filter(file=file).values_list("key", flat=True))
    PagePreview.objects.filter(file=file).delete()
    transaction.on_commit(lambda: [_delete(key) for key in keys])


def _delete(key):
    try:
        default_storage.delete(key)
    except Exception:
        logger.exception("A preview could not be deleted.")
