"""Reference lists (who need not apply), as dated versions, and the stored answers of the route finder."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.codes import random_code
from imrf_portal.geography import Country


class ReferenceList(models.Model):
    """One version of a list that was imported: never changed afterwards, but for giving way to a newer version."""

    class Kind(models.TextChoices):
        ECOSOC = "ecosoc", _("Organizations in consultative status with ECOSOC")
        GCM = "gcm", _("Organizations accredited to the Global Compact process")
        NHRI = "nhri", _("National human rights institutions")
        FORUM = "forum", _("Final list of a Forum")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    forum = models.ForeignKey(
        "imrf_portal.Forum",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reference_lists",
        verbose_name=_("Forum"),
        help_text=_("Only for the final list of a Forum."),
    )
    title = models.CharField(_("title"), max_length=200)
    as_of = models.DateField(_("as of"), help_text=_("The date of the list itself, not of the import."))
    source = models.CharField(_("source"), max_length=300, blank=True)
    version = models.CharField(_("version"), max_length=64, help_text=_("SHA-256 of the kind, the date and the rows."))
    entry_count = models.PositiveIntegerField(_("entries"), default=0)
    is_complete = models.BooleanField(
        _("complete"), default=True, help_text=_("Every row of the file was written; only then it can be in use.")
    )
    is_current = models.BooleanField(_("current"), default=False)
    written_count = models.PositiveIntegerField(
        _("rows written"), default=0, help_text=_("Moved on in the transaction that writes them.")
    )
    written_at = models.DateTimeField(_("last rows written at"), null=True, blank=True)
    imported_at = models.DateTimeField(_("imported at"), default=clock.now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("imported by")
    )

    class Meta:
        verbose_name = _("reference list")
        verbose_name_plural = _("reference lists")
        ordering = ["-as_of", "-imported_at"]
        constraints = [
            models.UniqueConstraint(fields=["version"], name="reference_list_version_is_imported_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_current=True, forum=None), name="reference_list_one_current_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["forum"], condition=Q(is_current=True), name="reference_list_one_current_of_a_forum"
            ),
            models.CheckConstraint(
                name="reference_list_in_use_is_complete", condition=Q(is_current=False) | Q(is_complete=True)
            ),
            models.CheckConstraint(
                name="reference_list_complete_iff_every_row_is_written",
                condition=Q(is_complete=True, written_count=F("entry_count"))
                | Q(is_complete=False, written_count__lte=F("entry_count")),
            ),
            models.CheckConstraint(
                name="reference_list_names_a_forum_iff_its_final_list",
                condition=(Q(kind="forum") & Q(forum__isnull=False)) | (~Q(kind="forum") & Q(forum=None)),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.as_of})"

    @property
    def short_version(self):
        return self.version[:12]


class ReferenceFile(models.Model):
    """The file of a version whose rows are not all written yet: the worker reads it; gone with the last row."""

    reference_list = models.OneToOneField(
        ReferenceList, on_delete=models.CASCADE, primary_key=True, related_name="waiting_file"
    )
    content = models.BinaryField()

    def __str__(self):
        return str(self.reference_list)


class ReferenceEntry(models.Model):
    """An organization on a version of a list, under the name it bears there."""

    reference_list = models.ForeignKey(ReferenceList, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=500)
    key = models.CharField(max_length=500, db_index=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    status_year = models.PositiveSmallIntegerField(_("year of the status"), null=True, blank=True)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("country")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry of a reference list")
        verbose_name_plural = _("entries of reference lists")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["reference_list", "position"], name="reference_entry_has_its_own_place")
        ]

    def __str__(self):
        return self.name


class ReferenceName(models.Model):
    """Another name of an entry: a former one, that of a body merged into it, an acronym, another spelling."""

    class Kind(models.TextChoices):
        FORMER = "former", _("Former name")
        MERGED = "merged", _("Name of a body that merged into it")
        ACRONYM = "acronym", _("Acronym")
        SPELLING = "spelling", _("Another spelling")

    entry = models.ForeignKey(ReferenceEntry, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=500)
    key = models.CharField(max_length=500, db_index=True)
    year = models.PositiveSmallIntegerField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["pk"]

    def __str__(self):
        return self.name


def new_verdict_key():
    """59 bits: whoever has the key of a verdict reads the name that was typed."""
    return random_code("V", groups=3)


class RouteVerdict(models.Model):
    """What the route finder answered, from which versions of which lists: staff see what the person saw."""

    class Route(models.TextChoices):
        ECOSOC = "ecosoc", _("In consultative status with ECOSOC")
        GCM = "gcm", _("Accredited to the Global Compact process")
        NHRI = "nhri", _("National human rights institution")
        SPECIAL = "special", _("Special accreditation")

    key = models.CharField(_("code"), max_length=20, unique=True, default=new_verdict_key, editable=False)
    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="route_verdicts")
    name = models.CharField(_("name typed"), max_length=255)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="+", verbose_name=_("country of headquarters")
    )
    type = models.CharField(_("type"), max_length=20)
    csonet_url = models.CharField(_("CSOnet profile"), max_length=500, blank=True)
    route = models.CharField(_("route"), max_length=10, choices=Route)
    evidence = models.JSONField(_("evidence"), default=dict)
    lists = models.ManyToManyField(ReferenceList, related_name="verdicts", verbose_name=_("lists read"))
    is_disputed = models.BooleanField(_("“this is not us”"), default=False)
    disputed_at = models.DateTimeField(_("said at"), null=True, blank=True)
    dispute_note = models.CharField(_("what is different"), max_length=500, blank=True)
    claimed_entry = models.ForeignKey(
        ReferenceEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("“this is us”"),
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    renews = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renewed_by",
        verbose_name=_("the same question, answered before"),
    )

    class Meta:
        verbose_name = _("answer on the way to take part")
        verbose_name_plural = _("answers on the way to take part")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="route_verdict_disputed_iff_dated",
                condition=Q(is_disputed=True, disputed_at__isnull=False) | Q(is_disputed=False, disputed_at=None),
            )
        ]

    def __str__(self):
        return f"{self.key}: {self.name}"

    def get_absolute_url(self):
        return reverse("route_verdict", args=[self.forum.slug, self.key])

    @property
    def needs_staff(self):
        """Whether a person of the secretariat should compare: disputed, or a near name claimed."""
        return self.is_disputed or self.claimed_entry_id is not None
