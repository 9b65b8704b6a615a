"""Addresses of the account pages: ours, and those of django-allauth that we use."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from . import account_views, profile_views, second_factor

urlpatterns = [
    path("", profile_views.account, name="account_settings"),
    path("login/", account_views.SignInView.as_view(), name="account_login"),
    path("signup/", account_views.start, name="account_signup"),
    path("code/", account_views.code, name="account_code"),
    path("link/<str:token>/", account_views.link, name="account_link"),
    path("next/", account_views.after_sign_in, name="after_sign_in"),
    path("sessions/", profile_views.sessions, name="usersessions_list"),
    path("erase/", profile_views.erase, name="account_erase"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("email/", profile_views.ChangeAddressView.as_view(), name="account_email"),
    path("email/confirm/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", profile_views.FirstPasswordView.as_view(), name="account_set_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/totp/activate/", second_factor.AddAuthenticatorAppView.as_view(), name="mfa_activate_totp"),
    path("second-factor/webauthn/add/", second_factor.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("second-factor/", include("allauth.mfa.urls")),
]
