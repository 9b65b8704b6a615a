"""The front page of the registration desk: every session of a Forum with its room, and where the work waits."""

from collections import Counter

from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accreditation.models import RecognitionRequest
from imrf_portal import sight
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page, require
from sessions_app.models import ForumSession

from .. import guardians
from ..models import Registration, SpeakingRequest, Status
from .passes import forum_chosen


def desk_page(request):
    """The sessions of one Forum in three statements, with people by state and requests that wait."""
    require(request, Capability.VIEW)
    forum, forums = forum_chosen(request)
    waiting_guardians, ages_in_question = guardians.counts(forum) if forum else (0, 0)
    return page(
        request,
        "admin/registration/desk.html",
        admin.site,
        {
            "title": _t("Registration"),
            "forum": forum,
            "forums": forums,
            "sessions": list(with_counts(forum)) if forum else [],
            "waiting_requests": waiting_requests(request.user).count(),
            "waiting_guardians": waiting_guardians,
            "ages_in_question": ages_in_question,
            "may_act": may(request.user, Capability.REGISTER),
            "may_export": may(request.user, Capability.EXPORT),
        },
    )


def with_counts(forum):
    """Each session with how many are in the room, elsewhere and waiting, and how many asked to speak."""
    people = Counter()
    for pk, status, count in (
        Registration.objects.filter(forum_session__forum=forum)
        .order_by()
        .values_list("forum_session", "status")
        .annotate(count=Count("pk"))
    ):
        people[pk, status] = count
    asked = dict(
        SpeakingRequest.objects.filter(forum_session__forum=forum, status=SpeakingRequest.Status.SUBMITTED)
        .order_by()
        .values_list("forum_session")
        .annotate(count=Count("pk"))
    )
    for session in ForumSession.objects.filter(forum=forum):
        session.registered = people[session.pk, Status.REGISTERED]
        session.in_room = people[session.pk, Status.CONFIRMED]
        session.in_overflow = people[session.pk, Status.OVERFLOW]
        session.waiting = people[session.pk, Status.WAITING] + people[session.pk, Status.OFFERED]
        session.asked_to_speak = asked.get(session.pk, 0)
        yield session


def waiting_requests(user):
    return sight.visible(RecognitionRequest.objects.filter(decided_at=None), user)


admin.site.add_page("desk/", desk_page, "registration_desk")
admin.site.add_to_menu(_("Registration"), "admin:registration_desk", rows=waiting_requests, tone="warn", position=50)
