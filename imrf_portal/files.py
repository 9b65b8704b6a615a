"""Documents that people entrust to the portal: kept outside the web root under names that say nothing.

Whoever wants to open one goes through a view of the app that owns the record: it decides who may, records who did, and
answers with ``send``. This module keeps, checks and erases.
"""

import logging
import re
import uuid
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit, clock, previews, scanner, times
from .errors import Refused
from .inspection import CONTENT_TYPES, InspectionRefused, inspect
from .texts import BLANKS, CONTROLS, DIRECTION_CONTROLS, UNREADABLE

logger = logging.getLogger(__name__)

FOLDER = "documents"
LONGEST_NAME = 150
UNWANTED_IN_NAME = re.compile(r'[<>:"|?*\x00]')
ORPHAN_AGE = timedelta(hours=2)
"""An upload may take this long between its object and its row."""


class PrivateFileQuerySet(models.QuerySet):
    def waiting_for_scan(self):
        return self.filter(scan_state__in=[PrivateFile.Scan.WAITING, PrivateFile.Scan.ERROR], erased_at=None)

    def kept(self):
        return self.filter(erased_at=None)


class PrivateFile(models.Model):
    """One document as it was uploaded: never changed, only replaced by another or erased."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", gettext_lazy("not scanned")
        WAITING = "waiting", gettext_lazy("waiting for check")
        CLEAN = "clean", gettext_lazy("checked, nothing found")
        INFECTED = "infected", gettext_lazy("blocked, harmful")
        ERROR = "error", gettext_lazy("check failed, will be tried again")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("uploaded by"),
    )
    key = models.CharField(max_length=100, unique=True, editable=False)
    name = models.CharField(gettext_lazy("file name"), max_length=LONGEST_NAME)
    content_type = models.CharField(
        gettext_lazy("type"), max_length=100, choices=[(kind, label.upper()) for label, kind in CONTENT_TYPES.items()]
    )
    size = models.PositiveBigIntegerField(gettext_lazy("bytes"))
    pages = models.PositiveIntegerField(gettext_lazy("pages"), null=True, blank=True)
    sha256 = models.CharField(gettext_lazy("fingerprint (SHA-256)"), max_length=64, db_index=True)
    scan_state = models.CharField(gettext_lazy("virus check"), max_length=20, choices=Scan)
    scan_finding = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(gettext_lazy("checked at"), null=True, blank=True)
    upload_started_at = models.DateTimeField(gettext_lazy("upload began"), null=True, blank=True)
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded at"), default=clock.now)
    erased_at = models.DateTimeField(gettext_lazy("erased at"), null=True, blank=True)

    objects = PrivateFileQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("document")
        verbose_name_plural = gettext_lazy("documents")
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(name="private_file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="private_file_harmful_is_erased",
                condition=~Q(scan_state="infected") | Q(erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="private_file_has_a_verdict_iff_scanned",
                condition=Q(scan_state__in=["clean", "infected"], scanned_at__isnull=False)
                | (~Q(scan_state__in=["clean", "infected"]) & Q(scanned_at=None)),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_cleared(self):
        """Whether others than the uploader may open it: found clean, or no scanner is configured at all."""
        return self.erased_at is None and self.scan_state in (self.Scan.CLEAN, self.Scan.NOT_SCANNED)

    def withheld_because(self):
        """Why it cannot be opened now, as a sentence; None if it can."""
        if self.erased_at is not None:
            return _("This document was erased on %(day)s.") % {"day": times.long_date(self.erased_at)}
        if not self.is_cleared:
            return _("This document is waiting for the virus check. It opens as soon as the check is done.")
        return None


def store(upload, *, by, limit, upload_started_at=None):
    """Inspect, scan and keep ``upload`` (at most ``limit`` bytes); the PrivateFile. Refused with the reason if not.

    Call it outside a transaction: the object is written first, then the row, and an event about a harmful file must
    outlive the refusal. When the caller's transaction rolls back, ``erase_orphans`` finds the object.
    """
    name = clean_file_name(upload.name)
    try:
        inspection = inspect(upload, limit=limit, name=name)
        verdict = scan(upload)
    except InspectionRefused as refusal:
        if refusal.code == "harmful":
            record_harmful(name, by=by, finding="EICAR")
        raise
    if verdict["scan_state"] == PrivateFile.Scan.INFECTED:
        record_harmful(name, by=by, finding=verdict["scan_finding"])
        raise InspectionRefused("harmful")
    key = write(upload, inspection.content_type)
    try:
        return PrivateFile.objects.create(
            uploaded_by=by,
            key=key,
            name=name,
            content_type=inspection.content_type,
            size=inspection.size,
            pages=inspection.pages,
            sha256=inspection.sha256,
            upload_started_at=upload_started_at,
            uploaded_at=clock.so_far(),
            **verdict,
        )
    except BaseException:
        delete_object(key)
        raise


def scan(file, *, patience=scanner.PATIENCE_IN_REQUEST):
    """The fields of a PrivateFile that say what the scanner found."""
    if not scanner.is_configured():
        return {"scan_state": PrivateFile.Scan.NOT_SCANNED}
    verdict = scanner.scan(file, patience=patience)
    match verdict.outcome:
        case scanner.Outcome.CLEAN:
            return {"scan_state": PrivateFile.Scan.CLEAN, "scanned_at": clock.now()}
        case scanner.Outcome.INFECTED:
            return {"scan_state": PrivateFile.Scan.INFECTED, "scanned_at": clock.now(), "scan_finding": verdict.finding}
        case scanner.Outcome.ERROR:
            return {"scan_state": PrivateFile.Scan.ERROR}
    return {"scan_state": PrivateFile.Scan.WAITING}


def write(upload, content_type):
    """Write the object under a random name; its key. Refused, and nothing left behind, when the store fails."""
    unguessable = uuid.uuid4().hex
    key = f"{FOLDER}/{unguessable[:2]}/{unguessable}"
    upload.seek(0)
    content = File(upload.file, name=key)
    content.content_type = content_type
    try:
        return default_storage.save(key, content)
    except Exception:
        logger.exception("A document could not be stored.")
        delete_object(key)
        raise Refused(
            _("The document could not be stored just now. Your answers are kept; upload it again in a few minutes.")
        )


def delete_object(key):
    """Best effort: what stays behind is found by ``erase_orphans``."""
    with suppress(Exception):
        default_storage.delete(key)


def record_harmful(name, *, by, finding):
    logger.warning("Blocked an upload of %s: %s", by.pk, finding)
    audit.record("privatefile.blocked", by, by=by, internal=True, name=name, finding=finding)


def erase(file, *, by, reason=""):
    """Delete the content for good; the row stays and says when."""
    with transaction.atomic():
        if PrivateFile.objects.kept().filter(pk=file.pk).update(erased_at=clock.now()):
            audit.record("privatefile.erase", file, by=by, reason=reason)
            previews.erase_of(file)
            transaction.on_commit(lambda: delete_object(file.key))
    file.refresh_from_db()
    return file


def scan_waiting(*, most=100):
    """Scan what the scanner could not look at when it was uploaded; how many got a verdict."""
    if not scanner.is_configured():
        return 0
    decided = 0
    for file in PrivateFile.objects.waiting_for_scan().order_by("uploaded_at")[:most]:
        with default_storage.open(file.key) as content:
            verdict = scan(content, patience=scanner.PATIENCE_IN_SWEEP)
        if verdict["scan_state"] == PrivateFile.Scan.WAITING:
            break
        decided += decide(file, verdict)
    return decided


@transaction.atomic
def decide(file, verdict):
    """Write the verdict unless another sweep did; whether it is one that lasts. A harmful file is erased."""
    harmful = verdict["scan_state"] == PrivateFile.Scan.INFECTED
    if harmful:
        verdict = verdict | {"erased_at": clock.now()}
    if not PrivateFile.objects.waiting_for_scan().filter(pk=file.pk).update(**verdict):
        return False
    if harmful:
        audit.record("privatefile.blocked", file, by=None, internal=True, finding=verdict["scan_finding"])
        previews.erase_of(file)
        transaction.on_commit(lambda: delete_object(file.key))
    return verdict["scan_state"] != PrivateFile.Scan.ERROR


def erase_orphans():
    """Delete objects without a row, left by an upload that was cut off between the two; how many."""
    erased = 0
    for key in list(stored_keys()):
        if PrivateFile.objects.filter(key=key, erased_at=None).exists():
            continue
        if clock.now() - default_storage.get_modified_time(key) > ORPHAN_AGE:
            default_storage.delete(key)
            erased += 1
    return erased


def stored_keys():
    with suppress(FileNotFoundError):
        for folder in default_storage.listdir(FOLDER)[0]:
            for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
                yield f"{FOLDER}/{folder}/{name}"


def clean_file_name(name):
    """A name to show and to save under: no folders, no hidden signs, not too long, its ending kept."""
    name = re.split(r"[/\\]", name)[-1]
    name = UNREADABLE.sub("_", DIRECTION_CONTROLS.sub("", BLANKS.sub(" ", name)))
    name = UNWANTED_IN_NAME.sub("_", name)
    name = CONTROLS.sub("", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "document"
    ending = ending[:10]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
