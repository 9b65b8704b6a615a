"""What an officer types to go with a verb."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imrf_portal.form_fields import LongTextField

from . import staffing
from .models import ReasonCode


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
        widget=forms.Textarea(attrs={"rows": 2}),
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
