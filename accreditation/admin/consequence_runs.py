"""Many consequences of a new list settled in one way: worked out first, then each by itself, with one reason."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from imrf_portal.access import Capability
from imrf_portal.admin_tools import is_key, page, require
from imrf_portal.form_fields import LongTextField

from .. import consequences
from ..models import Consequence

CHANGELIST = "admin:accreditation_consequence_changelist"
MOST = 200
"""Lines settled in one go, while the officer waits."""


class SettleForm(forms.Form):
    """What becomes of each of the ``lines`` (one or many), and why; offers what is possible for any of them."""

    settlement = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    reason = LongTextField(
        label=_("Why"),
        limit=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the record. Where a request is declined, the organization reads it."),
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        possible = {choice for line in lines for choice in consequences.choices(line)}
        known = [choice for choice in Consequence.Settlement if choice in possible]
        self.fields["settlement"].choices = [(choice.value, choice.label) for choice in known]


def chosen(request, keys):
    """The lines of these keys that this officer may know of, in order, as their page and their verb need them."""
    lines = Consequence.objects.visible_to(request.user).filter(pk__in=keys)
    about = ("application__applicant", "accreditation", "recognition_request", "verdict__made_by")
    return list(lines.select_related("reference_list", "forum", *about).order_by("-found_at", "-pk")[: MOST + 1])


def settle_many(request):
    """POST shows the ticked lines; with ``step`` it works out what would follow, or does it and says what came."""
    require(request, Capability.REGISTER)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return show(request, chosen(request, [int(key) for key in request.POST.getlist("pick") if is_key(key)]))


def show(request, lines):
    if not lines or len(lines) > MOST:
        words = (
            _t("Tick at least one line.") if not lines else _t("Choose at most %(most)s at a time.") % {"most": MOST}
        )
        messages.error(request, words)
        return HttpResponseRedirect(reverse(CHANGELIST) + "?state=open")
    step = request.POST.get("step")
    form = SettleForm(request.POST if step else None, lines=lines)
    outcomes = None
    if step and form.is_valid():
        act = consequences.settle_each if step == "do" else consequences.rehearse_each
        outcomes = list(act(lines, by=request.user, **form.cleaned_data))
    is_done = outcomes is not None and step == "do"
    if is_done:
        settled = sum(not outcome.refusal for outcome in outcomes)
        messages.success(
            request, ngettext("%(count)s line settled.", "%(count)s lines settled.", settled) % {"count": settled}
        )
    return page(
        request,
        "admin/accreditation/consequences.html",
        admin.site,
        {
            "title": _t("Settle several consequences of new lists"),
            "form": form,
            "lines": lines,
            "outcomes": outcomes,
            "is_done": is_done,
            "will": sum(not outcome.refusal for outcome in outcomes or ()),
            "refused": sum(bool(outcome.refusal) for outcome in outcomes or ()),
            "letters": [letter for outcome in outcomes or () for letter in outcome.letters],
            "crumbs": [(reverse(CHANGELIST) + "?state=open", _t("Consequences of new lists"))],
        },
        status=422 if form.is_bound and form.errors else 200,
    )


admin.site.add_page("accreditation/consequence/settle/", settle_many, "accreditation_consequence_settle_many")
