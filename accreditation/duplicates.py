"""Applications that may be of one organization: found by a bounded number of rows, told with reasons.

Staff see the pair and its reasons; an applicant only that there is one (T-A38).
"""

from functools import reduce
from itertools import chain, combinations, islice
from operator import or_

from django.db.models import BooleanField, ExpressionWrapper, Q, Value

from imrf_portal import written
from imrf_portal.counting import set_of

from . import matching, names, search
from .models import Application, ApplicationDocument, Status

MOST_CANDIDATES = 100
"""Rows compared at most, however many applications a Forum has."""
BEGINNING, MOST_FORMER_NAMES = 4, 3
COMPARED = ("reference", "name", "acronym", "former_names", "country", "homepage", "contact_phone", "status")
HELD_BY = ("assigned_to__name", "assigned_to__email")


def likenesses(application, *, hashes=None, least=matching.WORTH_A_LOOK, reader=None):
    """``[(other, Likeness)]`` of the same Forum, the most alike first; drafts and what was withdrawn left out.

    Candidates share words of the name and the country, the host of the homepage, the end of the telephone number or a
    file: one statement, where the ``hashes`` of its documents are known. Others have the columns ``COMPARED``; for a
    ``reader`` of the secretariat they are those she may know of, and have the officer who holds them.
    """
    hashes = _hashes(application) if hashes is None else hashes
    this = _described(application, hashes)
    found = []
    for other in _candidates(application, hashes, reader):
        alike = matching.likeness(this, _described(other, hashes if other.has_our_file else []))
        if alike.score >= least:
            found.append((other, alike))
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].pk))


def looks_like_another(application, hashes):
    """Whether an applicant should be warned that the same organization seems to have applied already."""
    return bool(application.name) and bool(likenesses(application, hashes=hashes))


def _candidates(application, hashes, reader):
    """The rows to compare; their statement is kept for each number of files, contacts, names and words."""
    known = [[application.pk, application.forum_id], hashes, _contacts(application)]
    if application.country_id and (beginnings := _beginnings(application)):
        known += [[application.country_id], *beginnings]
    sizes = tuple(map(len, known))
    if not any(sizes[1:]):
        return []

    def write(*values):
        values = iter(values)
        return _alike(*(list(islice(values, size)) for size in sizes), reader=reader)

    return written.found(write, *chain(*known), what=(sizes, reader and written.rights_of(reader)))


def _alike(this, hashes, contacts, country=(), *beginnings, reader):
    """A union of sets that each come from an index, not a condition that every row is held to."""
    pk, forum = this
    sent = ApplicationDocument.objects.filter(file__sha256__in=hashes, replaced_at=None).values("application")
    keys = Application.objects.order_by().values("pk")
    shared = [keys.filter(pk__in=sent)] if hashes else []
    if country:
        shared.append(keys.filter(_of_like_names(beginnings), country=country[0]))
    if contacts:
        shared.append(keys.filter(reduce(or_, (Q(search_words__contains=contact) for contact in contacts))))
    rows = Application.objects.visible_to(reader).select_related("assigned_to") if reader else Application.objects.all()
    found = (
        rows.filter(pk__in=set_of(shared[0].union(*shared[1:])), forum=forum)
        .exclude(pk=pk)
        .exclude(status__in=[Status.DRAFT, Status.WITHDRAWN])
        .annotate(
            has_our_file=ExpressionWrapper(
                Q(pk__in=set_of(sent)) if hashes else Value(False), output_field=BooleanField()
            )
        )
    )
    return found.order_by("-pk").only(*COMPARED, *(HELD_BY if reader else ()))[:MOST_CANDIDATES]


def _contacts(application):
    """The host of the homepage and the end of the telephone number, as ``search_words`` hold them."""
    host, digits = matching.homepage_identity(application.homepage), matching.phone_digits(application.contact_phone)
    return list(filter(None, [search.latin(host) if host else "", digits]))


def _beginnings(application):
    """For each name how its four longest words begin; of a name of short words, its first."""
    found = []
    for name in [application.name, *application.former_names.splitlines()[:MOST_FORMER_NAMES]]:
        words = search.latin(names.key(name)).split()
        longest = sorted({word for word in words if len(word) >= BEGINNING}, key=len)[-4:] or words[:1]
        found.append([word[:BEGINNING] for word in longest])
    return [words for words in found if words]


def _of_like_names(beginnings):
    """Those of which a name begins its words as one of ours does: two of the four longest, one where there are fewer.

    Names that ``matching`` finds alike share as much; so a long list of one country is not read whole.
    """
    alike = Q()
    for words in beginnings:
        for some in combinations(words, 2 if len(words) > 2 else 1):
            alike |= Q(*(Q(search_words__contains=word) for word in some))
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
