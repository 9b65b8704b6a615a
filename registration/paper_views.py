"""What is taken away: letters as PDF, calendars behind private addresses."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from imrf_portal.spreadsheets import as_download

from . import calendars, confirmations, letters
from .doorway import invited_or_404, organization_page, person_or_404, registration_or_404
from .models import FeedKey, Letter


def _letter(letter):
    response = HttpResponse(letters.pdf(letter), content_type="application/pdf")
    return as_download(response, f"{letter.code}.pdf")


@organization_page
def confirmation(request, accreditation, registration):
    """The letter about one confirmed place."""
    registration = registration_or_404(accreditation, registration)
    person = registration.representative
    person.accreditation = accreditation
    return _letter(
        confirmations.letter_for(person, kind=Letter.Kind.CONFIRMATION, registration=registration, by=request.user)
    )


@organization_page
def visa_letter(request, accreditation, person):
    """The visa support letter: all confirmed places of a person who asked for it."""
    person = person_or_404(accreditation, person)
    return _letter(confirmations.letter_for(person, kind=Letter.Kind.VISA, by=request.user))


@organization_page
@require_POST
def open_calendar(request, accreditation):
    calendars.address_for(accreditation, by=request.user)
    messages.success(request, _("Your calendar has an address now. Whoever knows it can read it."))
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)


@organization_page
@require_POST
def close_calendar(request, accreditation):
    """The organization's address answers no more."""
    for feed in FeedKey.objects.filter(accreditation=accreditation, representative=None, revoked_at=None):
        calendars.take_back(feed, by=request.user)
    messages.success(request, _("The address of the calendar was taken back."))
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)


@require_POST
def personal_calendar(request, key, act):
    """The person's own calendar, opened and taken back on the page of the invitation."""
    person = invited_or_404(key)
    if act == "open":
        calendars.address_for(person.accreditation, person=person)
    else:
        for feed in person.feed_keys.filter(revoked_at=None):
            calendars.take_back(feed)
    return redirect("representative_invitation", key=key)


@never_cache
@require_safe
def calendar(request, key):
    """The calendar behind a private address."""
    feed = get_object_or_404(
        FeedKey.objects.select_related("accreditation__organization", "representative"), key=key, revoked_at=None
    )
    if not feed.accreditation.is_in_force:
        raise Http404
    response = HttpResponse(calendars.content(feed), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sessions.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
