"""The frame of the small pages that ask “are you sure?”: one verb, what it does, what refused it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from . import workflow


def back(accreditation):
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)


def confirm_page(request, accreditation, *, title, words, act, form=None, refusal=None, **context):
    context |= {
        "forum": accreditation.forum,
        "accreditation": accreditation,
        "title": title,
        "words": words,
        "act": act,
        "form": form,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "registration/confirm.html", context, status=status)


def closed(registration):
    """The refusal of a session that is not open, to say it before anybody chooses."""
    reason = workflow.closed_reason(registration.forum_session)
    return Refused(reason) if reason else None


def done(request, accreditation, form, verb):
    """Run ``verb()`` with what it refuses shown on the page: ``(response, refusal)``, one of them None."""
    try:
        messages.success(request, verb())
    except workflow.Problems as problems:
        return None, Refused(" ".join(problem.sentence for problem in problems.problems))
    except Refused as refusal:
        if form is not None and refusal.field in getattr(form, "fields", {}):
            form.add_error(refusal.field, refusal.message)
            return None, None
        return None, refusal
    return back(accreditation), None


def session_or_404(accreditation, slug):
    sessions = ForumSession.objects.public().select_related("forum")
    return get_object_or_404(sessions, forum=accreditation.forum_id, slug=slug)
