"""Forms of registration. ``field.audience`` is who can see the answer; the page shows it as a badge."""

from operator import attrgetter

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal.form_fields import LongTextField, NameField
from sessions_app.models import ForumSession

from . import guardians
from .models import Representative
from .people import OWN_FIELDS


class PersonForm(forms.Form):
    """What is asked of a representative: only what is needed."""

    name = NameField(
        limit=200,
        label=_("Name as in the passport"),
        help_text=_("All names in the order of the passport. One word is fine."),
        error_messages={"required": _("Give the name as in the passport.")},
    )
    function = NameField(limit=150, required=False, label=_("Function"))
    email = forms.EmailField(required=False, label=_("E-mail address"))
    phone = NameField(limit=40, required=False, label=_("Telephone"), widget=forms.TextInput(attrs={"dir": "ltr"}))
    gender = forms.ChoiceField(
        required=False,
        label=_("Gender"),
        choices=Representative.Gender.choices,
        help_text=_("Only for balance among speakers."),
    )
    languages = NameField(limit=120, required=False, label=_("Languages"))
    access_needs = LongTextField(
        limit=1000,
        required=False,
        label=_("Access needs"),
        help_text=_("For example: step-free way, sign language, an assistant."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wants_visa_letter = forms.BooleanField(required=False, label=_("A visa support letter is wanted"))
    passport_number = NameField(
        limit=30,
        required=False,
        label=_("Passport number"),
        help_text=_("For the visa letter and the grounds pass only. It is erased 30 days after the meeting."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    is_minor = forms.BooleanField(
        required=False,
        label=_("Under 18 on the first day of the meeting"),
        help_text=_("Then we ask a parent or guardian. Until they agree there is no letter, no pass and no entry."),
    )
    guardian_name = NameField(limit=200, required=False, label=_("If under 18: name of a parent or guardian"))
    guardian_email = forms.EmailField(required=False, label=_("If under 18: e-mail address of the parent or guardian"))
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args, person=None, forum, own=False, **kwargs):
        self.guardian = guardian = guardians.form_of(person) if person is not None else None
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in OWN_FIELDS} | {
                "agreed": bool(person.consented_at),
                "guardian_name": guardian.name if guardian else "",
                "guardian_email": guardian.email if guardian else "",
            }
        super().__init__(*args, **kwargs)
        shown = forum.registrations_are_public
        for name, field in self.fields.items():
            field.audience = "public" if shown and name in {"name", "function"} else "secretariat"
        agreed = self.fields["agreed"]
        agreed.audience = None
        agreed.required = own
        agreed.error_messages["required"] = _t("We may only keep this if you agree.")
        agreed.label = self._agreement(own=own, shown=shown)

    @staticmethod
    def _agreement(*, own, shown):
        if own and shown:
            return _t(
                "I agree that this is kept for the meeting, and that my name and function are on its public list."
            )
        if own:
            return _t("I agree that this is kept for the meeting.")
        if shown:
            return _t("The person agrees that this is kept for the meeting, with name and function on its public list.")
        return _t("The person agrees that this is kept for the meeting.")

    def clean(self):
        answers = super().clean()
        if answers.get("is_minor") and not (self.guardian and self.guardian.agreed_at):
            for name in guardians.ASKED:
                if not answers.get(name) and name not in self.errors:
                    self.add_error(
                        name, _t("A person under 18 needs the agreement of a parent or guardian. Whom do we ask?")
                    )
        return answers

    @property
    def answers(self):
        return {name: self.cleaned_data[name] for name in (*OWN_FIELDS, *guardians.ASKED)}


class GuardianAgreementForm(forms.Form):
    """What a parent or guardian says on the own page."""

    relation = NameField(
        limit=80, label=_("Your relation to the person"), error_messages={"required": _("Say how you are related.")}
    )
    phone = NameField(
        limit=40,
        label=_("Telephone at which you can be reached during the meeting"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Give a telephone number.")},
    )
    accompanied_by = NameField(
        limit=200,
        label=_("Who of age accompanies the person at the meeting"),
        error_messages={"required": _("Name somebody of age who accompanies the person.")},
    )
    agreed = forms.BooleanField(
        label=_("I am the parent or guardian of this person, and I agree."),
        error_messages={"required": _("Tick this to agree.")},
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    name = NameField(limit=200, required=False, label=_("Name"))


class PersonChoiceForm(forms.Form):
    """Choose one of the organization's people."""

    representative = forms.ModelChoiceField(
        queryset=Representative.objects.none(),
        label=_("Person"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["representative"].queryset = people
        self.fields["representative"].label_from_instance = attrgetter("known_as")


class PriorityForm(forms.Form):
    """Who goes first after the one with priority leaves."""

    next = forms.ChoiceField(label=_("Who goes first now?"), widget=forms.RadioSelect)

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["next"].choices = [(str(one.representative_id), one.representative.known_as) for one in others]


class SpeakingForm(PersonChoiceForm):
    topic = NameField(limit=300, label=_("Topic"), error_messages={"required": _("Say what the person speaks about.")})
    language = NameField(
        limit=40, label=_("Language of the statement"), error_messages={"required": _("Say in which language.")}
    )
    presents_summary = forms.BooleanField(required=False, label=_("Can present the summary of the hearing"))

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        if session.kind != ForumSession.Kind.HEARING:
            del self.fields["presents_summary"]


class BulkForm(forms.Form):
    """A list to paste, or a file."""

    rows = LongTextField(
        limit=100_000,
        required=False,
        label=_("Paste the list"),
        help_text=_(
            "One person and session in each line: session, name, e-mail address, function, priority (x). For somebody "
            "under 18 also: under 18 (x), name and e-mail address of a parent or guardian, whom we ask."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        required=False, label=_("Or choose a file"), help_text=_("CSV (UTF-8) or XLSX, up to 1 MB, first sheet.")
    )

    def clean(self):
        answers = super().clean()
        if not self.errors and not answers.get("rows") and not answers.get("file"):
            self.add_error("rows", _t("Paste a list, or choose a file."))
        return answers
