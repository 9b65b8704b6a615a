"""The public statistics of a Forum: there where the Forum says so, as page, CSV and PDF."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from imrf_portal.forum import Forum
from imrf_portal.spreadsheets import as_download, csv_response

from . import statistics, statistics_page
from .register import SMALLEST_GROUP


def _public_forums():
    is_open = Q(statistics_are_public=True) | Q(register_is_public=True)
    return Forum.objects.filter(is_open, is_published=True)


def _public_forum(slug):
    return get_object_or_404(_public_forums(), slug=slug)


@require_safe
def page(request, slug):
    forum = _public_forum(slug)
    figures = statistics.for_public(forum)
    context = {"forum": forum, "figures": figures, "least": SMALLEST_GROUP}
    if figures:
        context |= {
            "finding": statistics_page.finding(figures),
            "stages": statistics_page.stages(figures),
            "breakdowns": statistics_page.breakdowns(figures),
            "steps": statistics_page.steps(figures),
            "balance": statistics_page.balance(figures),
            "shares": statistics_page.shares(figures),
            "years": statistics_page.years(_public_forums()),
            "definitions": statistics_page.definitions(),
        }
    return render(request, "accreditation/statistics.html", context)


@require_safe
def table(request, slug):
    """The same figures as CSV; 404 while there are none."""
    forum = _public_forum(slug)
    header, rows = statistics_page.table(forum, _figures_or_404(forum))
    return csv_response(f"{forum.slug}-statistics.csv", header, rows)


@require_safe
def paper(request, slug):
    """The same figures as PDF."""
    forum = _public_forum(slug)
    figures = _figures_or_404(forum)
    content = statistics_page.paper(
        forum, figures, code=f"{forum.reference_prefix}-S", address=reverse("statistics", args=[forum.slug]),
        told=statistics_page.told_of_merged_figures(),
    )  # fmt: skip
    return as_download(HttpResponse(content, content_type="application/pdf"), f"{forum.slug}-statistics.pdf")


def _figures_or_404(forum):
    figures = statistics.for_public(forum)
    if figures is None:
        raise Http404
    return figures
