"""What of an application is erased on the retention dates of its Forum; name, country, decisions and lists stay."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock, files, mail
from imrf_portal.retention import Kind

from .models import Application, ApplicationDocument, ApplicationVersion, BulkRun, InformationItem, LateRequest
from .search import words_of

PERSONAL = ("contact_name", "contact_email", "contact_phone", "head_name", "head_title")
"""The answers that are about a person."""


def _applications_with_documents(forum):
    kept = ApplicationDocument.objects.filter(file__erased_at=None)
    return Application.objects.filter(forum=forum, documents__in=kept).distinct().order_by("pk")


def _erase_documents(application):
    for document in application.documents.filter(file__erased_at=None).select_related("file"):
        files.erase(document.file, by=None)


def _applications_with_contacts(forum):
    sent = ApplicationVersion.objects.filter(erased_at=None).values("application")
    asked = _items_with_words().values("request__application")
    late = LateRequest.objects.exclude(kept={}).values("application")
    told = ~Q(**dict.fromkeys(PERSONAL, "")) | Q(pk__in=sent) | Q(pk__in=asked) | Q(pk__in=late)
    return Application.objects.filter(told, forum=forum).order_by("pk")


def _items_with_words():
    """Questions beside which an applicant wrote something, or that keep an answer about a person."""
    about_people = Q(target__in=PERSONAL) & (Q(old_value__gt="") | Q(new_value__gt=""))
    return InformationItem.objects.filter(Q(explanation__gt="") | about_people)


def _erase_contacts(application):
    """Also in the versions that were sent: the only change that their guard in the database lets through."""
    blank = dict.fromkeys(PERSONAL, "")
    Application.objects.filter(pk=application.pk).update(**blank, search_words=words_of(application, **blank))
    for version in application.versions.filter(erased_at=None):
        version.answers = {name: "" if name in PERSONAL else value for name, value in version.answers.items()}
        version.erased_at = clock.now()
        version.save(update_fields=["answers", "erased_at"])
    items = InformationItem.objects.filter(request__application=application)
    items.update(explanation="")
    items.filter(target__in=PERSONAL).update(old_value="", new_value="")
    application.late_requests.update(kept={})
    forget_letters(application)


def forget_letters(application):
    """Letters about an application name its people in words of their own, also as they were before a change."""
    mail.forget(mail.OutgoingMail.objects.filter(about=application.reference))
    _forget_samples(Application.objects.filter(pk=application.pk))


def _forget_samples(applications):
    """A run keeps one of its letters to be looked at."""
    BulkRun.objects.filter(items__application__in=applications).exclude(sample_letter={}).update(sample_letter={})


def forget_person(user):
    """With an account goes its address in the letters that runs keep."""
    _forget_samples(Application.objects.filter(applicant=user))


DOCUMENTS = Kind(
    name="documents",
    label=_("Documents of applications (proof of legal status, letter)"),
    due=_applications_with_documents,
    erase=_erase_documents,
    record=lambda application: application,
)
CONTACTS = Kind(
    name="contacts",
    label=_("Contact person and head of the organization in applications"),
    due=_applications_with_contacts,
    erase=_erase_contacts,
    record=lambda application: application,
)


def applications_of(user):
    """The applications a person began, sent, or works on for an organization: a hold on one keeps the account."""
    organizations = user.memberships.values("organization")
    return Application.objects.filter(
        Q(applicant=user) | Q(organization__in=organizations) | Q(versions__submitted_by=user)
    ).distinct()
