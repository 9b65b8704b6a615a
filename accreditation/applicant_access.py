"""How the pages of the applicant open: signed in, as an applicant, on a record of one's own. Anything else is a 404."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from imrf_portal import codes
from imrf_portal.access import Audience
from imrf_portal.kept_posts import keeps_post_login_required

from .models import Application


def applicant_page(view):
    """A page for a person signed in as an applicant; never cached, and what is posted without a session waits."""

    @never_cache
    @keeps_post_login_required
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if Audience.of(request.user) != Audience.APPLICANT:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def own_application(request, reference):
    """The application with this reference (as typed or dictated), with its Call and Forum: one statement."""
    rows = Application.objects.visible_to(request.user).select_related("call", "forum")
    found = get_object_or_404(rows, reference=codes.normalise(reference))
    found.call.forum = found.forum
    return found
