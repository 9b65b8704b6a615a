"""Public pages of the programme."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import feeds, programme
from .models import ForumSession


@require_safe
def forum_programme(request, slug):
    """The programme of a Forum by day, filtered by kind and objective."""
    forum = programme.published_forum(slug)
    kind, objective = programme.cleaned_filters(request.GET)
    sessions = programme.sessions_of(forum)
    programme.mark_same_time(sessions)
    return render(
        request,
        "sessions_app/programme.html",
        {
            "forum": forum,
            "days": programme.by_day(programme.filtered(sessions, kind=kind, objective=objective)),
            "place": programme.place_of(sessions),
            "is_filtered": bool(kind or objective),
            "kind": kind,
            "objective": objective,
            "kinds": ForumSession.Kind.choices,
            "objectives": programme.objective_choices(),
        },
    )


def _session(slug, session_slug):
    forum = programme.published_forum(slug)
    sessions = programme.sessions_of(forum)
    for session in sessions:
        if session.slug == session_slug:
            return forum, session, sessions
    raise Http404


@require_safe
def session(request, slug, session_slug):
    """One session: when at the host's place and the reader's, where, webcast, who leads it, what changed."""
    forum, found, sessions = _session(slug, session_slug)
    return render(
        request,
        "sessions_app/session.html",
        {
            "forum": forum,
            "session": found,
            "place": programme.place_of([found]),
            "people": list(found.people.all()),
            "same_time": programme.at_the_same_time(found, sessions),
        },
    )


def _feed(title, sessions, name):
    response = HttpResponse(feeds.calendar(title, sessions), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@require_safe
def forum_feed(request, slug):
    forum = programme.published_forum(slug)
    return _feed(forum.title, programme.sessions_of(forum), forum.slug)


@require_safe
def session_feed(request, slug, session_slug):
    forum, found, _sessions = _session(slug, session_slug)
    return _feed(found.title, [found], f"{forum.slug}-{found.slug}")
