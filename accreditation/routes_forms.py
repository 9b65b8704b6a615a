"""Forms of the route finder."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imrf_portal.geography import Country

from . import csonet, names
from .models import OrganizationType


def country_choices():
    """Countries and areas by their UN names in the reader's language, in its order."""
    countries = sorted(Country.objects.all(), key=lambda country: names.key(country.name))
    return [("", _("Choose a country or area")), *((country.pk, country.name) for country in countries)]


class RouteForm(forms.Form):
    name = forms.CharField(
        label=_("Name of your organization"),
        help_text=_("The official name, as on your certificate. A former name works too."),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "spellcheck": "false"}),
        error_messages={"required": _("Type the name of your organization.")},
    )
    country = forms.ChoiceField(
        label=_("Country or area of your headquarters"),
        error_messages={"required": _("Choose the country or area where your headquarters are.")},
    )
    type = forms.ChoiceField(
        label=_("Type of organization"),
        choices=[("", _("Choose a type")), *OrganizationType.choices],
        error_messages={"required": _("Choose what your organization is.")},
    )
    csonet_url = forms.CharField(
        label=_("Address of your CSOnet profile"),
        help_text=_("If you have one. We do not open it. A profile alone is not consultative status."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()

    def clean_name(self):
        name = names.clean(self.cleaned_data["name"])
        if not any(character.isalnum() for character in name):
            raise forms.ValidationError(_("Type the name in letters or numbers."))
        return name

    def clean_csonet_url(self):
        address = self.cleaned_data["csonet_url"]
        profile = csonet.read(address)
        if profile and profile.explanation:
            raise forms.ValidationError(profile.explanation)
        return address


class NotUsForm(forms.Form):
    note = forms.CharField(
        label=_("What is different?"),
        help_text=_("For example: we are a branch, or we left that organization in 2019."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
