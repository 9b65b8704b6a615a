"""Which rows a member of the secretariat may know exist: the one table behind every list, page and file of the desk.

Each app says once for each model where its rows belong (``belongs``, in its ``places``): the path to the Forum, and
what else narrows them. Every page of the desk asks ``visible``. A model that nobody has placed cannot be shown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from .forum import Forum
from .officers import forums_of


@dataclass(frozen=True)
class Place:
    """``forum`` is the path of a row to its Forum, empty when it has none; ``narrow`` maps (rows, user) to rows."""

    forum: str = ""
    narrow: Callable | None = None


PLACES = {}
"""``{label of a model: Place}``."""


def belongs(label, forum="", *, narrow=None):
    """Say where the rows of a model belong."""
    PLACES[label] = Place(forum, narrow)


def place_of(model):
    try:
        return PLACES[model._meta.label_lower]
    except KeyError:
        raise ImproperlyConfigured(f"Say with sight.belongs() to which Forum the rows of {model._meta.label} belong.")


def visible(rows, user):
    """Those of ``rows`` that this member of the secretariat may know exist: one condition, no statement of its own."""
    place = place_of(rows.model)
    if place.forum and not user.is_superuser:
        rows = rows.filter(**{f"{place.forum}__in": forums_of(user)})
    return place.narrow(rows, user) if place.narrow else rows


def hidden(model, user):
    """The rows of ``model`` that this person may not know of; None when nothing can be hidden from her."""
    place = place_of(model)
    if not place.narrow and (user.is_superuser or not place.forum):
        return None
    return model._base_manager.exclude(pk__in=visible(model._base_manager.all(), user).values("pk"))


def about_what_is_known(rows, user):
    """Of ``rows`` that name a subject (events, holds): those whose subject is not hidden from this person."""
    kept_back = Q(pk=None)
    for label in PLACES.keys() - NAMES_A_SUBJECT:
        unknown = hidden(apps.get_model(label), user)
        if unknown is not None:
            keys = unknown.annotate(key_as_text=Cast("pk", CharField())).values("key_as_text")
            kept_back |= Q(subject_type=label, subject_id__in=keys)
    return rows.filter(subject_type__in=list(PLACES)).exclude(kept_back)


WITHHELD_REFERENCES = []
"""Functions from a user to a queryset of the references that she may read no letter about."""


WITHHELD_LETTERS = []
"""Functions from a user to a condition on letters that speak of something withheld from her without its reference."""


def of_her_forums(letters, user):
    """The letters that speak of no Forum but hers, and of nothing that is withheld from her."""
    if not user.is_superuser:
        others = (
            Forum.objects.exclude(pk__in=forums_of(user).values("pk"))
            .annotate(about=ExpressionWrapper(OuterRef("about"), output_field=CharField()))
            .filter(Q(about=F("reference_prefix")) | Q(about__startswith=Concat("reference_prefix", Value("-"))))
        )
        letters = letters.exclude(Exists(others))
    for references in WITHHELD_REFERENCES:
        letters = letters.exclude(about__in=references(user))
    for condition in WITHHELD_LETTERS:
        letters = letters.exclude(condition(user))
    return letters


def _offices(rows, user):
    """Those of her Forums, and who works on all."""
    return rows if user.is_superuser else rows.filter(Q(forum=None) | Q(forum__in=forums_of(user)))


NAMES_A_SUBJECT = {"imrf_portal.event", "imrf_portal.hold"}
for name in NAMES_A_SUBJECT:
    belongs(name, narrow=about_what_is_known)
belongs("imrf_portal.outgoingmail", narrow=of_her_forums)
belongs("imrf_portal.forumofficer", narrow=_offices)
belongs("imrf_portal.forum", "pk")
belongs("imrf_portal.call", "forum")
belongs("imrf_portal.datechange", "forum")
belongs("imrf_portal.retentiondate", "forum")
belongs("imrf_portal.retentionreport", "forum")
belongs("imrf_portal.user")
belongs("imrf_portal.country")
