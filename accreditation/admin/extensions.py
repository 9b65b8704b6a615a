"""More time for one application: which have it, and where to propose it by the reference, also for a draft."""

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import clock, texts
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page, require
from imrf_portal.countersigned_admin import QUEUE
from imrf_portal.form_fields import NameField

from .. import extensions
from ..models import Application, Extension, Status


class ReferenceForm(forms.Form):
    reference = NameField(
        label=gettext_lazy("Reference of the application"),
        limit=24,
        help_text=gettext_lazy("The applicant sees it on every page, also of a draft."),
    )

    def __init__(self, *args, subjects, **options):
        self.subjects = subjects
        super().__init__(*args, **options)

    def clean_reference(self):
        wanted = texts.clean_name(self.cleaned_data["reference"]).upper()
        found = self.subjects.filter(reference=wanted).first()
        if found is None:
            raise forms.ValidationError(_("No application with this reference can be given more time."))
        return found


def show(request):
    """The extensions that were given; a reference in the address leads on to the proposal."""
    require(request, Capability.VIEW)
    asked = "reference" in request.GET and may(request.user, extensions.KIND.proposes)
    form = ReferenceForm(request.GET if asked else None, subjects=extensions.subjects(request.user))
    if asked and form.is_valid():
        return redirect("admin:countersigned_propose", extensions.NAME, form.cleaned_data["reference"].pk)
    readable = Application.objects.visible_to(request.user)
    given = Extension.objects.filter(Q(application__in=readable) | Q(application__status=Status.DRAFT)).select_related(
        "application__forum", "granted_by", "signed_by"
    )
    return page(
        request,
        "admin/desk/extensions.html",
        admin.site,
        {
            "title": _("More time for one application"),
            "form": form,
            "may_propose": may(request.user, extensions.KIND.proposes),
            "page_obj": Paginator(given, 50).get_page(request.GET.get("page")),
            "now": clock.now(),
            "readable": set(readable.filter(extensions__isnull=False).values_list("pk", flat=True)),
            "crumbs": [(reverse(QUEUE), _("Second signatures"))],
        },
        status=422 if form.errors else 200,
    )


admin.site.add_page("extensions/", show, "extensions")
