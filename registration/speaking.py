"""Requests to speak: asked by an organization; a draft until the person has a place (T-R28)."""

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit
from imrf_portal.errors import Refused
from sessions_app.models import ForumSession

from .models import Registration, SpeakingRequest
from .models.seats import Status
from .workflow import closed_reason, require_door

OPEN = {SpeakingRequest.Status.DRAFT, SpeakingRequest.Status.SUBMITTED}
SEATED = {Status.CONFIRMED, Status.OVERFLOW}


def has_place(session, person):
    """Whether the person can be chosen to speak: a confirmed place, in the room or the overflow room."""
    return Registration.objects.filter(forum_session=session, representative=person, status__in=SEATED).exists()


@transaction.atomic
def ask(accreditation, session, person, *, topic, language, presents_summary=False, by):
    """Ask to speak, or change what was asked, while registration is open. Returns the request."""
    require_door(accreditation, by=by)
    if reason := closed_reason(session):
        raise Refused(reason)
    if person.accreditation_id != accreditation.pk or person.removed_at:
        raise Refused(_("Choose one of the people of your organization."), field="representative")
    if presents_summary and session.kind != ForumSession.Kind.HEARING:
        raise Refused(_("A summary is presented of the hearing only."), field="presents_summary")
    request = SpeakingRequest.objects.filter(forum_session=session, representative=person).first()
    if request and request.status not in OPEN:
        raise Refused(_("This request was considered already: %(status)s.") % {"status": request.get_status_display()})
    request = request or SpeakingRequest(accreditation=accreditation, forum_session=session, representative=person)
    request.topic, request.language, request.presents_summary = topic, language, presents_summary
    request.status = SpeakingRequest.Status.SUBMITTED if has_place(session, person) else SpeakingRequest.Status.DRAFT
    request.save()
    audit.record("speaking.ask", request, by=by, after=request.status)
    return request


@transaction.atomic
def take_back(request, *, by):
    """Take a request back before it was considered."""
    require_door(request.accreditation, by=by)
    if request.status not in OPEN:
        raise Refused(_("This request was considered already: %(status)s.") % {"status": request.get_status_display()})
    audit.record("speaking.take_back", request, by=by, before=request.status)
    request.delete()


def submit_confirmed():
    """Sweep: drafts whose person has a place now are submitted; returns how many."""
    ready = SpeakingRequest.objects.filter(status=SpeakingRequest.Status.DRAFT).select_related("representative")
    return sum(_submit_if_seated(request) for request in ready)


@transaction.atomic
def _submit_if_seated(request):
    if not has_place(request.forum_session_id, request.representative_id):
        return 0
    changed = SpeakingRequest.objects.filter(pk=request.pk, status=SpeakingRequest.Status.DRAFT).update(
        status=SpeakingRequest.Status.SUBMITTED
    )
    if changed:
        audit.record("speaking.submit", request, by=None, before="draft", after="submitted")
    return changed
