"""Who assesses what: the officers, how much each holds, handing over, and sharing out by load and language.

The languages of an officer are kept with the person; those of an application are the language of the account that
wrote it and the languages of the organization, as far as they are among the portal's.
"""

from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from imrf_portal.access import ROLES, Audience, Capability, may
from imrf_portal.errors import Refused
from imrf_portal.users import User

from . import names, review
from .models import Application, Status

HELD = (Status.SUBMITTED, Status.RETURNED, Status.ASSESSED)
"""What counts as an officer's load."""
NAMES_OF_LANGUAGES = {
    code: {names.fold(LANG_INFO[code]["name"].split()[-1]), names.fold(label)} for code, label in settings.LANGUAGES
}
"""How an organization may write a language: in English or in the language itself."""


@dataclass(frozen=True)
class Officer:
    """``held`` applications under review; ``languages`` are codes, none when the person has not said."""

    user: User
    held: int
    languages: frozenset

    @property
    def label(self):
        held = _("holds %(count)s") % {"count": self.held}
        reads = ", ".join(str(label) for code, label in settings.LANGUAGES if code in self.languages)
        return f"{self.user}, {held}" + (f", {reads}" if reads else "")


def officers():
    """Those who may assess, by name, each with what they hold: one statement."""
    assessing = [name for name, capabilities in ROLES.items() if Capability.SCREEN in capabilities]
    held = Application.objects.filter(assigned_to=OuterRef("pk"), status__in=HELD).order_by().values("assigned_to")
    found = (
        User.objects.with_access()
        .filter(Q(groups__name__in=assessing) | Q(is_superuser=True), audience=Audience.SECRETARIAT)
        .annotate(held=Subquery(held.annotate(total=Count("pk")).values("total")))
        .distinct()
    )
    known = [Officer(user, user.held or 0, frozenset(user.working_languages.split())) for user in found]
    return sorted(known, key=lambda officer: str(officer.user).casefold())


def choices():
    """``(key, words)`` of the officers for a form."""
    return [(str(officer.user.pk), officer.label) for officer in officers()]


def languages_of(application):
    """The languages in which its people write, as codes of the portal."""
    said = f" {names.fold(application.languages)} "
    mentioned = {code for code, known in NAMES_OF_LANGUAGES.items() if any(f" {name} " in said for name in known)}
    return ({application.applicant.language} & NAMES_OF_LANGUAGES.keys()) | mentioned


def writes_in(codes):
    """The condition for applications whose people write in one of these languages, as ``languages_of`` reads them."""
    condition = Q(applicant__language__in=codes)
    for code in codes:
        for name in {LANG_INFO[code]["name"].split()[-1], LANG_INFO[code]["name_local"], *_label_of(code)}:
            condition |= Q(languages__icontains=name)
    return condition


def _label_of(code):
    return [str(label) for known, label in settings.LANGUAGES if known == code]


def hand_over(application, *, by, to):
    """Give the application to the officer with the key ``to``; refused when somebody took it meanwhile."""
    review.require(by, Capability.SCREEN)
    officer = User.objects.filter(pk=int(to)).first() if str(to).isdigit() else None
    if officer is None or not may(officer, Capability.SCREEN):
        raise Refused(_("Choose an officer who may assess."), field="to")
    if not Application.objects.visible_to(officer).filter(pk=application.pk).exists():
        raise Refused(_("%(who)s does not see this application.") % {"who": officer}, field="to")
    return review.assign(application, by=by, to=officer)


def all_to_one(applications, *, to):
    """The plan of handing all over: ``{key of the application: key of the officer}``."""
    return {application.pk: int(to) for application in applications}


def share_out(applications, *, among):
    """The plan of sharing out: each goes to the officer of those ``among`` who reads a language of its people, sees it
    and will hold least; where nobody reads one, to the one who will hold least. The same each time it is asked.

    Those that fewest can read are given first, so that a rare language is not kept waiting by a common one.
    """
    chosen = [officer for officer in officers() if str(officer.user.pk) in set(among)]
    seen = {
        officer.user.pk: set(
            Application.objects.visible_to(officer.user)
            .filter(pk__in=[application.pk for application in applications])
            .values_list("pk", flat=True)
        )
        for officer in chosen
    }
    load = {officer.user.pk: officer.held for officer in chosen}
    for application in applications:
        if application.assigned_to_id in load and application.status in HELD:
            load[application.assigned_to_id] -= 1
    candidates = {}
    for application in applications:
        allowed = [officer for officer in chosen if application.pk in seen[officer.user.pk]]
        readers = [officer for officer in allowed if officer.languages & languages_of(application)]
        candidates[application.pk] = [officer.user.pk for officer in readers or allowed], bool(readers)
    plan = {}
    for application in sorted(applications, key=lambda one: (not candidates[one.pk][1], len(candidates[one.pk][0]))):
        able, _is_read = candidates[application.pk]
        if able:
            plan[application.pk] = min(able, key=lambda key: (load[key], key != application.assigned_to_id, key))
            load[plan[application.pk]] += 1
    return plan


def shares(run):
    """What a run that gives applications to officers does to each: name, holds now, gets, will hold, languages."""
    given = dict(run.items.exclude(officer=None).order_by().values_list("officer").annotate(Count("pk")))
    left = dict(
        run.items.exclude(officer=None).exclude(held_by=None).order_by().values_list("held_by").annotate(Count("pk"))
    )
    for officer in officers():
        gets, leaves = given.get(officer.user.pk, 0), left.get(officer.user.pk, 0)
        if gets or leaves:
            reads = [label for code, label in settings.LANGUAGES if code in officer.languages]
            yield {
                "officer": officer.user,
                "held": officer.held,
                "gets": gets,
                "leaves": leaves,
                "will_hold": officer.held + gets - leaves,
                "languages": reads,
            }
