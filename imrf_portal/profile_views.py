"""A signed-in person's own account: details, places signed in, erasure."""

from allauth.account.views import EmailView, PasswordSetView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache

from . import erasure
from .account_forms import AccountForm
from .errors import Refused
from .second_factor import OnlyWhenFresh


@never_cache
@login_required
def account(request):
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _t("Saved."))
        response = redirect("account_settings")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.user.language, samesite="Lax")
        return response
    return render(request, "account/settings.html", {"form": form, "has_password": request.user.has_usable_password()})


@never_cache
@login_required
def sessions(request):
    """Where this person is signed in; each place can be signed out, on the server."""
    if request.method == "POST":
        theirs = UserSession.objects.filter(user=request.user)
        if "all" in request.POST:
            for session in theirs.exclude(session_key=request.session.session_key):
                session.end()
        else:
            chosen = request.POST.get("session", "")
            found = next((one for one in theirs if str(one.pk) == chosen), None)
            if found is None:
                raise Http404
            found.end()
        messages.success(request, _t("Signed out there."))
        return redirect("usersessions_list")
    rows = UserSession.objects.purge_and_list(request.user)
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


@never_cache
@login_required
def erase(request):
    if request.method == "POST":
        try:
            if "keep" in request.POST:
                erasure.keep(request.user)
            else:
                erasure.ask(request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("account_erase")
    wish = erasure.AccountErasure.objects.filter(user=request.user).first()
    return render(request, "account/erase.html", {"wish": wish, "wait": erasure.WAIT})


class ChangeAddressView(OnlyWhenFresh, EmailView):
    pass


class FirstPasswordView(OnlyWhenFresh, PasswordSetView):
    pass
