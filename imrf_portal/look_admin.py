"""The doors to seeing what a person sees: a reason before it begins, and the button that ends it."""

from django import forms
from django.contrib import admin
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from . import support_look
from .access import Capability, may
from .account_views import AREAS
from .admin_tools import page
from .errors import Refused
from .form_fields import LongTextField
from .look_middleware import SESSION_KEY
from .users import User


class LookForm(forms.Form):
    reason = LongTextField(
        label=_("Why you look"),
        help_text=_("One sentence. The person reads it in their own record."),
        limit=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def begin(request, pk):
    """Ask why, then open the first page of the person, or the one in ``to``; ``back`` is where the end leads."""
    if not may(request.user, Capability.SUPPORT):
        raise Http404
    person = get_object_or_404(User, pk=pk, audience__in=support_look.SEEN)
    back = _ours(request, "back") or reverse("admin:index")
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            look = support_look.begin(person, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            request.session[SESSION_KEY] = {"look": look.pk, "back": back}
            return HttpResponseRedirect(_ours(request, "to") or reverse(AREAS[person.audience]))
    context = {
        "title": _t("See what %(who)s sees") % {"who": person},
        "person": person,
        "form": form,
        "back": back,
        "hindrance": support_look.hindrance(person, request.user),
        "minutes": round(support_look.LASTS.total_seconds() / 60),
        "crumbs": [(back, _t("Back"))],
    }
    return page(request, "admin/desk/look.html", admin.site, context, status=422 if form.errors else 200)


def _ours(request, name):
    """The address that the page was asked to lead to, when it is one of ours; else an empty text."""
    wanted = request.GET.get(name, "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else ""


@require_POST
def end(request):
    """End the look of this session, and go back to where it began."""
    if request.look is None:
        raise Http404
    support_look.end(request.look, by=request.user)
    return HttpResponseRedirect(request.session.pop(SESSION_KEY)["back"])


admin.site.add_page("people/<int:pk>/see/", begin, "support_look")
