"""What a delegate fills in: the filters of a list, and an objection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imrf_portal.form_fields import LongTextField
from imrf_portal.forum import Forum
from imrf_portal.geography import Country

from .models import OrganizationType
from .names import fold
from .objections import BASIS_REQUIRED

BASIS_LIMIT = 3000


class ListFilter(forms.Form):
    """GET filters of a list; a value that means nothing filters nothing."""

    SORTS = [("name", _("Name")), ("-name", _("Name, from the end")), ("country", _("Country"))]

    q = forms.CharField(label=_("Name"), required=False, max_length=255)
    region = forms.ChoiceField(
        label=_("Region"), required=False, choices=[("", _("All regions")), *Country.RegionalGroup.choices]
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("All categories")), *OrganizationType.choices]
    )
    sort = forms.ChoiceField(required=False, choices=SORTS)

    def __init__(self, data, *, countries, with_category):
        super().__init__(data)
        named = sorted(((country.pk, country.name) for country in countries), key=lambda choice: fold(choice[1]))
        self.fields["country"].choices = [("", _("All countries")), *named]
        if not with_category:
            del self.fields["category"]
        self.is_valid()

    def chosen(self, name):
        return self.cleaned_data.get(name, "") if name in self.fields else ""

    def in_use(self):
        return any(self.chosen(name) for name in ("q", "region", "country", "category"))

    def applied_to(self, entries):
        """The entries that fit, in the order chosen."""
        if text := fold(self.chosen("q")):
            entries = entries.filter(folded_name__contains=text)
        if self.chosen("region"):
            entries = entries.filter(country__regional_group=self.chosen("region"))
        if self.chosen("country"):
            entries = entries.filter(country=self.chosen("country"))
        if self.chosen("category"):
            entries = entries.filter(category=self.chosen("category"))
        orders = {"-name": ["-position"], "country": ["country__name_en", "position"]}
        return entries.order_by(*orders.get(self.chosen("sort"), ["position"]))


class ObjectionForm(forms.Form):
    """An objection: the basis as the clause asks for it, other States, and the authority to object."""

    basis = LongTextField(
        limit=BASIS_LIMIT,
        required=False,
        label=_("General basis of the objection"),
        help_text=_("A general statement is enough. You can write in any of the six official languages."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    on_behalf_of = forms.ModelMultipleChoiceField(
        queryset=Country.objects.none(),
        required=False,
        label=_("Also on behalf of other Member States"),
        widget=forms.CheckboxSelectMultiple,
    )
    is_authorized = forms.BooleanField()

    def __init__(self, *args, forum, state, **options):
        super().__init__(*args, **options)
        self.state = state
        others = Country.objects.filter(kind=Country.Kind.MEMBER_STATE).exclude(pk=state.pk)
        self.fields["on_behalf_of"].queryset = others
        self.fields["is_authorized"].label = _(
            "I am authorized to object on behalf of the Permanent Mission of %(state)s."
        ) % {"state": state}
        self.fields["is_authorized"].error_messages["required"] = _(
            "Confirm that you are authorized, or ask a colleague who is."
        )
        if forum.clause == Forum.Clause.BARE:
            del self.fields["basis"]
        else:
            self.fields["basis"].audience = "request" if forum.clause == Forum.Clause.ON_REQUEST else "secretariat"
        self.needs_basis = forum.clause in BASIS_REQUIRED

    def groups_of_states(self):
        """The other Member States by regional group: ``[(group, how many are chosen, [(State, is chosen)])]``."""
        chosen = {str(value) for value in self["on_behalf_of"].value() or []}
        groups = {label: [] for label in Country.RegionalGroup.labels}
        for state in self.fields["on_behalf_of"].queryset:
            groups.setdefault(state.get_regional_group_display(), []).append((state, state.pk in chosen))
        return [
            (label or _("Other Member States"), sum(is_chosen for _state, is_chosen in rows), rows)
            for label, rows in groups.items()
            if rows
        ]
