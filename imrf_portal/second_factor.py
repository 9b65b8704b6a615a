"""A second factor for whoever can decide or object: the secretariat and Missions.

A session of theirs that was not opened with a second factor reaches the set-up pages and the way out, nothing else.
"""

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t

from . import clock
from .access import Audience

NEEDED_BY = {Audience.SECRETARIAT, Audience.MEMBER_STATE}
OPEN_TO_HALF_SIGNED_IN = {
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "set_language",
    "healthz",
    "readyz",
}
SET_UP = {"mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}
"""Closed to whoever has a second factor already and has not shown it: a recovery code would stand in for it."""


def is_passed(request):
    """Whether this session was opened, or confirmed since, with a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_fresh(request):
    """Whether the person of this session signed in, or proved again who she is, within ``FRESH_SIGN_IN_SECONDS``."""
    records = get_authentication_records(request, request.user)
    return bool(records) and clock.now().timestamp() - records[-1]["at"] < settings.FRESH_SIGN_IN_SECONDS


def has_one(user):
    return user.authenticator_set.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class SecondFactorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated:
            if SESSION_KEY in request.session:
                request.session.flush()  # of an account that was disabled or whose access ended: over on the server too
            return self.get_response(request)
        if user.audience not in NEEDED_BY or is_passed(request):
            return self.get_response(request)
        return self.lead_to_second_factor(request)

    def lead_to_second_factor(self, request):
        enrolled = has_one(request.user)
        allowed = OPEN_TO_HALF_SIGNED_IN - SET_UP if enrolled else OPEN_TO_HALF_SIGNED_IN
        if self.name_of(request.path_info) in allowed:
            return self.get_response(request)
        target = reverse("mfa_reauthenticate" if enrolled else "mfa_index")
        if request.method in {"GET", "HEAD"}:
            target += "?" + urlencode({"next": request.get_full_path()})
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect(target)

    @staticmethod
    def name_of(path):
        try:
            return resolve(path).url_name
        except Resolver404:
            return ""


def record_second_factor(request, kind):
    """The factor just added was proven in this session: it need not be asked for again."""
    added = request.user.authenticator_set.filter(type=kind).latest("pk")
    record_authentication(request, request.user, method="mfa", id=added.pk, type=added.type, reauthenticated=True)


class OnlyWhenFresh:
    """Keeps whoever finds a device signed in from making a way into the account: a passkey, a password, an address.

    A person with neither password nor second factor has nothing to prove it with but signing in once more.
    """

    instead = "account_settings"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated or is_fresh(request):
            return super().dispatch(request, *args, **kwargs)
        if get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        messages.warning(
            request,
            _t(
                "You signed in a while ago. Sign out and in again first: nobody else can do this on a device left open."
            ),
        )
        return redirect(self.instead)


class AddAuthenticatorAppView(OnlyWhenFresh, ActivateTOTPView):
    instead = "mfa_index"

    def form_valid(self, form):
        response = super().form_valid(form)
        record_second_factor(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskeyView(OnlyWhenFresh, AddWebAuthnView):
    instead = "mfa_index"

    def form_valid(self, form):
        response = super().form_valid(form)
        record_second_factor(self.request, Authenticator.Type.WEBAUTHN)
        return response
