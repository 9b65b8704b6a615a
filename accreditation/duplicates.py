"""Applications that may be of one organization: found by a bounded number of rows, told with reasons.

Staff see the pair and its reasons; an applicant only that there is one (T-A38).
"""

from django.db.models import Q

from . import matching
from .models import Application, ApplicationDocument, Status

MOST_CANDIDATES = 400
"""Rows compared at most, however many applications a Forum has."""


def possible_duplicates(application, *, hashes=None, least=matching.WORTH_A_LOOK):
    """``[(other, score, reasons)]`` of the same Forum, the most alike first; see ``likenesses``."""
    return [
        (other, alike.score, [reason for _points, reason in alike.reasons])
        for other, alike in likenesses(application, hashes=hashes, least=least)
    ]


def likenesses(application, *, hashes=None, least=matching.WORTH_A_LOOK):
    """``[(other, Likeness)]`` of the same Forum, the most alike first; drafts and what was withdrawn left out.

    Candidates share the country, the host of the homepage, the end of the telephone number or a file: three
    statements, one less where the ``hashes`` of its documents are known.
    """
    hashes = _hashes([application]).get(application.pk, []) if hashes is None else hashes
    candidates = list(_candidates(application, hashes)[:MOST_CANDIDATES])
    if not candidates:
        return []
    theirs = _hashes(candidates) if hashes else {}
    this = _described(application, hashes)
    found = []
    for other in candidates:
        alike = matching.likeness(this, _described(other, theirs.get(other.pk, [])))
        if alike.score >= least:
            found.append((other, alike))
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].pk))


def looks_like_another(application, hashes):
    """Whether an applicant should be warned that the same organization seems to have applied already."""
    return bool(application.name) and bool(likenesses(application, hashes=hashes))


def _candidates(application, hashes):
    shared = Q()
    if application.country_id:
        shared |= Q(country_id=application.country_id)
    if host := matching.homepage_identity(application.homepage):
        shared |= Q(homepage__icontains=host)
    if digits := matching.phone_digits(application.contact_phone):
        shared |= Q(contact_phone__endswith=digits[-4:])
    if hashes:
        shared |= Q(documents__file__sha256__in=hashes)
    if not shared:
        return Application.objects.none()
    return (
        Application.objects.filter(shared, forum_id=application.forum_id)
        .exclude(pk=application.pk)
        .exclude(status__in=[Status.DRAFT, Status.WITHDRAWN])
        .only("pk", "reference", "name", "acronym", "former_names", "country", "homepage", "contact_phone", "status")
        .order_by("-pk")
        .distinct()
    )


def _hashes(applications):
    documents = ApplicationDocument.objects.filter(application__in=[a.pk for a in applications], replaced_at=None)
    found = {}
    for pk, sha256 in documents.values_list("application", "file__sha256"):
        found.setdefault(pk, []).append(sha256)
    return found


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
