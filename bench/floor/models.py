"""The columns that the measured pages read and write, of tables that the portal made."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


def table(name):
    return type("Meta", (), {"managed": False, "db_table": name, "app_label": "floor"})


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    audience = models.CharField(max_length=20)
    USERNAME_FIELD = "email"
    objects = BaseUserManager()
    is_active = True
    Meta = table("imrf_portal_user")


class Country(models.Model):
    iso2 = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=120, db_column="common_name_en")
    Meta = table("imrf_portal_country")


class Forum(models.Model):
    slug = models.SlugField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    is_published = models.BooleanField()
    Meta = table("imrf_portal_forum")


class Call(models.Model):
    forum = models.ForeignKey(Forum, models.PROTECT, related_name="calls")
    kind = models.CharField(max_length=30)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    Meta = table("imrf_portal_call")


class CallDocument(models.Model):
    call = models.ForeignKey(Call, models.PROTECT)
    kind = models.CharField(max_length=20)
    Meta = table("imrf_portal_calldocument")


class KeyDate(models.Model):
    forum = models.ForeignKey(Forum, models.PROTECT)
    label = models.CharField(max_length=120)
    at = models.DateTimeField(null=True)
    Meta = table("imrf_portal_keydate")


class Announcement(models.Model):
    forum = models.ForeignKey(Forum, models.PROTECT)
    title = models.CharField(max_length=200)
    body = models.TextField()
    published_at = models.DateTimeField()
    Meta = table("imrf_portal_announcement")


class Organization(models.Model):
    name = models.CharField(max_length=255)
    country = models.ForeignKey(Country, models.PROTECT, null=True)
    acronym = models.CharField(max_length=40)
    type = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    Meta = table("accreditation_organization")


class Membership(models.Model):
    organization = models.ForeignKey(Organization, models.PROTECT)
    user = models.ForeignKey(Person, models.PROTECT)
    role = models.CharField(max_length=10)
    since_at = models.DateTimeField()
    Meta = table("accreditation_membership")


TEXTS = (
    "name acronym former_names type women_led homepage scope compact reason head_name head_title contact_name "
    "contact_email contact_phone languages late_reason reason_code reason_text decision_reason"
).split()


class Application(models.Model):
    reference = models.CharField(max_length=24)
    call = models.ForeignKey(Call, models.PROTECT)
    forum = models.ForeignKey(Forum, models.PROTECT)
    organization = models.ForeignKey(Organization, models.PROTECT)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, models.PROTECT, null=True)
    declared = models.BooleanField(default=False)
    status = models.CharField(max_length=20)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    within_tolerance = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    Meta = table("accreditation_application")


for text in TEXTS:
    models.TextField(default="").contribute_to_class(Application, text)


class File(models.Model):
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Person, models.PROTECT)
    uploaded_at = models.DateTimeField()
    scan_state = models.CharField(max_length=20)
    scan_finding = models.CharField(max_length=200, default="")
    Meta = table("imrf_portal_privatefile")


class Document(models.Model):
    application = models.ForeignKey(Application, models.PROTECT)
    kind = models.CharField(max_length=20)
    file = models.OneToOneField(File, models.PROTECT)
    replaced_at = models.DateTimeField(null=True)
    Meta = table("accreditation_applicationdocument")


class Version(models.Model):
    application = models.ForeignKey(Application, models.PROTECT)
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    documents = models.JSONField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT)
    revision = models.PositiveIntegerField()
    is_answer = models.BooleanField(default=False)
    receipt_code = models.CharField(max_length=20)
    Meta = table("accreditation_applicationversion")


class Event(models.Model):
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(Person, models.PROTECT, null=True)
    actor_name = models.CharField(max_length=200, default="")
    audience = models.CharField(max_length=20)
    verb = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=255)
    before = models.CharField(max_length=80, default="")
    after = models.CharField(max_length=80, default="")
    reason = models.TextField(default="")
    detail = models.JSONField(default=dict)
    is_internal = models.BooleanField(default=False)
    Meta = table("imrf_portal_event")


class Letter(models.Model):
    key = models.CharField(max_length=200)
    template = models.CharField(max_length=80)
    recipient = models.ForeignKey(Person, models.PROTECT, null=True)
    to = models.EmailField()
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=255)
    body = models.TextField()
    body_html = models.TextField(default="")
    about = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default="queued")
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=255, default="")
    stop_reason = models.CharField(max_length=300, default="")
    first_text = models.TextField(default="")
    Meta = table("imrf_portal_outgoingmail")
