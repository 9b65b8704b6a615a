"""The page of an organization's registrations: its people, the matrix, the seats it holds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accreditation.models import Membership, RecognitionRequest, RouteVerdict
from accreditation.recognition import ask_for_recognition
from accreditation.routes_page import page_of
from imrf_portal.access import Audience
from imrf_portal.errors import Refused

from . import doorway
from .matrix import Matrix
from .models import FeedKey, SpeakingRequest
from .notices import open_notices
from .workflow import Problems, check, is_focal_point, save_matrix


@never_cache
@login_required
def registration(request, slug, pk=None):
    """The matrix of the reader's organization; the route finder's verdict where nothing opens the door."""
    forum = doorway.published_forum(slug)
    found = doorway.mine(request.user, forum)
    in_force = [accreditation for accreditation in found if accreditation.is_in_force]
    if pk is not None:
        accreditation = next((one for one in found if one.pk == pk), None)
        if accreditation is None:
            raise Http404
        in_force = [accreditation] if accreditation.is_in_force else []
    if not in_force:
        return _no_accreditation(request, forum, found)
    if len(in_force) > 1:
        return render(request, "registration/choose.html", {"forum": forum, "accreditations": in_force})
    return _matrix(request, forum, in_force[0])


def _no_accreditation(request, forum, found):
    """Nothing opens the door yet: say which route leads there, from the stored verdict (T-R01)."""
    verdicts = RouteVerdict.objects.filter(forum=forum, made_by=request.user).select_related("forum", "country")
    verdict = verdicts.prefetch_related("forum__calls").order_by("-made_at", "-pk").first()
    asked = RecognitionRequest.objects.filter(forum=forum, asked_by=request.user).select_related("verdict")
    memberships = Membership.objects.filter(user=request.user, ended_at=None).select_related("organization")
    context = {
        "forum": forum,
        "ended": found,
        "asked": asked,
        "organizations": [one.organization for one in memberships],
        "is_applicant": Audience.of(request.user) == Audience.APPLICANT,
    }
    if verdict:
        context |= page_of(verdict)
    return render(request, "registration/no_accreditation.html", context)


def _matrix(request, forum, accreditation):
    matrix = Matrix(accreditation)
    may_write = is_focal_point(request.user, accreditation)
    context = {
        "forum": forum,
        "accreditation": accreditation,
        "matrix": matrix,
        "may_write": may_write,
        "refusal": None,
        "is_checked": False,
    }
    status = 200
    if request.method == "POST":
        wanted, seen = matrix.read(request.POST)
        context["is_checked"] = "check" in request.POST
        try:
            if context["is_checked"]:
                if problems := check(accreditation, wanted, seen=seen):
                    raise Problems(problems)
            else:
                return _saved(request, accreditation, save_matrix(accreditation, wanted, by=request.user, seen=seen))
        except Problems as problems:
            matrix.show(problems.problems)
            status = 422
        except Refused as refusal:
            context["refusal"] = refusal
            status = 409
    context |= {
        "speaking": SpeakingRequest.objects.filter(accreditation=accreditation).select_related(
            "representative", "forum_session"
        ),
        "notices": list(open_notices(accreditation)),
        "feed": FeedKey.objects.filter(accreditation=accreditation, representative=None, revoked_at=None).first(),
    }
    return render(request, "registration/matrix.html", context, status=status)


def _saved(request, accreditation, changes):
    added, removed = changes
    words = [_("Saved.")]
    if added:
        words.append(
            ngettext("%(count)s place was registered.", "%(count)s places were registered.", len(added))
            % {"count": len(added)}
        )
    if removed:
        words.append(
            ngettext("%(count)s place was given up.", "%(count)s places were given up.", len(removed))
            % {"count": len(removed)}
        )
    messages.success(request, " ".join(words))
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)


@login_required
@require_POST
def ask_to_be_recognized(request, slug, key):
    """An organization that need not apply asks to be let in; an officer confirms."""
    verdict = get_object_or_404(RouteVerdict.objects.select_related("forum"), forum__slug=slug, key=key)
    with transaction.atomic():
        ask_for_recognition(verdict, by=request.user)
    messages.success(request, _("We received your request. The Secretariat compares the lists, then writes to you."))
    return redirect("registration", slug=slug)
