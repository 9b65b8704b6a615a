"""What an officer sees with the eyes of an applicant or a Mission: which pages, when not, and how they come to know."""

from imrf_portal import audit
from imrf_portal.access import Audience

from .models import Application, StakeholderList

OPEN_PAGES = (
    "apply", "blank_form", "my_applications", "application", "application_check", "application_sent",
    "application_withdraw", "application_documents", "application_document_remove", "application_answer",
    "application_step", "lists", "our_requests", "list", "list_difference", "list_certificate", "entry", "object",
    "objection", "objection_withdraw", "objection_disown", "register", "statistics", "route_finder", "route_verdict",
)  # fmt: skip


def is_withheld(person, officer):
    """Whether the person sees an application or a list that the desk does not show to the officer."""
    seen = Application.objects.visible_to(person)
    if seen.exclude(pk__in=Application.objects.known_at_desk(officer).values("pk")).exists():
        return True
    lists = StakeholderList.objects.visible_to(person)
    return lists.exclude(pk__in=StakeholderList.objects.visible_to(officer).values("pk")).exists()


def tell_the_applications(look):
    """Write the look into the history of each application that the person sees."""
    if look.person.audience != Audience.APPLICANT:
        return
    for application in Application.objects.visible_to(look.person):
        audit.record("application.look", application, by=look.officer, reason=look.reason, as_seen_by=look.person.name)
