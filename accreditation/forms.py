"""Forms of the applicant: the questions of each step, cleaned and measured as everywhere.

Plain forms over the answers of the row, not model forms: what is typed is saved by ``drafting.save_answers``, which
compares it with the row as it stands, so the row itself must not change while the form is cleaned.
"""

from copy import deepcopy

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from imrf_portal import geography, texts
from imrf_portal.form_fields import LongSelect, LongTextField, NameField, WebAddressField

from . import completeness
from .models import OrganizationType
from .visibility import ANSWERS

LONGEST_KEPT = 20_000
"""A long answer over the limit of the Call is kept in the draft up to this length."""


def _countries():
    return [("", _("Choose a country")), *geography.choices()]


def _types():
    return [("", _("Choose a type")), *OrganizationType.choices]


class EmailField(NameField):
    """An e-mail address on one line."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    default_validators = forms.EmailField.default_validators

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"dir": "ltr"}


def _questions():
    long_text = {"limit": 2000, "widget": forms.Textarea(attrs={"rows": 8})}
    return {
        "name": NameField(
            label=_("Official name of your organization"),
            help_text=_("As it is written on your certificate, in its own language and script."),
        ),
        "acronym": NameField(label=_("Acronym"), limit=40),
        "former_names": LongTextField(
            label=_("Former names"),
            help_text=_("One on each line."),
            limit=1000,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        "country": forms.ChoiceField(
            label=_("Country of headquarters"),
            help_text=_("Where your organization is registered."),
            choices=lazy(_countries, list)(),
            widget=LongSelect,
            error_messages={"invalid_choice": _("Choose a country from the list.")},
        ),
        "type": forms.ChoiceField(
            label=_("Type of organization"),
            help_text=_("You can change it later: no answer depends on it, so none is dropped."),
            choices=_types,
            widget=LongSelect,
            error_messages={"invalid_choice": _("Choose a type from the list.")},
        ),
        "women_led": forms.ChoiceField(
            label=_("Is your organization led by women?"),
            help_text=_("You say this yourself. It is used for counts, and never decides about an application."),
            choices=[("yes", _("Yes")), ("no", _("No")), ("", _("I do not want to say"))],
            widget=forms.RadioSelect,
        ),
        "head_name": NameField(label=_("Name of the head of your organization"), limit=150),
        "head_title": NameField(
            label=_("Title of the head"), help_text=_("For example: President, Director."), limit=150
        ),
        "contact_name": NameField(label=_("Name of the contact person"), limit=150),
        "contact_email": EmailField(
            label=_("E-mail address of the contact person"),
            help_text=_("Our letters go to this address."),
            limit=254,
            error_messages={"invalid": _("Enter an e-mail address, such as name@example.org.")},
        ),
        "contact_phone": NameField(
            label=_("Telephone of the contact person"),
            help_text=_("With the country code."),
            limit=40,
            widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"}),
        ),
        "languages": NameField(
            label=_("Languages in which we can write to you"),
            help_text=_("For example: English, Spanish."),
            limit=200,
        ),
        "homepage": WebAddressField(
            label=_("Homepage of your organization"),
            help_text=_("A website, a social media page or any web address. For example: facebook.com/ourgroup."),
        ),
        "scope": LongTextField(
            label=_("What does your organization do in the field of migration?"),
            help_text=_("Say who you work with, where, and since when. Give one or two examples."),
            **long_text,
        ),
        "compact": LongTextField(
            label=_("How do you take part in the Global Compact for Migration?"),
            help_text=_(
                "Describe your part in its implementation, follow-up or review. If this is your first time, say what "
                "you plan to do."
            ),
            **long_text,
        ),
        "reason": LongTextField(
            label=_("Why do you want to take part in this meeting?"),
            help_text=_("Member States may read this text if they ask for it."),
            **long_text,
        ),
    }


QUESTIONS = _questions()
"""The question of every answer but the declaration."""


def question(name):
    """How an answer or document is called: the words above its control."""
    if name in QUESTIONS:
        return QUESTIONS[name].label
    if name == "declared":
        return _("Declaration")
    return dict(_DOCUMENT_NAMES)[name]


_DOCUMENT_NAMES = (
    ("legal_status", _("Proof of legal status")),
    ("head_letter", _("Letter from the head of your organization")),
)


class AnswersForm(forms.Form):
    """Some questions of the form over the answers of one application.

    ``complete`` says whether a required answer may be left empty (“save and come back later”). Beside each question a
    hidden ``seen_<answer>`` carries what the page showed when it was opened.
    """

    use_required_attribute = False

    def __init__(self, data=None, *, answers, application, complete=True, stored=None):
        self.complete = complete
        super().__init__(data, initial=stored)
        for name in answers:
            self.fields[name] = self._field(name, application.call)

    @staticmethod
    def _field(name, call):
        field = deepcopy(QUESTIONS[name])
        field.required = name not in completeness.OPTIONAL
        field.audience = ANSWERS[name].value
        if field.required:
            field.error_messages["required"] = completeness.SENTENCES[name]
        if name in completeness.LONG_ANSWERS:
            field.limit = call.text_limit
        if isinstance(field, LongTextField):
            field.max_length = field.limit
            field.widget.attrs["data-limit"] = str(field.limit)
        return field

    def full_clean(self):
        """Cleans; where the answers need not be complete, an empty one is no error, and still not called optional."""
        required = [] if self.complete else [field for field in self.fields.values() if field.required]
        for field in required:
            field.required = False
        super().full_clean()
        for field in required:
            field.required = True

    def values(self):
        """What can be saved: every answer without an error, and long texts over the limit, kept until shortened."""
        return {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data} | self._too_long()

    def _too_long(self):
        kept = {}
        for name in completeness.LONG_ANSWERS:
            if self.has_error(name, "over_limit"):
                text = self.fields[name].to_python(self[name].data)
                if len(text) <= LONGEST_KEPT:
                    kept[name] = text
        return kept

    def seen(self):
        """What the page showed when it was opened, cleaned as an answer is; only what the page sent."""
        seen = {}
        for name, field in self.fields.items():
            shown = self.data.get(f"seen_{name}")
            if shown is None:
                continue
            try:
                seen[name] = field.to_python(shown)
            except ValidationError:
                seen[name] = shown
        return seen

    def shown(self):
        """The hidden values to send with the page: pairs of answer and text."""
        return [
            (name, self.data.get(f"seen_{name}", "") if self.is_bound else self.initial.get(name, ""))
            for name in self.fields
        ]

    def typed(self):
        """What arrived for each answer, as it was typed: for pages that give it back."""
        return {name: texts.LINE_BREAKS.sub("\n", self.data.get(name) or "") for name in self.fields}


class DeclarationForm(forms.Form):
    """What is confirmed each time the application is sent."""

    use_required_attribute = False
    declared = forms.BooleanField(
        label=_("I may speak for this organization, and the answers are correct."),
        error_messages={"required": completeness.SENTENCES["declared"]},
    )
    understood = forms.BooleanField(
        label=_("I understand what may be shared with Member States."),
        error_messages={"required": _("Confirm that you understand what may be shared.")},
    )


class ReasonForm(forms.Form):
    """Why a late submission is asked for."""

    use_required_attribute = False
    reason = LongTextField(
        label=_("What stopped you?"),
        help_text=_("One or two sentences, in any of the six official languages. For example: the power went out."),
        limit=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what kept you from sending it in time.")},
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].max_length = 600


class WithdrawForm(forms.Form):
    """A withdrawal, with a reason if the person wants to give one."""

    reason = LongTextField(label=_("Reason"), required=False, limit=600, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].max_length = 600


TEXTS = frozenset(QUESTIONS) - {"country", "type", "women_led"}
"""Answers that are words of the applicant; the others are choices."""


def shown_value(name, value):
    """An answer (as stored) as a person reads it."""
    match name:
        case "country":
            return geography.name_of(value)
        case "type":
            return OrganizationType(value).label if value else ""
        case "women_led":
            return {"yes": _("Yes"), "no": _("No")}.get(value, "")
    return value


def display(name, application):
    """An answer of this application as a person reads it."""
    return shown_value(name, application.country_id if name == "country" else getattr(application, name))
