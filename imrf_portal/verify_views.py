"""The public page that checks a paper."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import clock, codes
from .form_fields import DayField
from .verification import LONGEST, verify

FINGERPRINT = 64


class PaperForm(forms.Form):
    day = DayField(label=_("Date on the paper"), help_text=_("For example 25 Nov 2026."), required=False)


@never_cache
@require_safe
def check_paper(request, code=""):
    """What the record says about a code: initials and dates, nothing of the content (T-A44, T-R24)."""
    typed = code or request.GET.get("code", "")
    form = PaperForm(request.GET if "day" in request.GET else None)
    day = form.cleaned_data["day"] if form.is_valid() else None
    if not code and not form.errors and (normal := codes.normalise(typed).replace("/", "-")[:LONGEST]):
        query = f"?{urlencode({'day': day.isoformat()})}" if day else ""
        return redirect(reverse("verify_code", args=[normal]) + query)
    context = {"typed": typed.strip(), "form": form, "checked_at": clock.now()}
    if context["typed"] and not form.errors:
        context["verdict"] = verify(typed, fingerprint=request.GET.get("f", "").lower()[:FINGERPRINT], day=day)
        context["looks_mistyped"] = not codes.is_valid(typed)
    unknown = "verdict" in context and context["verdict"].state == "none"
    return render(request, "portal/verify.html", context, status=422 if form.errors else 404 if unknown else 200)
