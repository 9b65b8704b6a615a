"""Forms of the account pages."""

import struct
from zoneinfo import available_timezones

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondProofAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from . import missions
from .access import Audience
from .errors import Refused
from .form_fields import NameField
from .users import User

ADDRESS_ATTRS = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "dir": "ltr"}
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "class": "ga-code-input"}


class AskForCodeForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send you a six-digit code. It works for 15 minutes."),
        max_length=254,
        widget=forms.EmailInput(attrs=ADDRESS_ATTRS),
        error_messages={"required": _("Type your e-mail address.")},
    )

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()


class StartForm(AskForCodeForm):
    """For a person who comes for the first time."""

    name = NameField(
        label=_("Your name"),
        limit=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type your name.")},
    )
    field_order = ["name", "email"]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        help_text=_("Spaces do not matter. You can paste it."),
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRS),
        error_messages={"required": _("Type the six digits from our e-mail.")},
    )
    keep = forms.BooleanField(
        label=_("Keep me signed in on this device for 14 days"),
        help_text=_("Only if nobody else uses it."),
        required=False,
    )


class InOurWords:
    """A form of allauth with our labels, and no label inside a field, where it is gone as soon as somebody types."""

    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class PasswordSignInForm(InOurWords, LoginForm):
    labels = {"login": _("E-mail address")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs = {**ADDRESS_ATTRS, "id": "id_login"}
        self.fields["password"].help_text = ""


class NewAddressForm(InOurWords, AddEmailForm):
    """A delegate moves to no address that the Mission could not have invited."""

    labels = {"email": _("New e-mail address")}

    def clean_email(self):
        address = super().clean_email()
        if self.user.audience == Audience.MEMBER_STATE and missions.is_private(address):
            try:
                missions.require_private_addresses_allowed()
            except Refused as refusal:
                raise forms.ValidationError(refusal.message) from refusal
        return address


class ForgottenPasswordForm(InOurWords, ResetPasswordForm):
    labels = {"email": _("E-mail address")}


class NewPassword(InOurWords):
    """The rules in one line, instead of Django's list."""

    labels = {
        "oldpassword": _("Password you use now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least ten characters, and none of the common passwords.")


class OtherPasswordForm(NewPassword, ChangePasswordForm):
    pass


class FirstPasswordForm(NewPassword, SetPasswordForm):
    pass


class PasswordByLinkForm(NewPassword, ResetPasswordKeyForm):
    pass


class PasswordAgainForm(InOurWords, ReauthenticateForm):
    pass


SECOND_PROOF = {"code": _("Six digits, or a recovery code")}


class UsedOnce:
    """Six digits are taken once, for all the time in which the app may still show them.

    allauth remembers them for one period; with ``MFA_TOTP_TOLERANCE`` they are good for more.
    """

    def clean_code(self):
        code = super().clean_code()
        periods = 2 * settings.MFA_TOTP_TOLERANCE + 1
        sign = f"second-proof:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(sign, "used", timeout=periods * mfa_settings.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondProofForm(UsedOnce, InOurWords, AuthenticateForm):
    labels = SECOND_PROOF


class RepeatSecondProofForm(UsedOnce, InOurWords, SecondProofAgainForm):
    labels = SECOND_PROOF


class SetUpAppForm(InOurWords, ActivateTOTPForm):
    labels = {"code": _("Six digits that the app shows")}


NO_DEVICE_SAYS_THIS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


class SaidByADevice:
    """What a browser sends in the name of a device, and no device has made, is a wrong answer and no error of ours."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except NO_DEVICE_SAYS_THIS as problem:
            raise get_adapter().validation_error("incorrect_code") from problem


class PasskeySignInForm(SaidByADevice, LoginWebAuthnForm):
    pass


class PasskeyProofForm(SaidByADevice, AuthenticateWebAuthnForm):
    pass


class RepeatPasskeyProofForm(SaidByADevice, ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(InOurWords, AddWebAuthnForm):
    """A passkey signs in by itself unless the person says otherwise."""

    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        help_text=_("It asks for your fingerprint, your face or the PIN of the device, and for no code."),
        required=False,
        initial=True,
    )

    labels = {"name": _("Name of the passkey, for your list")}

    def clean(self):
        try:
            return super().clean()
        except NO_DEVICE_SAYS_THIS as problem:
            raise get_adapter().validation_error("incorrect_code") from problem


def time_zones():
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return [("", _("That of the meeting")), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class AccountForm(forms.ModelForm):
    name = NameField(
        label=_("Name"),
        limit=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(label=_("Show my time as"), choices=time_zones, required=False)
    language = forms.ChoiceField(label=_("Language of letters and pages"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
