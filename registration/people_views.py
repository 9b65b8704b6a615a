"""Pages of people: enter, change, invite, remove; and the page on which a person fills in the own data."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imrf_portal.errors import Refused
from imrf_portal.spreadsheets import as_download

from . import calendars, guardians, people
from .doorway import invited_or_404, organization_page, person_or_404
from .forms import GuardianAgreementForm, InvitationForm, PersonForm
from .models import GuardianForm


def _back(accreditation):
    return redirect("registration_of", slug=accreditation.forum.slug, pk=accreditation.pk)


@organization_page
def add(request, accreditation):
    form = PersonForm(request.POST or None, forum=accreditation.forum)
    if request.method == "POST" and form.is_valid():
        person = people.add(accreditation, form.answers, agreed=form.cleaned_data["agreed"], by=request.user)
        messages.success(request, _("%(name)s is one of your people now.") % {"name": person.known_as})
        return redirect("person_add" if "another" in request.POST else "registration_of", **_address(accreditation))
    return _form_page(request, accreditation, form, title=_("Add a representative"), is_new=True)


def _address(accreditation):
    return {"slug": accreditation.forum.slug, "pk": accreditation.pk}


@organization_page
def change(request, accreditation, person):
    person = person_or_404(accreditation, person)
    form = PersonForm(request.POST or None, person=person, forum=accreditation.forum)
    if request.method == "POST" and form.is_valid():
        people.change(person, form.answers, agreed=form.cleaned_data["agreed"], by=request.user)
        messages.success(request, _("Saved."))
        return _back(accreditation)
    return _form_page(
        request,
        accreditation,
        form,
        title=person.known_as,
        person=person,
        guardian_missing=guardians.is_missing(person),
    )


def _form_page(request, accreditation, form, **context):
    context |= {"forum": accreditation.forum, "accreditation": accreditation, "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "registration/person.html", context, status=status)


@organization_page
def invite(request, accreditation):
    """Invite a person by e-mail to fill in the own data."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = people.invite(accreditation, **form.cleaned_data, by=request.user)
        messages.success(request, _("Invited: %(who)s. A letter is on its way.") % {"who": person.email})
        return _back(accreditation)
    context = {"forum": accreditation.forum, "accreditation": accreditation, "form": form}
    return render(request, "registration/invite.html", context, status=422 if form.is_bound else 200)


@organization_page
def remove(request, accreditation, person):
    person = person_or_404(accreditation, person)
    refusal = None
    if request.method == "POST":
        try:
            people.remove(person, by=request.user)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("%(name)s is no longer one of your people.") % {"name": person.known_as})
            return _back(accreditation)
    context = {
        "forum": accreditation.forum,
        "accreditation": accreditation,
        "title": _("Remove %(name)s?") % {"name": person},
        "words": _("The telephone number, the passport number and the access needs are erased at once."),
        "act": _("Remove from our people"),
        "refusal": refusal,
    }
    return render(request, "registration/confirm.html", context, status=409 if refusal else 200)


@never_cache
def invitation(request, key):
    """The person's own page, behind a private address: fill in, see and download what is kept."""
    person = invited_or_404(key)
    forum = person.accreditation.forum
    form = PersonForm(request.POST or None, person=person, forum=forum, own=True)
    if request.method == "POST" and form.is_valid():
        people.fill_in(person, form.answers, agreed=form.cleaned_data["agreed"])
        messages.success(request, _("Saved. You can come back to this page and change it."))
        return redirect("representative_invitation", key=key)
    context = {
        "forum": forum,
        "person": person,
        "form": form,
        "organization": person.accreditation.organization,
        "feed": calendars.address_of(person.accreditation, person=person),
    }
    response = render(request, "registration/invitation.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
def guardian(request, key):
    """The page of a parent or guardian, behind a private address: who, which meeting, to what they agree."""
    form_asked = (
        GuardianForm.objects.filter(key=key, representative__is_minor=True, representative__removed_at=None)
        .select_related("representative__accreditation__forum", "representative__accreditation__organization")
        .first()
    )
    if form_asked is None:
        raise Http404
    person = form_asked.representative
    form = GuardianAgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("relation", "phone", "accompanied_by")}
        guardians.agree(form_asked, **answers)
        messages.success(request, _("Thank you. Your agreement is recorded."))
        return redirect("guardian_form", key=key)
    forum = person.accreditation.forum
    context = {
        "forum": forum,
        "person": person,
        "asked": form_asked,
        "organization": person.accreditation.organization,
        "words": form_asked.words or guardians.words_for(forum),
        "form": form,
    }
    response = render(request, "registration/guardian.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def what_is_kept(request, key):
    """Everything kept about the person, as one JSON file (T-R30)."""
    person = invited_or_404(key)
    response = JsonResponse(people.what_is_kept(person), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return as_download(response, "what-is-kept-about-me.json")
