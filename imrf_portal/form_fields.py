"""Form fields for names, long texts and homepages: cleaned and measured in one way everywhere."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import texts, times, web_addresses
from .errors import Refused


class CleanedField(forms.CharField):
    """A text field that cleans with ``clean_text`` and says how many characters are over ``limit``.

    No ``maxlength`` reaches the page: a browser would cut a pasted text without a word, and counts differently.
    The counter on the page reads ``data-limit``.
    """

    clean_text = staticmethod(texts.clean)

    def __init__(self, *, limit, **options):
        self.limit = limit
        super().__init__(strip=False, **options)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"data-limit": str(self.limit)}

    def to_python(self, value):
        if value in self.empty_values:
            return self.empty_value
        try:
            return self.clean_text(str(value))
        except Refused as refusal:
            raise ValidationError(str(refusal), code="unreadable")

    def validate(self, value):
        super().validate(value)
        if over := max(0, len(value) - self.limit):
            raise ValidationError(texts.over_limit_sentence(over, self.limit), code="over_limit")


class NameField(CleanedField):
    """A name or another single line."""

    clean_text = staticmethod(texts.clean_name)

    def __init__(self, *, limit=255, **options):
        super().__init__(limit=limit, **options)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"dir": "auto"}


class LongTextField(CleanedField):
    """A text of several lines."""

    widget = forms.Textarea

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"dir": "auto"}


class WebAddressField(NameField):
    """A homepage; typed with or without ``https://``, so the input is of type text."""

    widget = forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"})
    clean_text = staticmethod(web_addresses.homepage)

    def __init__(self, **options):
        super().__init__(limit=web_addresses.LONGEST_ADDRESS, **options)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"dir": "ltr"}

    def to_python(self, value):
        return super().to_python(value) if str(value or "").strip() else self.empty_value


class LongSelect(forms.Select):
    """A list of many options without groups, written at once: Django draws two templates for each of 200 countries."""

    def render(self, name, value, attrs=None, renderer=None):
        options = _options(tuple((str(key), str(label)) for key, label in self.choices))
        for key in self.format_value(value):
            written = format_html('<option value="{}"', key)
            options = options.replace(f"{written}>", f"{written} selected>", 1)
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", attributes, mark_safe(options))


@lru_cache(maxsize=32)
def _options(choices):
    """Options of which none is chosen, as markup: lists are few, and the same on every page."""
    return str(format_html_join("", '<option value="{}">{}</option>', choices))


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""What can be the day of a meeting; beyond, what is counted from a day soon is no day any more."""


class DayInput(forms.DateInput):
    """A day as text, its month in letters: what a browser shows in a date field depends on the computer."""

    def __init__(self, attrs=None):
        super().__init__({"class": "wb-date", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value):
        return times.days_between(value, None) if isinstance(value, date) else value


class DayField(forms.DateField):
    """A day of a meeting or of its calendar."""

    widget = DayInput
    default_validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]

    def to_python(self, value):
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return times.read_day(value)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="invalid")


class InstantInput(forms.SplitDateTimeWidget):
    """A day, a time of 24 hours, and beside them the place whose clock is meant."""

    template_name = "widgets/instant.html"
    zone = times.HEADQUARTERS

    def __init__(self):
        time_attrs = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "17:00"}
        super().__init__(time_format="%H:%M", time_attrs=time_attrs)
        self.widgets[0] = DayInput({"aria-label": _("Day")})

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        place = times.city_of(self.zone)
        context["place"] = gettext("%(place)s time, 24 hours") % {"place": place}
        for part, name in zip(context["widget"]["subwidgets"], ("wb-date", "wb-time"), strict=True):
            part["attrs"]["class"] = f"{(attrs or {}).get('class', '')} {name}".strip()
        context["widget"]["subwidgets"][1]["attrs"]["aria-label"] = context["place"]
        return context


class HiddenInstant(forms.SplitHiddenDateTimeWidget):
    """What a field began with, as ``InstantField`` reads it: to know whether it was touched."""

    def __init__(self, attrs=None):
        super().__init__(attrs, date_format="%Y-%m-%d", time_format="%H:%M")


class InstantField(forms.MultiValueField):
    """A day and a time of the Forum's clock, as an aware datetime. Set ``zone`` (IANA name) before cleaning."""

    widget = InstantInput
    hidden_widget = HiddenInstant

    def __init__(self, **options):
        fields = (
            DayField(),
            forms.TimeField(input_formats=["%H:%M"], error_messages={"invalid": _("Enter a time, for example 17:00.")}),
        )
        super().__init__(fields=fields, require_all_fields=True, **options)

    @property
    def zone(self):
        """The clock that is meant, which the widget names beside the fields."""
        return self.widget.zone

    @zone.setter
    def zone(self, name):
        self.widget.zone = name

    def prepare_value(self, value):
        """An instant is shown on the clock of ``zone``, as it is read."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return value

    def clean(self, value):
        """A disabled field has its own instant for a value, and no clock to read it on."""
        return value if self.disabled else super().clean(value)

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)

    def compress(self, values):
        if not values:
            return None
        day, moment = values
        if day is None:
            raise ValidationError(
                _("Enter the day with its month in letters, for example 26 January 2027."), code="invalid"
            )
        try:
            return times.once(datetime.combine(day, moment or time(17, 0), tzinfo=ZoneInfo(self.zone)))
        except Refused as refusal:
            raise ValidationError(str(refusal), code="no_instant")


def in_zone(form, zone, *names):
    """Let the instants of ``form`` be read in ``zone``; returns the form."""
    for name in names:
        form.fields[name].zone = zone
    return form
