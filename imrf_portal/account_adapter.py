"""How django-allauth works here: who may sign in, where its letters go, how second factors are kept."""

import base64
import io
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import clock, mail, written
from .middleware import client_network
from .second_factor import is_fresh
from .users import User, end_sessions

LETTERS = {
    "account/email/password_reset_key": "account_password_reset",
    "account/email/unknown_account": "account_unknown",
    "account/email/account_already_exists": "account_address_taken",
    "account/email/email_confirmation": "account_confirm_address",
    "account/email/email_confirmation_signup": "account_confirm_address",
}
NOTICES = {
    "account/email/password_changed": _("The password of your account was changed."),
    "account/email/password_set": _("A password was set for your account."),
    "account/email/password_reset": _("The password of your account was set anew."),
    "account/email/email_changed": _("The e-mail address of your account was changed."),
    "account/email/email_confirm": _("The e-mail address of your account was confirmed."),
    "account/email/email_deleted": _("An e-mail address was removed from your account."),
    "mfa/email/totp_activated": _("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
}
PASSED_ON = {"code", "password_reset_url"}


class AccountBackend(AuthenticationBackend):
    """Accounts that are disabled, or whose access has ended, are nobody: checked at each request."""

    def get_user(self, user_id):
        found = written.found(lambda key: User.objects.filter(pk=key), user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and not user.access_has_ended()


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """allauth's letters go through the outbox, so that a mail server that is away changes no answer."""
        template = LETTERS.get(template_prefix, "account_notice")
        mail.queue(
            f"account:{secrets.token_hex(12)}",
            template,
            to=email,
            context={
                "notice": NOTICES.get(template_prefix, ""),
                "moment": clock.now(),
                "sign_in_url": settings.PORTAL_URL + reverse("account_login"),
                **{key: value for key, value in context.items() if key in PASSED_ON},
            },
            language=get_language() or "en",
        )

    def get_reset_password_from_key_url(self, key):
        uid, _dash, token = key.partition("-")
        return settings.PORTAL_URL + reverse("account_reset_password_from_key", args=[uid, token])

    def get_client_ip(self, request):
        return client_network(request)

    def _get_login_attempts_cache_key(self, request, **credentials):
        return f"{client_network(request)}:{credentials.get('email', '').lower()}"

    def is_safe_url(self, url):
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_login(self, request, user, **hooks):
        if user.access_has_ended() or not user.is_active:
            clear_login(request)
            return access_ended(request, user)
        return None

    def set_password(self, user, password):
        super().set_password(user, password)
        end_sessions(user, except_for=self.request.session.session_key)

    def get_password_change_redirect_url(self, request):
        return reverse("account_settings")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who has just signed in for the first time adds a second factor without signing in once more."""
        if app == "allauth.mfa" and not self.request.user.authenticator_set.exists() and is_fresh(self.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


def access_ended(request, user):
    """The page for a person who proved to be ``user`` and may not come in any more."""
    administrators = []
    if user.member_state_id:
        administrators = (
            User.objects.with_access()
            .filter(member_state=user.member_state_id, mission_role=User.MissionRole.ADMINISTRATOR)
            .exclude(pk=user.pk)
        )
    return render(request, "account/access_ended.html", {"person": user, "administrators": administrators}, status=403)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted with a key made from ``SECRET_KEY`` (old keys still open them)."""

    def encrypt(self, text):
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user, type):
        count = user.authenticator_set.filter(type=type).count()
        return _t("Passkey %(number)s") % {"number": count + 1}

    def _get_site_name(self):
        return str(settings.MFA_TOTP_ISSUER)

    def build_totp_svg(self, url):
        import segno

        picture = io.BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=4, light="white")
        return picture.getvalue().decode()


def keys():
    return MultiFernet([Fernet(fernet_key(key)) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def fernet_key(secret):
    return base64.urlsafe_b64encode(
        salted_hmac("imrf_portal.second_factor", "", secret=secret, algorithm="sha256").digest()
    )
