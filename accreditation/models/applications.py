"""An organization's request for special accreditation to one Forum, its versions, documents, questions and notes."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, sight
from imrf_portal.access import Audience, Capability, may
from imrf_portal.counting import set_of
from imrf_portal.forum import Call, CallDocument
from imrf_portal.geography import Country

from .organizations import Membership, Organization, OrganizationType
from .references import RouteVerdict


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned with questions")
    ASSESSED = "assessed", _("Assessed, waiting for the second signature")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    CIRCULATED = "circulated", _("Circulated")
    CLEARED = "cleared", _("Cleared")
    OBJECTED = "objected", _("Objected to")
    ACCREDITED = "accredited", _("Accredited")
    NOT_ACCREDITED = "not_accredited", _("Not accredited")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVOKED = "revoked", _("Revoked")


LISTED = (
    Status.CIRCULATED,
    Status.CLEARED,
    Status.OBJECTED,
    Status.ACCREDITED,
    Status.NOT_ACCREDITED,
    Status.REVOKED,
)
"""The statuses of an application that Member States have been shown."""

UNDECIDED = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.ASSESSED,
    Status.ELIGIBLE,
    Status.CIRCULATED,
    Status.CLEARED,
    Status.OBJECTED,
)
"""Live: before any decision."""

PUBLIC_NAMES = {
    Status.DRAFT: _("Draft"),
    Status.SUBMITTED: _("Received"),
    Status.RETURNED: _("We need something from you"),
    Status.ASSESSED: _("Under consideration"),
    Status.ELIGIBLE: _("Under consideration"),
    Status.INELIGIBLE: _("Under consideration"),
    Status.CIRCULATED: _("Under consideration"),
    Status.CLEARED: _("Under consideration"),
    Status.OBJECTED: _("Under consideration"),
    Status.ACCREDITED: _("Accredited"),
    Status.NOT_ACCREDITED: _("Not accredited"),
    Status.CLOSED: _("Closed"),
    Status.WITHDRAWN: _("Withdrawn"),
    Status.REVOKED: _("Not accredited"),
}
"""What an applicant reads for each status (product rules, “The application”)."""


class ReasonCode(models.TextChoices):
    NO_PROOF = "no_proof", _("No valid proof of legal status")
    NO_LETTER = "no_letter", _("No letter from the head of the organization")
    OUT_OF_SCOPE = "out_of_scope", _("Work is not related to migration")
    HAS_STATUS = "has_status", _("Already has status by another route")
    DUPLICATE = "duplicate", _("Duplicate of another application")
    NOT_GENUINE = "not_genuine", _("Information found not to be true")
    OTHER = "other", _("Other, said in the text")


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rows this person may know exist; to anyone else they are a 404."""
        match Audience.of(user):
            case Audience.SECRETARIAT if may(user, Capability.VIEW):
                return self.known_at_desk(user).exclude(status=Status.DRAFT, submitted_at=None)
            case Audience.APPLICANT:
                shared = Membership.objects.filter(user=user, ended_at=None).values("organization")
                return self.filter(Q(applicant=user) | Q(organization__in=set_of(shared)))
            case _:
                return self.none()

    def known_at_desk(self, user):
        """What a member of the secretariat may know of, drafts included: see ``places``."""
        return sight.visible(self, user) if may(user, Capability.VIEW) else self.none()


class Application(models.Model):
    """One row from the first answer: the answers being edited. What counts is the last ``ApplicationVersion``."""

    class WomenLed(models.TextChoices):
        UNANSWERED = "", _("Not answered")
        YES = "yes", _("Yes")
        NO = "no", _("No")

    reference = models.CharField(_("reference"), max_length=24, unique=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="applications")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    verdict = models.ForeignKey(
        RouteVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )

    name = models.CharField(_("official name"), max_length=255, blank=True)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    former_names = models.TextField(_("former names"), max_length=1000, blank=True)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("country of headquarters")
    )
    type = models.CharField(_("type of organization"), max_length=20, choices=OrganizationType, blank=True)
    women_led = models.CharField(_("women-led"), max_length=3, choices=WomenLed, blank=True)
    homepage = models.CharField(_("homepage"), max_length=500, blank=True)
    scope = models.TextField(_("scope of work"), blank=True)
    compact = models.TextField(_("part in the Global Compact"), blank=True)
    reason = models.TextField(_("reason for taking part"), blank=True)
    head_name = models.CharField(_("head of the organization"), max_length=150, blank=True)
    head_title = models.CharField(_("title of the head"), max_length=150, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact person"), blank=True)
    contact_phone = models.CharField(_("telephone of the contact person"), max_length=40, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    declared = models.BooleanField(_("declaration"), default=False)

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(_("started"), default=clock.now, editable=False)
    saved_at = models.DateTimeField(_("last saved"), default=clock.now, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    is_late = models.BooleanField(_("late submission accepted"), default=False, editable=False)
    late_reason = models.TextField(blank=True, editable=False)
    within_tolerance = models.BooleanField(_("completed within tolerance"), default=False, editable=False)

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    assigned_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_recommended = models.BooleanField(_("recommended"), null=True, editable=False)
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    recommended_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason_code = models.CharField(_("reason"), max_length=20, choices=ReasonCode, blank=True, editable=False)
    reason_text = models.TextField(_("reason in words"), blank=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_reason = models.TextField(_("reason of the decision"), blank=True, editable=False)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", editable=False
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_words = models.TextField(default="", db_default="", editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            # All that the numbers and the order of the queue read, so that they leave the wide rows alone.
            models.Index(
                fields=["status", "forum", "call", "assigned_to", "submitted_at"], name="application_in_the_queue"
            ),
            models.Index(fields=["assigned_to", "status"], name="application_mine"),
            # Trigrams on PostgreSQL; SQLite makes a plain index of it and reads that instead of the wide rows.
            GinIndex(fields=["search_words"], opclasses=["gin_trgm_ops"], name="application_found_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "organization"],
                condition=~Q(status__in=["withdrawn", "closed"]),
                name="application_one_live_per_organization_and_forum",
            ),
            models.CheckConstraint(
                name="application_second_signature_is_by_another_person",
                condition=Q(signed_by=None) | Q(recommended_by__isnull=False) & ~Q(signed_by=F("recommended_by")),
            ),
            models.CheckConstraint(
                name="application_recommendation_is_whole",
                condition=Q(is_recommended=None, recommended_by=None, recommended_at=None)
                | Q(is_recommended__isnull=False, recommended_by__isnull=False, recommended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_recommended_against_with_code_and_text",
                condition=Q(is_recommended=None) | Q(is_recommended=True) | (~Q(reason_code="") & ~Q(reason_text="")),
            ),
            models.CheckConstraint(
                name="application_assessed_has_a_recommendation",
                condition=~Q(status__in=["assessed", "eligible", "ineligible", "circulated", "cleared", "objected"])
                | Q(recommended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="application_eligible_or_not_is_signed_twice",
                condition=~Q(status__in=["eligible", "ineligible", "circulated", "cleared", "objected"])
                | Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_decision_has_a_date_and_an_author",
                condition=~Q(status__in=["accredited", "not_accredited", "revoked"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="application_beyond_draft_was_submitted",
                condition=Q(status__in=["draft", "withdrawn", "closed"]) | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("application", args=[self.reference])

    @property
    def public_status(self):
        """What the applicant reads."""
        return PUBLIC_NAMES[Status(self.status)]


class ApplicationDocument(models.Model):
    """A file given for one of the documents asked; a newer one replaces it, none is lost while the record lives."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=CallDocument.Kind)
    file = models.OneToOneField(
        "imrf_portal.PrivateFile", on_delete=models.PROTECT, related_name="application_document"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-kind", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"], condition=Q(replaced_at=None), name="document_one_current_of_a_kind"
            )
        ]

    def __str__(self):
        return f"{self.application}: {self.get_kind_display()}"


class ApplicationVersion(models.Model):
    """What was submitted, word for word; immutable (a trigger on both databases refuses changes)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    answers = models.JSONField(_("answers"))
    documents = models.JSONField(_("documents"))
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    is_answer = models.BooleanField(_("answer to questions"), default=False)
    erased_at = models.DateTimeField(_("contacts erased"), null=True, blank=True, editable=False)
    receipt_code = models.CharField(_("code of the receipt"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="version_numbered_once"),
            models.UniqueConstraint(fields=["application", "revision"], name="version_once_per_revision"),
        ]

    def __str__(self):
        return f"{self.application} version {self.number}"


class InformationRequest(models.Model):
    """Questions from the secretariat to an applicant, with the date by which to answer."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="information_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    answer_by = models.DateTimeField(_("answer by"))
    message = models.TextField(_("words to the applicant"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    late_answer_accepted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("information request")
        verbose_name_plural = _("information requests")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, closed_at=None),
                name="information_request_one_open_per_application",
            )
        ]

    def __str__(self):
        return f"{self.application}: {self.asked_at:%Y-%m-%d}"


class InformationItem(models.Model):
    """One question, tied to a field or a document; only these open for change."""

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="items")
    target = models.CharField(_("field or document"), max_length=40)
    question = models.TextField(_("question"))
    old_value = models.TextField(blank=True)
    new_value = models.TextField(blank=True)
    explanation = models.TextField(_("why it is right as it stands"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["request", "target"], name="question_once_per_target")]

    def __str__(self):
        return self.question


class LateRequest(models.Model):
    """An applicant asks to submit, or to answer, after the close; staff decide with a reason."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="late_requests")
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    kept = models.JSONField(_("what was typed"), default=dict, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    open_until = models.DateTimeField(_("open until"), null=True, blank=True)

    class Meta:
        verbose_name = _("late request")
        verbose_name_plural = _("late requests")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="late_request_decided_with_author_and_answer",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | (Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self):
        return f"{self.application}: {self.asked_at:%Y-%m-%d}"


class InternalNote(models.Model):
    """Written by and for the secretariat; never sent, never exported."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return f"{self.application}: {self.written_at:%Y-%m-%d}"


class DuplicateDecision(models.Model):
    """What an officer decided about a pair of applications that look alike."""

    first = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    is_same = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_decided_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_is_ordered"),
            models.CheckConstraint(condition=~Q(reason=""), name="pair_is_decided_with_a_reason"),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"
