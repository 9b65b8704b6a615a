"""While an officer sees what a person sees: each page is drawn for that person, and nothing can be changed.

The session, and with it the way out, stays the officer's. What a page would write is undone with its transaction.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from . import clock, support_look

SESSION_KEY = "support_look"
"""In the session: ``look``, the key of the row, and ``back``, where the officer came from."""
SAFE = {"GET", "HEAD", "OPTIONS"}
THE_OFFICERS_OWN = {"support_look_end", "account_logout", "healthz", "readyz"}


class SeenAsAnother:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.look = None
        kept = request.session.get(SESSION_KEY)
        if kept is None or not request.user.is_authenticated:
            return self.get_response(request)
        request.look = support_look.running(kept["look"], by=request.user)
        if request.look is None:
            return self.after_the_end(request, kept)
        name = name_of(request.path_info)
        if name in THE_OFFICERS_OWN:
            return self.get_response(request)
        return self.for_the_person(request, name)

    def for_the_person(self, request, name):
        officer, request.user = request.user, request.look.person
        try:
            if refusal := self.refusal(request, name):
                return refused(request, refusal)
            with transaction.atomic():
                response = self.get_response(request)
                transaction.set_rollback(True)
            return response
        finally:
            request.user = officer

    @staticmethod
    def refusal(request, name):
        """Why this is not done while seeing as another, as a sentence; empty when it is."""
        words = {"who": request.look.person}
        if is_at_the_desk(request):
            return _("The pages of the secretariat are yours, not those of %(who)s. End this first.") % words
        if request.method not in SAFE:
            return _("You only see what %(who)s sees. Nothing can be changed or sent in their name.") % words
        if name and name not in support_look.OPEN_PAGES:
            return _(
                "This is private to %(who)s, or reading it is recorded as theirs. It stays closed while you see what "
                "they see."
            ) % words  # fmt: skip
        return ""

    def after_the_end(self, request, kept):
        """The officer is herself again: at the desk as if nothing had been, from elsewhere led back with a word."""
        del request.session[SESSION_KEY]
        if is_at_the_desk(request) or name_of(request.path_info) in THE_OFFICERS_OWN - {"support_look_end"}:
            return self.get_response(request)
        messages.info(request, _("Seeing what another person sees has ended. You see the portal as yourself again."))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": kept["back"]})
        return HttpResponseRedirect(kept["back"])


def name_of(path):
    """The name of the address; empty when there is none, which the portal then says itself."""
    try:
        return resolve(path).view_name or ""
    except Resolver404:
        return ""


def is_at_the_desk(request):
    return request.path_info.startswith(reverse("admin:index"))


def refused(request, refusal):
    context = {"refusal": refusal, "request_id": getattr(request, "id", ""), "moment": clock.now()}
    response = render(request, "errors/look.html", context, status=403)
    add_never_cache_headers(response)
    return response
