"""What officers found when they looked at a document, and whom they named in a note."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock

from .applications import ApplicationDocument, InternalNote


class DocumentCheck(models.Model):
    """One line of the checklist of one document. A document that replaces another starts without any."""

    class Criterion(models.TextChoices):
        LEGIBLE = "legible", _("All pages, readable")
        GOVERNMENT = "government", _("Issued by a government")
        NAME = "name", _("Name matches")
        IN_DATE = "in_date", _("In date")
        SIGNED = "signed", _("Signed by the head")
        LETTERHEAD = "letterhead", _("On letterhead")
        ASKS = "asks", _("Asks for accreditation")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("Unsure")

    document = models.ForeignKey(ApplicationDocument, on_delete=models.PROTECT, related_name="checks")
    criterion = models.CharField(_("criterion"), max_length=12, choices=Criterion)
    answer = models.CharField(_("answer"), max_length=6, choices=Answer)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), default=clock.now)

    class Meta:
        verbose_name = _("check of a document")
        verbose_name_plural = _("checks of documents")
        constraints = [models.UniqueConstraint(fields=["document", "criterion"], name="document_checked_once_for_each")]

    def __str__(self):
        return f"{self.document}: {self.get_criterion_display()}"


class NoteMention(models.Model):
    """A colleague named in an internal note: it waits on their front page until they say they have read it."""

    note = models.ForeignKey(InternalNote, on_delete=models.PROTECT, related_name="mentions")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("mention in a note")
        verbose_name_plural = _("mentions in notes")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["note", "officer"], name="note_names_an_officer_once")]

    def __str__(self):
        return f"{self.note}: {self.officer}"
