"""Forms of the account pages."""

from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .users import User

ADDRESS_ATTRS = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "dir": "ltr"}
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "class": "ga-code-input"}


class AskForCodeForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send you a six-digit code. It works for 15 minutes."),
        max_length=254,
        widget=forms.EmailInput(attrs=ADDRESS_ATTRS),
    )

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()


class StartForm(AskForCodeForm):
    """For a person who comes for the first time."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    )
    field_order = ["name", "email"]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        help_text=_("Spaces do not matter. You can paste it."),
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRS),
    )
    keep = forms.BooleanField(
        label=_("Keep me signed in on this device for 14 days"),
        help_text=_("Only if nobody else uses it."),
        required=False,
    )


class PasswordSignInForm(LoginForm):
    """allauth's form, in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs = {**ADDRESS_ATTRS, "id": "id_login"}
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class AddPasskeyForm(AddWebAuthnForm):
    """allauth's form, in our words: a passkey signs in by itself unless the person says otherwise."""

    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone"),
        help_text=_("It asks for your fingerprint, your face or the PIN of the device, and for no code."),
        required=False,
        initial=True,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey, for your list")


def time_zones():
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return [("", _("That of the meeting")), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class AccountForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Show my time as"), choices=time_zones, required=False)
    language = forms.ChoiceField(label=_("Language of letters and pages"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})}
