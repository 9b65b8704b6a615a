"""How the pages of the applicant open: signed in, as an applicant, on a record of one's own. Anything else is a 404."""

from functools import wraps

from django.http import Http404
from django.views.decorators.cache import never_cache

from imrf_portal import codes, written
from imrf_portal.access import Audience
from imrf_portal.kept_posts import keeps_post_login_required
from imrf_portal.users import User

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
    found = written.found(_own, request.user.pk, codes.normalise(reference))
    if not found or Audience.of(request.user) != Audience.APPLICANT:
        raise Http404
    found[0].call.forum = found[0].forum
    return found[0]


def _own(applicant, reference):
    """The statement is one for all applicants, of whom it asks for nothing but the key."""
    rows = Application.objects.visible_to(User(pk=applicant, audience=Audience.APPLICANT))
    return rows.filter(reference=reference).select_related("call", "forum")
