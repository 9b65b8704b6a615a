"""Small pages of the waiting list, and the answer after a session moved: keep or release."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from imrf_portal.errors import Refused

from . import notices, waiting
from .confirm_views import back, confirm_page, done, session_or_404
from .doorway import organization_page, registration_or_404
from .forms import PersonChoiceForm
from .people import people_of


@organization_page
def join_waiting_list(request, accreditation, session_slug):
    session = session_or_404(accreditation, session_slug)
    form = PersonChoiceForm(request.POST or None, people=people_of(accreditation))
    refusal = None
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["representative"]

        def verb():
            waiting.join(accreditation, session, person, by=request.user)
            return _("%(name)s is on the waiting list. We write when a place is free.") % {"name": person}

        response, refusal = done(request, accreditation, form, verb)
        if response:
            return response
    return confirm_page(
        request,
        accreditation,
        title=_("Join the waiting list"),
        words=_("For “%(session)s”. A place that becomes free is offered for a time, in the order of this list.")
        % {"session": session},
        act=_("Join the waiting list"),
        form=form,
        refusal=refusal,
    )


@organization_page
def answer_offer(request, accreditation, registration, answer):
    """Accept or decline a place that is offered."""
    registration = registration_or_404(accreditation, registration)
    refusal = None
    accepts = answer == "accept"
    if request.method == "POST":

        def verb():
            (waiting.accept if accepts else waiting.decline)(registration, by=request.user)
            return _("The place is yours.") if accepts else _("The place goes to the next person.")

        response, refusal = done(request, accreditation, None, verb)
        if response:
            return response
    name = {"name": registration.representative, "session": registration.forum_session}
    return confirm_page(
        request,
        accreditation,
        title=_("Accept the place for %(name)s?") % name if accepts else _("Decline the place for %(name)s?") % name,
        words=_("It is a place in “%(session)s”.") % name,
        act=_("Accept the place") if accepts else _("Decline the place"),
        refusal=refusal,
        registration=registration,
    )


@organization_page
@require_POST
def answer_change(request, accreditation, notice):
    """Keep or release a place whose session moved (T-R17)."""
    notice = get_object_or_404(notices.open_notices(accreditation), pk=notice)
    keep = "keep" in request.POST
    try:
        notices.answer(notice, by=request.user, keep=keep)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The place is kept.") if keep else _("The place is released."))
    return back(accreditation)
