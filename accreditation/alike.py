"""Applications of the same Forum that may come from one organization: a reason to look, never a decision."""

from django.db.models import Q

from . import matching
from .models import Application, ApplicationDocument, DuplicateDecision, Status

MOST_CANDIDATES = 400
COLUMNS = ("pk", "name", "acronym", "former_names", "country_id", "homepage", "contact_phone")


def _side(row, hashes):
    return {
        "name": row["name"],
        "acronym": row["acronym"],
        "former_names": [line.strip() for line in row["former_names"].splitlines() if line.strip()],
        "country": row["country_id"] or "",
        "homepage": row["homepage"],
        "phone": row["contact_phone"],
        "file_hashes": hashes,
    }


def _hashes(applications):
    found = {}
    rows = ApplicationDocument.objects.filter(application__in=applications, replaced_at=None)
    for application, sha256 in rows.values_list("application_id", "file__sha256"):
        found.setdefault(application, []).append(sha256)
    return found


def possible_duplicates(application, *, limit=5):
    """``[(other application, Likeness, decision or None)]``, most alike first.

    Looked at are applications of the Forum with the same country, acronym, homepage, telephone number or file.
    """
    mine = _hashes([application.pk]).get(application.pk, [])
    near = Q(documents__file__sha256__in=mine) | Q(country_id=application.country_id)
    for column in ("acronym", "homepage", "contact_phone", "name"):
        if value := getattr(application, column):
            near |= Q(**{f"{column}__iexact": value})
    rows = list(
        Application.objects.filter(near, forum=application.forum_id)
        .exclude(pk=application.pk)
        .exclude(status=Status.DRAFT)
        .order_by("pk")
        .distinct()
        .values(*COLUMNS)[:MOST_CANDIDATES]
    )
    hashes = _hashes([row["pk"] for row in rows])
    this = _side({column: getattr(application, column) for column in COLUMNS}, mine)
    alike = {row["pk"]: matching.likeness(this, _side(row, hashes.get(row["pk"], []))) for row in rows}
    best = sorted((pk for pk, like in alike.items() if like.is_worth_a_look), key=lambda pk: -alike[pk].score)[:limit]
    others = Application.objects.select_related("country", "assigned_to").in_bulk(best)
    decided = _decisions(application)
    return [(others[pk], alike[pk], decided.get(pk)) for pk in best]


def _decisions(application):
    rows = DuplicateDecision.objects.filter(Q(first=application) | Q(second=application)).select_related("decided_by")
    return {row.second_id if row.first_id == application.pk else row.first_id: row for row in rows}
