"""The public page that checks a paper."""

from datetime import date

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import clock, codes
from .verification import LONGEST, verify

FINGERPRINT = 64


@never_cache
@require_safe
def check_paper(request, code=""):
    """What the record says about a code: initials and dates, nothing of the content (T-A44, T-R24)."""
    typed = code or request.GET.get("code", "")
    day = _day(request.GET.get("day", ""))
    if not code and (normal := codes.normalise(typed).replace("/", "-")[:LONGEST]):
        query = f"?{urlencode({'day': day.isoformat()})}" if day else ""
        return redirect(reverse("verify_code", args=[normal]) + query)
    context = {"typed": typed.strip(), "day": day.isoformat() if day else "", "checked_at": clock.now()}
    if context["typed"]:
        context["verdict"] = verify(typed, fingerprint=request.GET.get("f", "").lower()[:FINGERPRINT], day=day)
        context["looks_mistyped"] = not codes.is_valid(typed)
    unknown = "verdict" in context and context["verdict"].state == "none"
    return render(request, "portal/verify.html", context, status=404 if unknown else 200)


def _day(text):
    """A date written as YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
