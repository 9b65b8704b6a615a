"""Form fields for names, long texts and homepages: cleaned and measured in one way everywhere."""

from django import forms
from django.core.exceptions import ValidationError

from . import texts, web_addresses
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
