"""The transparency register: open to everyone where the Forum says so, and not there where it does not."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imrf_portal import times
from imrf_portal.forum import Forum
from imrf_portal.geography import Country
from imrf_portal.spreadsheets import csv_response

from . import register as register_page
from .exports import file_name, list_code
from .models import StakeholderList


def _public_forum(slug):
    return get_object_or_404(Forum, slug=slug, is_published=True, register_is_public=True)


def _chosen(lists, number):
    """The list asked for by its number; without one the first, which is the final list where there is one."""
    if not number:
        return lists[0] if lists else None
    found = next((listed for listed in lists if str(listed.number) == number), None)
    if found is None:
        raise Http404
    return found


@require_safe
def register(request, slug):
    """Proposed and final names with country, version, date and difference; counts in which nobody is recognized."""
    forum = _public_forum(slug)
    lists = list(register_page.register_lists(forum))
    listed = _chosen(lists, request.GET.get("list", ""))
    changes = sorted(lists, key=lambda other: other.circulated_at, reverse=True)
    context = {"forum": forum, "lists": lists, "changes": changes, "list": listed}
    if listed:
        text, region = request.GET.get("q", "")[:255], request.GET.get("region", "")
        listed.forum = forum
        by_region, by_type = register_page.balance(listed)
        page = register_page.page_of(listed, text=text, region=region, number=request.GET.get("page"))
        context |= {
            "regions": Country.RegionalGroup.choices,
            "page": page,
            "text": text,
            "region": region,
            "by_region": by_region,
            "by_type": by_type,
            "is_final": listed.kind == StakeholderList.Kind.FINAL,
            "has_final": any(other.kind == StakeholderList.Kind.FINAL for other in lists),
        }
    return render(request, "accreditation/register.html", context)


@require_safe
def register_csv(request, slug):
    """The same names as a table."""
    forum = _public_forum(slug)
    listed = _chosen(list(register_page.register_lists(forum)), request.GET.get("list", ""))
    if listed is None:
        raise Http404
    listed.forum = forum
    sent = times.machine_time(listed.circulated_at, forum.time_zone)
    header = [_("Organization"), _("Country"), _("List"), _("Version"), _("Date")]
    entries = register_page.names_on(listed).select_related("country").order_by("position")
    rows = ([entry.name, entry.country.name, list_code(listed), listed.version, sent] for entry in entries)
    return csv_response(file_name(listed, "csv"), header, rows)
