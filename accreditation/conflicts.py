"""Whether an officer may work on a file: asked before it opens where something ties her to it, refused when recused.

Source: T-S04. The rows she may not know of are narrowed in ``places``; the database refuses what a recused officer
would sign or hold (a trigger on both databases).
"""

from django.db.models import Exists
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from imrf_portal.access import Audience
from imrf_portal.errors import AskFirst, Refused

from . import matching, names
from .models import Application, ConflictDeclaration, DeclaredInterest

ABOUT_THE_LIST = {"circulate"}
"""Verbs on a whole list, which decide nothing about one file."""


def ties(application, officer):
    """What she declared that ties her to the application: sentences, empty when nothing does."""
    interests = DeclaredInterest.objects.filter(officer=officer, ended_at=None).select_related("country")
    return [sentence for interest in interests if (sentence := _tie(application, interest))]


def _tie(application, interest):
    if interest.country_id:
        if interest.country_id == application.country_id:
            return _("The organization is of %(country)s, which you declared as your country.") % {
                "country": interest.country
            }
        return ""
    is_acronym = interest.organization.casefold() == application.acronym.casefold() != ""
    borne = [application.name, *application.former_names.splitlines()]
    if is_acronym or any(_may_be_one(interest.organization, name) for name in borne):
        return _("The name is like “%(name)s”, for which you worked.") % {"name": interest.organization}
    return ""


def _may_be_one(typed, name):
    """Whether two names may be of one body; asking once too often does no harm."""
    words, others = sorted((set(names.key(typed).split()), set(names.key(name).split())), key=len)
    is_part = len(words) > 1 and words <= others
    return is_part or matching.likeness({"name": typed}, {"name": name}).is_worth_a_look


def marked(applications, officer):
    """``applications``, each with ``may_be_tied``: whether this officer declared anything to hold it against."""
    return applications.annotate(
        may_be_tied=Exists(DeclaredInterest.objects.filter(officer=officer, ended_at=None).order_by())
    )


def must_answer(application, officer):
    """Whether she has to say first whether she has a conflict of interest."""
    if not ties(application, officer):
        return False
    return not ConflictDeclaration.objects.filter(application=application, officer=officer).exists()


def require_answered(application, officer, *, going_to=""):
    """Lead an officer who must be asked first to the page that asks; afterwards she comes to ``going_to``."""
    if must_answer(application, officer):
        raise AskFirst(address_of_question(application, going_to))


def address_of_question(application, going_to=""):
    address = reverse("admin:accreditation_application_conflict", args=[application.pk])
    return f"{address}?{urlencode({'next': going_to})}" if going_to else address


def closed_to(application, officer):
    """Why this officer can have nothing to do with the file; None when she can."""
    recused = ConflictDeclaration.objects.recusals().filter(application=application, officer=officer)
    if recused.exists():
        return _("%(who)s is recused from %(reference)s.") % {"who": officer, "reference": application.reference}
    if not Application.objects.known_at_desk(officer).filter(pk=application.pk).exists():
        return _("This application is not among those that %(who)s works on.") % {"who": officer}
    return None


def refusal(verb, application, officer):
    """Why this officer may not do ``verb`` (its name in the machine) about this file; None when she may."""
    if Audience.of(officer) != Audience.SECRETARIAT or verb in ABOUT_THE_LIST:
        return None
    if reason := closed_to(application, officer):
        return reason
    if must_answer(application, officer):
        return _("Say first whether you have a conflict of interest with %(reference)s: open it.") % {
            "reference": application.reference
        }
    return None


def require_may_work_on(application, officer):
    if reason := refusal("", application, officer):
        raise Refused(reason)
