"""For whom a page of registration works: the reader's organizations at a Forum, and which of them is meant."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accreditation.recognition import accreditations_of
from imrf_portal.errors import Refused
from imrf_portal.forum import Forum

from .models import Registration, Representative
from .workflow import require_door


def published_forum(slug):
    forum = Forum.objects.filter(slug=slug, is_published=True).first()
    if forum is None:
        raise Http404
    return forum


def mine(user, forum):
    """The reader's accreditations to the Forum, those in force first."""
    found = accreditations_of(user, forum).select_related("organization__country").distinct()
    return sorted(found, key=lambda accreditation: not accreditation.is_in_force)


def organization_page(view):
    """A page under ``registration/<pk>/`` for a focal point of that accreditation: ``view(request, accreditation, …)``.

    A stranger's page does not exist; who may only read, or whose accreditation ended, is told so.
    """

    @never_cache
    @login_required
    @wraps(view)
    def page(request, slug, pk, **kwargs):
        accreditation = next((one for one in mine(request.user, published_forum(slug)) if one.pk == pk), None)
        if accreditation is None:
            raise Http404
        require_door(accreditation, by=request.user)
        return view(request, accreditation, **kwargs)

    return page


def person_or_404(accreditation, pk):
    person = Representative.objects.filter(accreditation=accreditation, pk=pk, removed_at=None).first()
    if person is None:
        raise Http404
    person.accreditation = accreditation
    return person


def registration_or_404(accreditation, pk):
    found = (
        Registration.objects.filter(accreditation=accreditation, pk=pk)
        .select_related("representative", "forum_session__forum", "accreditation__organization", "accreditation__forum")
        .first()
    )
    if found is None:
        raise Http404
    return found


def require_present(registration):
    """Raise where the registration ended, with what became of it."""
    if registration.ended_at:
        raise Refused(
            _("This registration does not stand any more: %(status)s.") % {"status": registration.get_status_display()}
        )


def invited_or_404(key):
    """The person behind a private address."""
    person = (
        Representative.objects.filter(invitation_key=key, removed_at=None)
        .select_related("accreditation__forum", "accreditation__organization")
        .first()
    )
    if person is None:
        raise Http404
    return person
