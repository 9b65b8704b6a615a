"""Forums and their Calls: what a meeting's modalities fix is data here (dates, documents, disclosure, switches)."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock
from .deadlines import HEADQUARTERS, Window
from .errors import Refused


class Forum(models.Model):
    """One meeting with its own modalities, for example the International Migration Review Forum 2022."""

    class Clause(models.TextChoices):
        BARE = "bare", _("Bare: no basis is asked")
        VOLUNTARY = "voluntary", _("Voluntary: a basis may be given")
        ON_REQUEST = "on_request", _("On request: the general basis is disclosed to the Office and the State that asks")
        ASSEMBLY_DECIDES = "assembly_decides", _("The General Assembly decides on names objected to")

    class Release(models.TextChoices):
        SECRETARIAT = "secretariat", _("The secretariat answers each request")
        AT_ONCE = "at_once", _("Released at once when asked")

    class Reach(models.TextChoices):
        ASKING = "asking", _("The State that asked")
        ALL = "all", _("All Member States")

    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    short_title = models.CharField(_("short title"), max_length=40)
    reference_prefix = models.CharField(_("prefix of references"), max_length=10, unique=True)
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    hearing_on = models.DateField(_("hearing on"), null=True, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    watch_live = models.CharField(_("watch live"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default=HEADQUARTERS)
    contact_email = models.EmailField(_("address for questions"), blank=True)
    is_published = models.BooleanField(_("published"), default=False)

    clause = models.CharField(_("disclosure clause"), max_length=20, choices=Clause, default=Clause.BARE)
    clause_text = models.TextField(_("words of the clause, typed from the resolution"), blank=True)
    release = models.CharField(
        _("release of homepage and reason"), max_length=20, choices=Release, default=Release.SECRETARIAT
    )
    released_to = models.CharField(_("released to"), max_length=20, choices=Reach, default=Reach.ASKING)
    observers_may_object = models.BooleanField(_("Observer States may object"), default=False)
    requests_after_close = models.BooleanField(_("States may ask after the period closed"), default=False)
    states_see_category = models.BooleanField(_("States see the category"), default=False)
    applicants_are_public = models.BooleanField(_("names of applicants are public"), default=False)
    register_is_public = models.BooleanField(_("transparency register is public"), default=False)
    statistics_are_public = models.BooleanField(_("statistics are public"), default=False)
    registrations_are_public = models.BooleanField(_("list of registrations is public"), default=False)
    correction_restarts_silence = models.BooleanField(_("a corrected name restarts the period"), default=False)
    reason_told_to_applicant = models.BooleanField(_("applicants are told the reason"), default=False)
    missions_may_use_private_addresses = models.BooleanField(
        _("Missions may invite private e-mail addresses"), default=False
    )
    sealed_until_close = models.BooleanField(_("applications sealed until the call closes"), default=False)

    class Meta:
        verbose_name = _("Forum")
        verbose_name_plural = _("Forums")
        ordering = [F("starts_on").desc(nulls_last=True), "title"]
        constraints = [
            models.CheckConstraint(
                name="forum_ends_on_or_after_its_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            )
        ]

    def __str__(self):
        return self.short_title

    def get_absolute_url(self):
        return reverse("forum", args=[self.slug])


class ForumRoute(models.Model):
    """Where a route ends for this Forum: registration here, or another office with its address and words."""

    class Route(models.TextChoices):
        ECOSOC = "ecosoc", _("In consultative status with ECOSOC")
        GCM = "gcm", _("Accredited to the Global Compact process")
        NHRI = "nhri", _("National human rights institution")
        SPECIAL = "special", _("Special accreditation")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="routes")
    route = models.CharField(_("route"), max_length=20, choices=Route)
    registers_here = models.BooleanField(_("registration is in this portal"), default=True)
    office = models.CharField(_("office"), max_length=200, blank=True)
    office_url = models.URLField(_("address of the office"), blank=True)
    words = models.TextField(_("what to do"), blank=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints = [models.UniqueConstraint(fields=["forum", "route"], name="route_once_per_forum")]

    def __str__(self):
        return f"{self.forum}: {self.get_route_display()}"


class Call(models.Model):
    """A period in which something may be asked of a Forum, with its dates, documents and rules."""

    class Kind(models.TextChoices):
        SPECIAL_ACCREDITATION = "special_accreditation", _("Special accreditation")
        REGISTRATION = "registration", _("Registration")

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="calls")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    tolerance_minutes = models.PositiveSmallIntegerField(_("tolerance for uploads begun, in minutes"), default=0)
    late_requests = models.BooleanField(_("late submission may be asked for"), default=False)
    text_limit = models.PositiveIntegerField(_("limit of long answers, in characters"), default=2000)
    file_limit_mb = models.PositiveSmallIntegerField(_("limit of one file, in MB"), default=20)
    draft_days = models.PositiveSmallIntegerField(_("days an unsent draft is kept after the close"), default=30)
    answer_days = models.PositiveSmallIntegerField(_("usual days to answer a question"), default=7)
    review_ends_at = models.DateTimeField(_("review ends at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Call")
        verbose_name_plural = _("Calls")
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "kind"], name="call_one_of_a_kind_per_forum"),
            models.CheckConstraint(name="call_closes_after_it_opens", condition=Q(closes_at__gt=F("opens_at"))),
        ]

    def __str__(self):
        return f"{self.forum}: {self.get_kind_display()}"

    def window(self):
        """The Call's window; needs ``forum`` (select it with the Call)."""
        return Window(
            label=_t("The call for %(what)s") % {"what": self.get_kind_display().lower()},
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            zone=self.forum.time_zone,
            tolerance=timedelta(minutes=self.tolerance_minutes),
        )

    def drafts_end_at(self):
        """When unsent drafts are erased (T-A50)."""
        return self.closes_at + timedelta(days=self.draft_days)


class CallDocument(models.Model):
    """A document that the Call asks for."""

    class Kind(models.TextChoices):
        LEGAL_STATUS = "legal_status", _("Proof of legal status")
        HEAD_LETTER = "head_letter", _("Letter from the head of your organization")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="documents_asked")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    help_text = models.TextField(_("help"), blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("document asked")
        verbose_name_plural = _("documents asked")
        ordering = ["-kind"]
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="document_asked_once_per_call")]

    def __str__(self):
        return self.get_kind_display()


class KeyDate(models.Model):
    """A line in a Forum's calendar; neither an instant nor a day means “to be announced”."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="key_dates")
    label = models.CharField(_("what"), max_length=120)
    at = models.DateTimeField(_("instant"), null=True, blank=True)
    on = models.DateField(_("day"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("key date")
        verbose_name_plural = _("key dates")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label


class Announcement(models.Model):
    """A dated announcement of a Forum (practical arrangements, changes)."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="announcements")
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_at"]

    def __str__(self):
        return self.title


class DateChange(models.Model):
    """A date that was moved: old and new, why, by whom; shown on the public page for ever."""

    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="date_changes")
    what = models.CharField(_("what"), max_length=120)
    old_at = models.DateTimeField(_("old instant"), null=True, blank=True)
    new_at = models.DateTimeField(_("new instant"), null=True, blank=True)
    old_on = models.DateField(_("old day"), null=True, blank=True)
    new_on = models.DateField(_("new day"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)
    changed_by = models.ForeignKey("imrf_portal.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey("imrf_portal.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of date")
        verbose_name_plural = _("changes of dates")
        ordering = ["-changed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="date_change_signed_by_another_person",
                condition=Q(signed_by=None) | Q(changed_by__isnull=False) & ~Q(changed_by=F("signed_by")),
            )
        ]

    def __str__(self):
        return f"{self.forum}: {self.what}"


@transaction.atomic
def moved(subject, field, new, *, forum, what, by, reason, signed_by=None):
    """Move one date of a Forum, Call, list or session: keep the old one with the reason, record it, return the change.

    ``field`` holds a date or an aware datetime; ``new`` must be of the same kind. Refused without a reason, or when
    nothing would change. ``signed_by`` is the second officer, if there is one. The caller tells the people concerned.
    """
    if not reason.strip():
        raise Refused(_t("Say why the date moves; the reason is shown to the public."), field="reason")
    old = getattr(subject, field)
    if old == new:
        raise Refused(_t("That is the date it has already."), field=field)
    sort = "at" if hasattr(new or old, "tzinfo") else "on"
    change = DateChange.objects.create(
        forum=forum,
        what=what[:120],
        reason=reason,
        changed_by=by,
        signed_by=signed_by,
        **{f"old_{sort}": old, f"new_{sort}": new},
    )
    setattr(subject, field, new)
    subject.save(update_fields=[field])
    audit.record(
        "date.move",
        subject,
        by=by,
        before=str(old or ""),
        after=str(new or ""),
        reason=reason,
        field=field,
        **({"signed_by": str(signed_by)} if signed_by else {}),
    )
    return change
