"""Pages of the route finder: public, no account needed."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from imrf_portal.errors import Refused
from imrf_portal.forum import Call, Forum
from imrf_portal.geography import Country

from . import route_verdicts
from .models import RouteVerdict
from .routes_forms import NotUsForm, RouteForm
from .routes_page import page_of

MOST_ANSWERS = 60
PER_SECONDS = 600


@never_cache
def route_finder(request, slug):
    """GET asks (with what the address already says filled in), POST answers and leads to the verdict."""
    forum = _forum(slug)
    if request.method != "POST":
        form = RouteForm(initial={name: request.GET.get(name, "") for name in ("name", "country", "type")})
        return _finder(request, forum, form)
    form = RouteForm(request.POST)
    if not form.is_valid():
        return _finder(request, forum, form, status=422)
    if _asks_too_often(request):
        form.add_error(None, _("Too many names were looked up from your network. Wait ten minutes, then try again."))
        return _finder(request, forum, form, status=429)
    answers = form.cleaned_data
    try:
        verdict = route_verdicts.answer(
            forum,
            name=answers["name"],
            country=Country.objects.get(pk=answers["country"]),
            organization_type=answers["type"],
            csonet_url=answers["csonet_url"],
            by=request.user if request.user.is_authenticated else None,
        )
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
        return _finder(request, forum, form, status=422)
    return redirect(verdict)


def _finder(request, forum, form, status=200):
    calls = {call.kind: call for call in forum.calls.all()}
    call = calls.get(Call.Kind.SPECIAL_ACCREDITATION)
    context = {"forum": forum, "form": form, "window": _window(call, forum)}
    return render(request, "accreditation/route_finder.html", context, status=status)


@never_cache
@require_safe
def route_verdict(request, slug, key):
    """The stored answer, as it was given: staff see the same page."""
    verdict = _verdict(slug, key)
    return _verdict_page(request, verdict, NotUsForm(initial={"note": verdict.dispute_note}))


def _verdict_page(request, verdict, form, status=200):
    context = page_of(verdict) | {"form": form}
    return render(request, "accreditation/route_verdict.html", context, status=status)


@require_POST
def route_not_us(request, slug, key):
    """“This is not us”: goes on to the application, flagged for staff."""
    verdict = _verdict(slug, key)
    form = NotUsForm(request.POST)
    if not form.is_valid():
        return _verdict_page(request, verdict, form, status=422)
    return redirect(route_verdicts.dispute(verdict, note=form.cleaned_data["note"]))


@require_POST
def route_this_is_us(request, slug, key, place):
    """“This is us” beside a near name: a new verdict, flagged for staff."""
    verdict = _verdict(slug, key)
    if _asks_too_often(request):
        return redirect(verdict)
    try:
        by = request.user if request.user.is_authenticated else None
        return redirect(route_verdicts.claim(verdict, place=place, by=by))
    except Refused:
        return redirect(verdict)


def _forum(slug):
    return get_object_or_404(Forum.objects.filter(is_published=True).prefetch_related("calls"), slug=slug)


def _verdict(slug, key):
    verdicts = RouteVerdict.objects.select_related("forum", "country").prefetch_related("forum__calls")
    return get_object_or_404(verdicts, forum__slug=slug, key=key)


def _window(call, forum):
    if call is None:
        return None
    call.forum = forum
    return call.window()


def _asks_too_often(request):
    """Counts this question for the client's network; true above ``MOST_ANSWERS`` in ``PER_SECONDS``."""
    counter = f"route-finder:{get_adapter(request).get_client_ip(request)}"
    if cache.add(counter, 1, PER_SECONDS):
        return False
    try:
        return cache.incr(counter) > MOST_ANSWERS
    except ValueError:
        return False
