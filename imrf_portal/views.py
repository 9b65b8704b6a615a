"""The pages everybody may read: meetings, one meeting, help; and the reader's choices of language, zone, appearance."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import meetings, times
from .context import THEMES
from .users import User

YEAR = 365 * 24 * 60 * 60
NO_ZONE = "-"
"""What the cookie holds for a reader who wants the host's time alone."""


@require_safe
def home(request):
    return render(request, "portal/home.html", {"meetings": meetings.published()})


@require_safe
def forum(request, slug):
    return render(request, "portal/forum.html", meetings.page_of(slug))


@require_safe
def page(request, template):
    return render(request, template)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    """Language, time zone and appearance: kept in cookies and, for a person who is signed in, with the account."""
    if request.method != "POST":
        return render(request, "portal/preferences.html", _choices())
    language, zone, theme = (request.POST.get(name, "") for name in ("language", "tz", "theme"))
    if zone and not times.is_zone(zone):
        context = _choices() | {"zone_error": _("We do not know this time zone. Choose one from the list.")}
        return render(request, "portal/preferences.html", context, status=422)
    response = HttpResponseRedirect(_next(request))
    chosen = {}
    if language in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
        chosen["language"] = language
    if "tz" in request.POST:
        _keep(response, "tz", zone or NO_ZONE)
        chosen["time_zone"] = zone
    if theme in THEMES:
        _keep(response, "theme", theme)
    if chosen and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**chosen)
    if "save" in request.POST:
        with override(chosen.get("language") or get_language()):
            messages.success(request, _("Your choices are saved."))
    return response


def _choices():
    return {"zones": times.zone_choices(), "themes": THEMES}


def _keep(response, name, value):
    response.set_cookie(name, value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")


def _next(request):
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure()):
        return target
    return reverse("preferences")
