"""Public pages of registration."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from imrf_portal.spreadsheets import csv_response

from . import public_list
from .doorway import published_forum

LINES_ON_A_PAGE = 50


def _public_forum(slug):
    forum = published_forum(slug)
    if not forum.registrations_are_public:
        raise Http404
    return forum


@require_safe
def registrations(request, slug):
    """The list of registrations received, where the Forum's switch says so."""
    forum = _public_forum(slug)
    sessions = public_list.sessions_of(forum)
    lines = public_list.lines(forum, sessions)
    page = Paginator(lines, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"forum": forum, "sessions": sessions, "page": page, "count": len(lines)}
    return render(request, "registration/public_list.html", context)


@require_safe
def registrations_csv(request, slug):
    forum = _public_forum(slug)
    sessions = public_list.sessions_of(forum)
    header = [_("Organization"), _("Country"), *(session.title for session in sessions), _("People who agreed")]
    rows = (
        [line.organization, line.country, *line.counts, "; ".join(", ".join(filter(None, one)) for one in line.names)]
        for line in public_list.lines(forum, sessions)
    )
    return csv_response(f"{forum.slug}-registrations.csv", header, rows)
