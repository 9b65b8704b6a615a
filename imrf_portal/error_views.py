"""The pages for what went wrong. Every one says what happened, what is safe, and what to do."""

import logging
import sys

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from . import clock
from .deadlines import Closed
from .errors import AskFirst, Refused

logger = logging.getLogger(__name__)
SECRET = ("password", "token", "otp", "secret", "code", "recovery")
"""Parts of field names whose values are never written back to a page."""
MACHINE = {"csrfmiddlewaretoken", "next", "revision", "version", "action", "save", "send", "language", "tz", "theme"}
LONGEST = 100_000
RETRY_AFTER = 10


def bad_request(request, exception=None):
    return _say(request, "errors/400.html", 400)


def permission_denied(request, exception=None):
    return _say(request, "errors/403.html", 403, exception=exception)


def not_found(request, exception=None):
    return _say(request, "errors/404.html", 404)


def too_many(request, *, retry_after=60):
    """Too many tries: 429 with how long to wait (seconds)."""
    response = _say(request, "errors/429.html", 429, minutes=max(round(retry_after / 60), 1))
    response["Retry-After"] = str(retry_after)
    return response


def closed(request, refusal, *, forum=None, status=403):
    """A window is not open: ``refusal`` is a ``deadlines.Closed``; what was typed is given back."""
    return _say(request, "errors/closed.html", status, refusal=refusal, window=refusal.window, forum=forum)


def refused(request, refusal, *, status=409):
    """A verb refused outside of a form: the sentence, and what was typed."""
    return _say(request, "errors/refused.html", status, refusal=refusal)


def csrf_failure(request, reason=""):
    """A form without a valid token, mostly after a long pause: nothing is done, what was typed is given back."""
    return _say(request, "errors/csrf.html", 403)


def server_error(request):
    """Something broke on our side: 500, or 503 while the database is away.

    Touches neither database nor session, so that it stands when they do not.
    """
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    context = {"request_id": getattr(request, "id", ""), "moment": clock.now(), "away": away}
    try:
        page = loader.render_to_string("errors/500.html", context)
    except Exception:
        logger.exception("the page for errors could not be drawn")
        page = _("Something went wrong on our side. Everything you saved before is safe.")
    response = HttpResponse(page, status=503 if away else 500)
    if away:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def _say(request, template, status, **context):
    context |= {"typed": typed(request), "request_id": getattr(request, "id", ""), "moment": clock.now()}
    return render(request, template, context, status=status)


def typed(request):
    """What a person typed into the form that was refused, without secrets: pairs of name and text."""
    if request.method != "POST":
        return []
    try:
        lists = list(request.POST.lists())
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []
    return [
        {"name": name.replace("_", " ").replace("-", " ").strip(), "text": value[:LONGEST]}
        for name, values in lists
        for value in values
        if value.strip() and name not in MACHINE and not any(part in name.lower() for part in SECRET)
    ]


class RefusalPages:
    """A refusal that no view answered itself becomes its page, with what was typed; never an error on our side.

    What must be answered first leads to its page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, AskFirst):
            return redirect(exception.address)
        if not isinstance(exception, Refused):
            return None
        page = closed if isinstance(exception, Closed) else refused
        response = page(request, exception)
        add_never_cache_headers(response)  # it may hold what was typed
        return response
