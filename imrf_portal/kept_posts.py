"""What was typed when a session had ended: kept on the server until the person has signed in again.

An anonymous POST to a page behind ``keeps_post_login_required`` is not lost: its text fields wait in the anonymous
session (one post per path, bounded, for a day). After sign-in the same page opens, and its view fills the form with
``kept_post(request)``. The view itself decides who may see the record, so another person who signs in gets nothing.
Files and passwords are never kept.
"""

from datetime import datetime, timedelta
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t

from . import clock

SESSION_KEY = "kept_posts"
LIFE = timedelta(days=1)
MAX_CHARACTERS = 100_000
MAX_POSTS = 5


def keeps_post_login_required(view):
    """Like ``login_required``; what an anonymous person posted is kept for after the sign-in."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.user.is_authenticated:
            response = view(request, *args, **kwargs)
            if request.method == "POST" and response.status_code in {204, 302}:
                drop_kept_post(request)
            return response
        target = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        if request.method == "POST" and keep(request):
            messages.info(
                request,
                _t(
                    "You were signed out because nothing happened for a long time. What you typed is kept: sign in, "
                    "and save it. Choose files again."
                ),
            )
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect(target)

    return wrapped


def keep(request):
    """Keep the text fields of this POST in the session; False when they are too long."""
    typed = request.POST.copy()
    for name in list(typed):
        if name == "csrfmiddlewaretoken" or "password" in name:
            del typed[name]
    text = typed.urlencode()
    if len(text) > MAX_CHARACTERS:
        return False
    kept = request.session.get(SESSION_KEY, {})
    kept[request.path] = {"fields": text, "kept_at": clock.now().isoformat()}
    request.session[SESSION_KEY] = dict(list(kept.items())[-MAX_POSTS:])
    return True


def kept_post(request, path=None):
    """The fields kept for ``path`` (this page's, if none is given) as a QueryDict, or None. They stay until saved."""
    kept = request.session.get(SESSION_KEY, {}).get(path or request.path)
    if kept is None or clock.now() - datetime.fromisoformat(kept["kept_at"]) > LIFE:
        return None
    return QueryDict(kept["fields"])


def drop_kept_post(request, path=None):
    """Forget what was kept for ``path``: it was saved."""
    kept = request.session.get(SESSION_KEY, {})
    if kept.pop(path or request.path, None) is not None:
        request.session[SESSION_KEY] = kept
