"""Small pages about one place: replace, give up, go first, ask to speak."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from imrf_portal.errors import Refused

from . import speaking, workflow
from .confirm_views import closed, confirm_page, done, session_or_404
from .doorway import organization_page, registration_or_404, require_present
from .forms import PersonChoiceForm, PriorityForm, SpeakingForm
from .models import SpeakingRequest
from .people import people_of


@organization_page
def replace(request, accreditation, registration):
    """Another person takes the seat and its priority; until the session's registration closes (T-R07, T-R08)."""
    registration = registration_or_404(accreditation, registration)
    require_present(registration)
    others = people_of(accreditation).exclude(pk=registration.representative_id)
    form = PersonChoiceForm(request.POST or None, people=others)
    refusal = closed(registration)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["representative"]

        def verb():
            workflow.substitute(registration, person, by=request.user)
            return _("%(new)s takes the place of %(old)s. Both were told.") % {
                "new": person,
                "old": registration.representative,
            }

        response, refusal = done(request, accreditation, form, verb)
        if response:
            return response
    return confirm_page(
        request,
        accreditation,
        title=_("Replace %(name)s") % {"name": registration.representative},
        words=_("The place in “%(session)s” stays yours. The confirmation of the person who leaves is void at once.")
        % {"session": registration.forum_session},
        act=_("Replace"),
        form=form,
        refusal=refusal,
        registration=registration,
    )


@organization_page
def withdraw(request, accreditation, registration):
    """Give up a place; if several stay and the one with priority leaves, choose who goes first (T-R05)."""
    registration = registration_or_404(accreditation, registration)
    require_present(registration)
    session = registration.forum_session
    left = [one for one in workflow.seats_of(accreditation, session) if one.pk != registration.pk]
    form = PriorityForm(request.POST or None, others=left) if registration.is_priority and len(left) > 1 else None
    refusal = closed(registration)
    if request.method == "POST" and (form is None or form.is_valid()):

        def verb():
            with transaction.atomic():
                workflow.withdraw(registration, by=request.user)
                if form is not None:
                    chosen = next(one for one in left if str(one.representative_id) == form.cleaned_data["next"])
                    chosen.accreditation, chosen.forum_session = accreditation, session
                    workflow.put_first(chosen, by=request.user)
            return _("%(name)s gave up the place in “%(session)s”.") % {
                "name": registration.representative,
                "session": session,
            }

        response, refusal = done(request, accreditation, form, verb)
        if response:
            return response
    words = _("The place in “%(session)s” becomes free for others.") % {"session": session}
    if registration.is_priority and len(left) == 1:
        words += " " + _("%(name)s then goes first.") % {"name": left[0].representative}
    return confirm_page(
        request,
        accreditation,
        title=_("Give up the place of %(name)s?") % {"name": registration.representative},
        words=words,
        act=_("Give up the place"),
        form=form,
        refusal=refusal,
        registration=registration,
    )


@organization_page
def go_first(request, accreditation, registration):
    """Give this person the priority, in one action: never two, never none (T-R06)."""
    registration = registration_or_404(accreditation, registration)
    require_present(registration)
    refusal = closed(registration)
    if request.method == "POST":

        def verb():
            workflow.put_first(registration, by=request.user)
            return _("%(name)s goes first now.") % {"name": registration.representative}

        response, refusal = done(request, accreditation, None, verb)
        if response:
            return response
    return confirm_page(
        request,
        accreditation,
        title=_("Let %(name)s go first?") % {"name": registration.representative},
        words=_("Who goes first in “%(session)s” gets the place if there is only one for your organization.")
        % {"session": registration.forum_session},
        act=_("Go first"),
        refusal=refusal,
        registration=registration,
    )


@organization_page
def ask_to_speak(request, accreditation, session_slug):
    session = session_or_404(accreditation, session_slug)
    form = SpeakingForm(request.POST or None, people=people_of(accreditation), session=session)
    reason = workflow.closed_reason(session)
    refusal = Refused(reason) if reason else None
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        person = answers.pop("representative")

        def verb():
            request_made = speaking.ask(accreditation, session, person, **answers, by=request.user)
            if request_made.status == SpeakingRequest.Status.DRAFT:
                return _("Kept as a draft. It is sent when %(name)s has a confirmed place.") % {"name": person}
            return _("We received the request to speak.")

        response, refusal = done(request, accreditation, form, verb)
        if response:
            return response
    return confirm_page(
        request,
        accreditation,
        title=_("Ask to speak in “%(session)s”") % {"session": session},
        words=_("Only people with a confirmed place, in the room or the overflow room, can be chosen."),
        act=_("Ask to speak"),
        form=form,
        refusal=refusal,
    )


@organization_page
def take_back_request(request, accreditation, request_pk):
    found = get_object_or_404(SpeakingRequest, accreditation=accreditation, pk=request_pk)
    refusal = None
    if request.method == "POST":

        def verb():
            speaking.take_back(found, by=request.user)
            return _("The request to speak was taken back.")

        response, refusal = done(request, accreditation, None, verb)
        if response:
            return response
    return confirm_page(
        request,
        accreditation,
        title=_("Take back this request to speak?"),
        words=f"{found.representative}: {found.topic}",
        act=_("Take it back"),
        refusal=refusal,
    )
