"""Asking the applicant: choose items, write a question for each, give a date; the letter is shown before it goes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import clock, geography, times
from imrf_portal.access import Capability
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.form_fields import InstantField, LongTextField, in_zone
from imrf_portal.rehearsal import rehearse

from .. import answer_labels, review
from ..models import ApplicationVersion
from ..visibility import ANSWERS
from ..workflow import documents_asked
from .cases import find
from .verb_pages import kept_filters, review_address, seen_version

LONGEST_QUESTION = 1000


class AskForm(forms.Form):
    answer_by = InstantField(label=gettext_lazy("Answer by"))
    message = LongTextField(
        label=gettext_lazy("Words before the questions"),
        limit=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note = LongTextField(
        label=gettext_lazy("Why you ask, for your colleagues"),
        limit=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def usual_date(application):
    """The Call's usual days from now, at 17:00 of the Forum's zone."""
    local = clock.now().astimezone(ZoneInfo(application.forum.time_zone)) + timedelta(days=application.call.answer_days)
    return local.replace(hour=17, minute=0, second=0, microsecond=0)


def items_of(application, version, posted, countries):
    """What can be asked about, with what the applicant gave and what the officer typed."""
    answers = version.answers if version else {}
    documents = version.documents if version else {}
    for target in [*documents_asked(application.call), *ANSWERS]:
        if target in ANSWERS:
            said = answer_labels.shown_value(target, answers.get(target), countries)
        else:
            said = (documents.get(target) or {}).get("name", "")
        yield {
            "target": target,
            "label": answer_labels.label_of(target),
            "is_document": target not in ANSWERS,
            "said": said,
            "chosen": target in posted.getlist("item"),
            "question": posted.get(f"question_{target}", "")[:LONGEST_QUESTION].replace("\r\n", "\n").replace("\0", ""),
        }


def ask(request, pk):
    require(request, Capability.VIEW)
    application = find(request, pk)
    version = ApplicationVersion.objects.filter(application=application).first()
    seen, kept = seen_version(request), kept_filters(request)
    countries = geography.names()
    items = list(items_of(application, version, request.POST or request.GET, countries))
    form = AskForm(request.POST or None, initial={"answer_by": usual_date(application)})
    in_zone(form, application.forum.time_zone, "answer_by")
    valid = request.method == "POST" and form.is_valid()
    answer_by = form.cleaned_data["answer_by"] if valid else usual_date(application)

    def act():
        with transaction.atomic():
            asked = review.request_information(
                application,
                by=request.user,
                items=[(item["target"], item["question"]) for item in items if item["chosen"]],
                answer_by=answer_by,
                message=form.cleaned_data["message"],
                seen_version=seen,
            )
            if words := form.cleaned_data["note"]:
                review.note(application, by=request.user, text=words)
        return asked

    if valid and request.POST.get("step") == "do":
        asked = attempt(request, act, done=_("Sent. Only what you asked for is open to the applicant."))
        if asked:
            return redirect(review_address(application, kept))
    rehearsal = rehearse(act, application) if valid else None
    theirs = application.applicant.time_zone or "UTC"
    return page(
        request,
        "admin/desk/ask.html",
        admin.site,
        {
            "title": _("Ask %(name)s") % {"name": application.name},
            "application": application,
            "items": items,
            "chosen_count": sum(item["chosen"] for item in items),
            "form": form,
            "rehearsal": rehearsal,
            "answer_by": answer_by,
            "their_zone": theirs,
            "their_place": times.city_of(theirs),
            "seen": seen,
            "kept": kept,
            "review_address": review_address(application, kept),
            "difference_address": review_address(application, kept, against=seen) + "#versions",
            "crumbs": [
                (f"{reverse('admin:accreditation_application_changelist')}?{kept}", _("Queue")),
                (review_address(application, kept), application.reference),
            ],
        },
    )
