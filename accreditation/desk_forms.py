"""What an officer types to go with a verb."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import clock
from imrf_portal.form_fields import InstantField, LongTextField, NameField

from . import staffing
from .correspondence import AT, HELD, NOW
from .models import ReasonCode
from .models.letter_texts import placeholder_problems


class PlainForm(forms.Form):
    """Nothing to say."""


class ReasonForm(forms.Form):
    reason = LongTextField(label=_("Reason"), limit=2000, widget=forms.Textarea(attrs={"rows": 3}))


class OptionalReasonForm(ReasonForm):
    reason = LongTextField(
        label=_("Reason"),
        limit=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where an objection stands: the decision of the General Assembly."),
    )


class AgainstForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose")), *ReasonCode.choices])
    reason_text = LongTextField(label=_("In words"), limit=2000, widget=forms.Textarea(attrs={"rows": 3}))


def _despite(*, required):
    return LongTextField(
        label=_("Why you recommend it although something is left"),
        limit=1000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the history; the officer who signs reads it. The applicant does not."),
    )


class DespiteForm(forms.Form):
    """For one application of which something is left."""

    despite = _despite(required=True)


class DespiteForManyForm(forms.Form):
    """For many, of which something may be left."""

    despite = _despite(required=False)


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("Hand over to"), choices=staffing.choices)


class ShareOutForm(forms.Form):
    among = forms.MultipleChoiceField(
        label=_("Share out among"),
        choices=staffing.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each goes to who reads its language and holds least. You see who gets what first."),
    )


class NoteForm(forms.Form):
    text = LongTextField(
        label=_("New internal note"),
        limit=4000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "n"}),
        help_text=_("Write @ and a colleague’s name: your note then waits on their front page."),
    )


class LateRequestForm(forms.Form):
    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept the late submission")), ("no", _("Do not accept it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    hours = forms.IntegerField(
        label=_("Hours to send it, when accepted"), min_value=1, max_value=336, initial=48, required=False
    )
    answer = LongTextField(
        label=_("Reason; the applicant reads it"), limit=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ComposeForm(forms.Form):
    """A letter to many. What it gives can be kept as JSON: the hour is a text in ISO 8601."""

    subject = NameField(label=_("Subject"), limit=150)
    body = LongTextField(label=_("Text"), limit=10_000, widget=forms.Textarea(attrs={"rows": 12}))
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES, initial="en")
    when = forms.ChoiceField(
        label=_("When the letters go"),
        choices=[
            (HELD, _("They wait in the outbox until an officer lets them go")),
            (AT, _("At an hour that you choose")),
            (NOW, _("As soon as they are written")),
        ],
        initial=HELD,
        widget=forms.RadioSelect,
    )
    due_at = InstantField(label=_("The hour (New York)"), required=False)

    def __init__(self, *args, initial=None, **options):
        if initial and initial.get("due_at"):
            initial = {**initial, "due_at": datetime.fromisoformat(initial["due_at"])}
        super().__init__(*args, initial=initial, **options)

    def clean(self):
        given = super().clean()
        typed = {name: given.get(name) or "" for name in ("subject", "body")}
        for field, sentence in placeholder_problems(typed).items():
            self.add_error(field, sentence)
        due_at = given.get("due_at")
        if given.get("when") == AT and "due_at" not in self.errors:
            if due_at is None:
                self.add_error("due_at", _t("Choose the hour at which the letters go."))
            elif due_at <= clock.now():
                self.add_error("due_at", _t("This hour has passed. Choose a later one."))
        given["due_at"] = due_at.isoformat() if due_at and given.get("when") == AT else ""
        return given
