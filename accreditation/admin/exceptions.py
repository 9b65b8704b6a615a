"""Exceptions for one application, more time or a rule waived: those that were made, and where to propose one, also for
a draft, by its reference. Late requests of drafts, which are in no queue, wait here too.
"""

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import sight, texts
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page, require
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.countersigned_admin import QUEUE, rows_of
from imrf_portal.form_fields import NameField

from .. import extensions, waivers
from ..models import Application, LateRequest, Status

KINDS = {kind.name: kind for kind in (extensions.KIND, waivers.KIND)}


class ReferenceForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Exception"), choices=[(name, kind.label) for name, kind in KINDS.items()]
    )
    reference = NameField(
        label=gettext_lazy("Reference of the application"),
        limit=24,
        help_text=gettext_lazy("The applicant sees it on every page, also of a draft."),
    )

    def __init__(self, *args, user, **options):
        self.user = user
        super().__init__(*args, **options)

    def clean(self):
        given = super().clean()
        if "reference" in given and "kind" in given:
            wanted = texts.clean_name(given["reference"]).upper()
            given["subject"] = KINDS[given["kind"]].subjects(self.user).filter(reference=wanted).first()
            if given["subject"] is None:
                self.add_error("reference", _("No application with this reference can have this exception now."))
        return given


def show(request):
    """The exceptions that were made; a reference in the address leads on to the proposal."""
    require(request, Capability.VIEW)
    may_propose = may(request.user, extensions.KIND.proposes)
    asked = "reference" in request.GET and may_propose
    form = ReferenceForm(request.GET if asked else None, user=request.user)
    if asked and form.is_valid():
        return redirect("admin:countersigned_propose", form.cleaned_data["kind"], form.cleaned_data["subject"].pk)
    made = of_applications(request.user).select_related("proposed_by", "signed_by")
    shown = Paginator(made, 50).get_page(request.GET.get("page"))
    waiting = sight.visible(LateRequest.objects.all(), request.user).filter(
        decided_at=None, application__status=Status.DRAFT
    )
    return page(
        request,
        "admin/desk/exceptions.html",
        admin.site,
        {
            "title": _("Exceptions for one application"),
            "form": form,
            "may_propose": may_propose,
            "page_obj": shown,
            "rows": list(rows_of(shown)),
            "late_requests": list(waiting.select_related("application__forum").order_by("asked_at")[:50]),
            "crumbs": [(reverse(QUEUE), _("Second signatures"))],
        },
        status=422 if form.errors else 200,
    )


def of_applications(user):
    """The signed exceptions on applications that this person may read, and on drafts."""
    known = Q(subject_id__in=Application.objects.visible_to(user).order_by().values("pk"))
    drafts = Q(subject_id__in=Application.objects.known_at_desk(user).filter(status=Status.DRAFT).values("pk"))
    return CountersignedAct.objects.filter(known | drafts, kind__in=KINDS, state=CountersignedAct.State.SIGNED)


def marked(applications):
    """``applications``, each with ``has_exceptions``: whether one was made or proposed."""
    acts = CountersignedAct.objects.filter(kind__in=KINDS, subject_id=OuterRef("pk"))
    return applications.annotate(has_exceptions=Exists(acts))


def of_one(application):
    """The exceptions made or proposed for an application that was ``marked``, in words."""
    if not application.has_exceptions:
        return []
    acts = CountersignedAct.objects.filter(kind__in=KINDS, subject_id=application.pk)
    return list(rows_of(acts.select_related("proposed_by", "signed_by")))


admin.site.add_page("exceptions/", show, "exceptions")
