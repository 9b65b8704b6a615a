"""Where the records of this app belong, for the desk: to which Forum, and to which application (see ``sight``)."""

from functools import lru_cache

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from imrf_portal import clock, seals, sight
from imrf_portal.counting import set_of
from imrf_portal.sight import belongs

from .models import (
    Accreditation,
    Application,
    BulkRunItem,
    ConflictDeclaration,
    Objection,
    Organization,
    StateRequest,
)


@lru_cache(maxsize=64)
def _written_at(moment, officer):
    """Two sets for SQL: the applications from which the officer with this key is recused, and the Calls sealed now.

    Written once for each officer and moment, which is once for a request: half of the conditions of a page are these.
    """
    with clock.frozen(moment):
        recused = ConflictDeclaration.objects.recusals().filter(officer=officer)
        return set_of(recused.values("application")), set_of(seals.sealed_calls().values("pk"))


def _kept_from(user):
    """The condition on applications that are sealed, or from which this officer is recused."""
    recused, sealed = _written_at(clock.now(), user.pk)
    return Q(pk__in=recused) | Q(call__in=sealed)


def kept_from(user):
    """The applications that are kept from this officer although they are of her Forums."""
    return Application.objects.filter(_kept_from(user)).order_by()


def by_application(path):
    """Rows that are about an application which is not kept from the reader; ``path`` leads to it."""
    return lambda rows, user: rows.exclude(**{f"{path}__in": set_of(kept_from(user).values("pk"))})


LETTERS_OF_OBJECTIONS = ("objection.record:", "objection.behalf:", "objection.letter:")
"""How the keys of letters to Missions begin, before the key of the objection."""


def letters_on_a_name_kept_back(user):
    """Letters to Missions speak of a name, and of who objects to it, by the number of the list alone."""
    kept = kept_from(user).values("pk")
    key = ExpressionWrapper(OuterRef("key"), output_field=CharField())
    objections = Objection.objects.filter(entry__application__in=kept).annotate(key_of_letter=key)
    told = Q(pk=None)
    for beginning in LETTERS_OF_OBJECTIONS:
        told |= Q(key_of_letter__startswith=Concat(Value(beginning), Cast("pk", CharField()), Value(":")))
    requests = StateRequest.objects.filter(entry__application__in=kept).annotate(key_of_letter=key)
    answered = requests.filter(key_of_letter=Concat(Value("state_request:"), Cast("pk", CharField())))
    return Exists(objections.filter(told)) | Exists(answered)


def runs_on_what_is_known(runs, user):
    """Runs with at least one application that this person may know exists."""
    known = Application.objects.visible_to(user)
    return runs.filter(Exists(BulkRunItem.objects.filter(run=OuterRef("pk"), application__in=known.values("pk"))))


def answers_to_the_unsealed(verdicts, user):
    """Answers of the route finder name who is about to apply, so those of a sealed Forum are kept back with it."""
    rows = by_application("applications")(verdicts, user)
    return rows.exclude(forum__in=seals.sealed_calls().order_by().values("forum"))


def organizations_known(organizations, user):
    """Those that applied or were recognized, as far as she may know, and what was merged into one of them.

    Who has but begun a draft is not the secretariat's to know.
    """
    applied = Application.objects.visible_to(user).order_by().values("organization")
    recognized = sight.visible(Accreditation.objects.filter(application=None), user).order_by().values("organization")
    known = Q(pk__in=applied) | Q(pk__in=recognized)
    return organizations.filter(known | Q(merged_into__in=Organization.objects.filter(known).order_by().values("pk")))


def of_organizations_at_work(requests, user):
    """Those of organizations with an application that she may know of, a draft too, or with none at all."""
    known = Application.objects.known_at_desk(user).order_by().values("organization")
    return requests.filter(Q(organization__in=known) | Q(organization__applications=None))


def own_interests(interests, user):
    return interests.filter(officer=user)


belongs("accreditation.application", "forum", narrow=lambda rows, user: rows.exclude(_kept_from(user)))
belongs("accreditation.organization", narrow=organizations_known)
belongs("accreditation.ownershiprequest", narrow=of_organizations_at_work)
belongs("accreditation.applicationdocument", "application__forum", narrow=by_application("application"))
belongs("accreditation.laterequest", "application__forum", narrow=by_application("application"))
belongs("accreditation.conflictdeclaration", "application__forum", narrow=by_application("application"))
belongs("accreditation.declaredinterest", narrow=own_interests)
belongs("accreditation.accreditation", "forum", narrow=by_application("application"))
belongs("accreditation.routeverdict", "forum", narrow=answers_to_the_unsealed)
belongs("accreditation.listentry", "stakeholder_list__forum", narrow=by_application("application"))
belongs("accreditation.objection", "entry__stakeholder_list__forum", narrow=by_application("entry__application"))
belongs("accreditation.staterequest", "entry__stakeholder_list__forum", narrow=by_application("entry__application"))
belongs("accreditation.consequence", "forum", narrow=by_application("application"))
belongs("accreditation.stakeholderlist", "forum")
belongs("accreditation.recognitionrequest", "forum")
belongs("accreditation.lettertext", "forum")
belongs("accreditation.bulkrun", narrow=runs_on_what_is_known)
belongs("accreditation.savedview")
belongs("accreditation.referencelist")
belongs("accreditation.referenceentry")
belongs("imrf_portal.privatefile", narrow=by_application("application_document__application"))
sight.WITHHELD_REFERENCES.append(lambda user: kept_from(user).values("reference"))
sight.WITHHELD_LETTERS.append(letters_on_a_name_kept_back)
