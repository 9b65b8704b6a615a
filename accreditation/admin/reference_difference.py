"""What changed from one version of a reference list to another: added, removed, and changed names with what differs."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal.access import Capability
from imrf_portal.admin_tools import is_key, page, require
from imrf_portal.geography import Country

from .. import reference_import
from ..models import ReferenceList, ReferenceName

ON_A_PAGE = 100
LISTS = "admin:accreditation_referencelist_changelist"


def difference(request, pk):
    """``?from=`` names the older version (the one in use before, when missing), ``?show=`` the group that is shown."""
    require(request, Capability.VIEW)
    complete = ReferenceList.objects.filter(is_complete=True)
    newer = get_object_or_404(complete.select_related("forum"), pk=pk)
    others = complete.filter(kind=newer.kind, forum=newer.forum).exclude(pk=newer.pk)
    older = _older(request, newer, others)
    found = reference_import.between(
        reference_import.KeptRows(older) if older else [], reference_import.KeptRows(newer)
    )
    groups = {"added": found.added, "removed": found.removed, "changed": found.changed}
    shown = request.GET.get("show") or next((name for name, places in groups.items() if places), "added")
    if shown not in groups:
        raise Http404
    places = Paginator(groups[shown], ON_A_PAGE).get_page(request.GET.get("page"))
    rows = found.rows(shown, max(places.start_index() - 1, 0), places.end_index())
    labels = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}
    countries = dict(Country.objects.values_list("pk", "common_name_en"))
    return page(
        request,
        "admin/accreditation/referencelist/difference.html",
        admin.site,
        {
            "title": _("What changed"),
            "lead": newer.title,
            "newer": newer,
            "older": older,
            "others": others,
            "groups": [(name, labels[name], len(places)) for name, places in groups.items()],
            "shown": shown,
            "page_obj": places,
            "rows": [_line(row, shown, countries) for row in rows],
            "open_lines": newer.consequences.visible_to(request.user).open().count(),
            "crumbs": [
                (reverse(LISTS), _("Reference lists")),
                (reverse("admin:accreditation_referencelist_change", args=[newer.pk]), str(newer)),
            ],
        },
    )


def _older(request, newer, others):
    """The version to compare with; without one in the address, the newest that is older than this."""
    asked = request.GET.get("from")
    if asked:
        return get_object_or_404(others, pk=asked if is_key(asked) else 0)
    return others.filter(as_of__lte=newer.as_of, pk__lt=newer.pk).order_by("-as_of", "-pk").first()


def _line(row, shown, countries):
    """The name, its particulars, and for a changed row each particular that differs as ``(label, old, new)``."""
    if shown != "changed":
        return {"name": row.name, "words": [words for _label, words in _particulars(row, countries) if words]}
    old, new = row
    pairs = zip(_particulars(old, countries), _particulars(new, countries), strict=True)
    changes = [(label, was, now) for (label, was), (_same, now) in pairs if was != now]
    if old.name != new.name:
        changes.insert(0, (_("name"), old.name, new.name))
    return {"name": new.name, "changes": changes}


def _particulars(row, countries):
    kinds = dict(ReferenceName.Kind.choices)
    yield _("status"), row.status
    yield _("year of the status"), str(row.status_year or "")
    yield _("country"), countries.get(row.country, "")
    yield (
        _("other names"),
        "; ".join(
            f"{other.name} ({kinds[other.kind]}{f', {other.year}' if other.year else ''})" for other in row.others
        ),
    )
    yield _("note"), row.note


admin.site.add_page(
    "accreditation/referencelist/<int:pk>/difference/", difference, "accreditation_referencelist_difference"
)
