"""What an officer types to go with a verb."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from imrf_portal.form_fields import LongTextField

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


class NoteForm(forms.Form):
    text = LongTextField(label=_("New internal note"), limit=4000, widget=forms.Textarea(attrs={"rows": 2}))


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


class InstantField(forms.MultiValueField):
    """A day and a time of the Forum's clock, as an aware datetime. Set ``zone`` (IANA name) before cleaning."""

    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date", "class": "wb-date"}, time_attrs={"type": "time", "class": "wb-time"}
    )

    def __init__(self, **options):
        self.zone = "America/New_York"
        fields = (
            forms.DateField(input_formats=["%Y-%m-%d"], error_messages={"invalid": _("Enter a date.")}),
            forms.TimeField(input_formats=["%H:%M"], error_messages={"invalid": _("Enter a time, for example 17:00.")}),
        )
        super().__init__(fields=fields, require_all_fields=True, **options)
        self.widget = forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "class": "wb-date", "aria-label": _("Day")},
            time_attrs={"type": "time", "class": "wb-time", "aria-label": _("Time, 24 hours")},
        )

    def compress(self, values):
        if not values:
            return None
        day, moment = values
        return datetime.combine(day, moment or time(17, 0), tzinfo=ZoneInfo(self.zone))


def in_zone(form, zone, *names):
    """Let the instants of ``form`` be read in ``zone``; returns the form."""
    for name in names:
        form.fields[name].zone = zone
    return form
