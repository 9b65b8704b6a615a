"""Beside each thing that is asked about: why it is right as it stands, in words that the secretariat alone reads."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import texts
from imrf_portal.form_fields import LongTextField

from .forms import question
from .visibility import EXPLANATION

LIMIT = 1000


def name_of(target):
    """How the explanation beside an answer or document is called in a form: ``why_scope``."""
    return f"why_{target}"


def label_of(target):
    return _("%(question)s: why it is right") % {"question": question(target)}


class ExplanationsForm(forms.Form):
    """One explanation for each item of an information request; what the page did not send stays as it is.

    A hidden ``seen_why_<target>`` carries what the page showed when it was opened.
    """

    use_required_attribute = False

    def __init__(self, data=None, *, items):
        stored = {name_of(item.target): item.explanation for item in items}
        if data is not None:
            data = data.copy()
            for name, words in stored.items():
                if name not in data:
                    data[name] = data[f"seen_{name}"] = words
        super().__init__(data, initial=stored)
        self.targets = {name_of(item.target): item.target for item in items}
        for name in self.targets:
            field = LongTextField(
                label=gettext_lazy("Why it is right"),
                help_text=gettext_lazy("One sentence is enough."),
                required=False,
                limit=LIMIT,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            field.max_length, field.audience = LIMIT, EXPLANATION.value
            self.fields[name] = field

    def values(self):
        """``{target: words}`` of those without an error."""
        return {self.targets[name]: words for name, words in self.cleaned_data.items()}

    def seen(self):
        """``{target: words}`` as the page showed them, where it says so."""
        shown = {target: self.data.get(f"seen_{name}") for name, target in self.targets.items()}
        return {target: texts.clean(words) for target, words in shown.items() if words is not None}

    def typed(self):
        """What arrived, as it was typed; for pages that give it back."""
        return {name: text for name in self.targets if (text := texts.LINE_BREAKS.sub("\n", self.data[name]))}

    def add_conflict(self, theirs):
        """Say at each field what somebody else wrote there meanwhile (``{target: words}``)."""
        for target, words in theirs.items():
            sentence = _("Someone wrote here after you opened this page: “%(words)s”. Put both together, then save.")
            self.add_error(name_of(target), sentence % {"words": words})
