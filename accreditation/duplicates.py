"""Applications that may be of one organization: found by a bounded number of rows, told with reasons.

Staff see the pair and its reasons; an applicant only that there is one (T-A38).
"""

from itertools import combinations

from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from imrf_portal.counting import set_of

from . import matching, names, search
from .models import Application, ApplicationDocument, Status

MOST_CANDIDATES = 100
"""Rows compared at most, however many applications a Forum has."""
BEGINNING, MOST_FORMER_NAMES = 4, 3
COMPARED = ("reference", "name", "acronym", "former_names", "country", "homepage", "contact_phone", "status")


def possible_duplicates(application, *, hashes=None, least=matching.WORTH_A_LOOK):
    """``[(other, score, reasons)]`` of the same Forum, the most alike first; see ``likenesses``."""
    return [
        (other, alike.score, [reason for _points, reason in alike.reasons])
        for other, alike in likenesses(application, hashes=hashes, least=least)
    ]


def likenesses(application, *, hashes=None, least=matching.WORTH_A_LOOK, among=None, also=()):
    """``[(other, Likeness)]`` of the same Forum, the most alike first; drafts and what was withdrawn left out.

    Candidates share words of the name and the country, the host of the homepage, the end of the telephone number or a
    file: one statement, where the ``hashes`` of its documents are known. Others have the columns ``COMPARED`` and
    ``also``; they come from the rows ``among``, or all.
    """
    hashes = _hashes(application) if hashes is None else hashes
    this = _described(application, hashes)
    found = []
    for other in _candidates(application, hashes, among).only(*COMPARED, *also)[:MOST_CANDIDATES]:
        alike = matching.likeness(this, _described(other, hashes if other.has_our_file else []))
        if alike.score >= least:
            found.append((other, alike))
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].pk))


def looks_like_another(application, hashes):
    """Whether an applicant should be warned that the same organization seems to have applied already."""
    return bool(application.name) and bool(likenesses(application, hashes=hashes))


def _candidates(application, hashes, among):
    """The rows to compare: a union of sets that each come from an index, not a condition that every row is held to."""
    sent = ApplicationDocument.objects.filter(file__sha256__in=hashes, replaced_at=None).values("application")
    keys = Application.objects.order_by().values("pk")
    shared = [keys.filter(pk__in=sent)] if hashes else []
    if application.country_id and (like_names := _of_like_names(application)):
        shared.append(keys.filter(like_names, country=application.country_id))
    if contact := _of_like_contact(application):
        shared.append(keys.filter(contact))
    if not shared:
        return Application.objects.none()
    return (
        (Application.objects.all() if among is None else among)
        .filter(pk__in=set_of(shared[0].union(*shared[1:])), forum=application.forum_id)
        .exclude(pk=application.pk)
        .exclude(status__in=[Status.DRAFT, Status.WITHDRAWN])
        .annotate(
            has_our_file=ExpressionWrapper(
                Q(pk__in=set_of(sent)) if hashes else Value(False), output_field=BooleanField()
            )
        )
        .order_by("-pk")
    )


def _of_like_contact(application):
    """Those of the same homepage or the same telephone number, as ``search_words`` hold them."""
    alike = Q()
    if host := matching.homepage_identity(application.homepage):
        alike |= Q(search_words__contains=search.latin(host))
    if digits := matching.phone_digits(application.contact_phone):
        alike |= Q(search_words__contains=digits)
    return alike


def _of_like_names(application):
    """Those of which a name begins its words as one of ours does: two of the four longest, one where there are fewer.

    Names that ``matching`` finds alike share as much; so a long list of one country is not read whole.
    """
    alike = Q()
    for name in [application.name, *application.former_names.splitlines()[:MOST_FORMER_NAMES]]:
        key = search.latin(names.key(name))
        words = sorted({word for word in key.split() if len(word) >= BEGINNING}, key=len)[-4:] or key.split()[:1]
        for some in combinations(words, 2 if len(words) > 2 else 1):
            alike |= Q(*(Q(search_words__contains=word[:BEGINNING]) for word in some))
    return alike


def _hashes(application):
    documents = ApplicationDocument.objects.filter(application=application, replaced_at=None)
    return list(documents.values_list("file__sha256", flat=True))


def _described(application, hashes):
    return {
        "name": application.name,
        "acronym": application.acronym,
        "former_names": application.former_names.splitlines(),
        "country": application.country_id,
        "homepage": application.homepage,
        "phone": application.contact_phone,
        "file_hashes": hashes,
    }
