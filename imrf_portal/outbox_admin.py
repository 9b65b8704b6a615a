"""The outbox at the desk: letters by state, one letter with what can be done with it, and the verbs on many."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import clock, mail, mail_problems, outbox, outbox_rows
from .access import Capability
from .admin_tools import ShownOnly, act_page, back_to, page, require
from .errors import Refused
from .form_fields import InstantField, LongTextField, NameField
from .mail import OutgoingMail
from .outbox_rows import OutboxFilters
from .times import short_at_zone

OUTBOX = "admin:imrf_portal_outgoingmail_changelist"
MOST = 1000
NAMED = 50
"""So many letters that stay as they are are named on the preview."""


class ReasonForm(forms.Form):
    reason = NameField(label=gettext_lazy("Why; colleagues read it"), limit=outbox.LONGEST_REASON)


class OptionalReasonForm(forms.Form):
    reason = NameField(label=gettext_lazy("Why; colleagues read it"), limit=outbox.LONGEST_REASON, required=False)


class HourForm(forms.Form):
    due_at = InstantField(label=gettext_lazy("When the letter goes (New York)"))


class TextForm(forms.Form):
    subject = NameField(label=gettext_lazy("Subject"), limit=250)
    body = LongTextField(
        label=gettext_lazy("Text"), limit=outbox.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 16})
    )


@dataclass(frozen=True)
class OutboxVerb:
    """How the desk asks for one verb of ``outbox``; ``in_bulk``: on many letters at once, too."""

    label: Any
    done: Any
    effect: Any
    form: type = forms.Form
    in_bulk: bool = True


VERBS = {
    "release": OutboxVerb(
        gettext_lazy("Let go"), gettext_lazy("The letter goes."), gettext_lazy("It is posted at its hour.")
    ),
    "replay": OutboxVerb(
        gettext_lazy("Send again"),
        gettext_lazy("The letter is posted again."),
        gettext_lazy("It is posted again, to the same address."),
    ),
    "readdress": OutboxVerb(
        gettext_lazy("Send to the present address"),
        gettext_lazy("The letter goes to the present address."),
        gettext_lazy("It is posted to the address that the person uses now."),
    ),
    "hold": OutboxVerb(
        gettext_lazy("Hold"),
        gettext_lazy("The letter is on hold."),
        gettext_lazy("It stays here until somebody lets it go."),
        OptionalReasonForm,
    ),
    "send_at": OutboxVerb(
        gettext_lazy("Set the hour"),
        gettext_lazy("The letter goes at the hour you set."),
        gettext_lazy("It is posted at that hour, and can be stopped until then."),
        HourForm,
    ),
    "edit": OutboxVerb(
        gettext_lazy("Change the text"),
        gettext_lazy("The text is changed. The letter is still on hold."),
        gettext_lazy("The first text is kept beside the new one. The letter stays on hold."),
        TextForm,
        in_bulk=False,
    ),
    "discard": OutboxVerb(
        gettext_lazy("Discard"),
        gettext_lazy("The letter is discarded. You can take this back on its page."),
        gettext_lazy("It is never posted. It stays in the record, and you can take this back."),
        ReasonForm,
    ),
    "restore": OutboxVerb(
        gettext_lazy("Take back from the discarded"),
        gettext_lazy("The letter is on hold again."),
        gettext_lazy("It is on hold again, and goes when somebody lets it go."),
    ),
}


@admin.register(OutgoingMail)
class OutboxAdmin(ShownOnly):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("act/", wrap(act), name="imrf_portal_outgoingmail_act"),
            path("<int:pk>/do/<slug:verb>/", wrap(do), name="imrf_portal_outgoingmail_do"),
        ]
        return own + super().get_urls()

    def get_queryset(self, request):
        return mail.readable_by(request.user)

    def changelist_view(self, request, extra_context=None):
        require(request, Capability.VIEW)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        filters = OutboxFilters.read(request.GET)
        found = Paginator(filters.select(request.user), outbox_rows.PER_PAGE).get_page(filters.page)
        figures = outbox_rows.figures(request.user)
        return page(
            request,
            "admin/desk/outbox.html",
            self.admin_site,
            {
                "title": _("Letters"),
                "lead": _("The portal is the record; e-mail is a copy. People read their letters after signing in."),
                "filters": filters,
                "figures": figures,
                "page_obj": found,
                "rows": [outbox_rows.row_of(letter) for letter in found],
                "tabs": [
                    (name, label, figures["tabs"][name], filters.address(tab=name))
                    for name, (label, _states) in outbox_rows.TABS.items()
                ],
                "kinds": [
                    (template, outbox_rows.kind_in_words(template))
                    for template in mail.readable_by(request.user)
                    .order_by("template")
                    .values_list("template", flat=True)
                    .distinct()
                ],
                "address": filters.address(page=filters.page),
                "without_key": filters.address(key=""),
                "may_act": outbox.may_act(request.user),
                "bulk_choices": [(name, verb.label) for name, verb in VERBS.items() if verb.in_bulk],
            },
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One letter as it was written, and what can be done with it now."""
        require(request, Capability.VIEW)
        letter = self.get_object(request, object_id)
        if letter is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        return page(
            request,
            "admin/desk/outbox_letter.html",
            self.admin_site,
            {
                "title": letter.subject,
                "letter": letter,
                "row": outbox_rows.row_of(letter),
                "problem": mail_problems.words_of(letter.last_error),
                "present_address": outbox.present_address(letter),
                "offers": [
                    (name, verb) for name, verb in VERBS.items() if outbox.refusal(name, letter, request.user) is None
                ],
                "crumbs": [(reverse(OUTBOX), _("Letters"))],
            },
        )


def _name_of(letter):
    return f"{letter.subject} ({letter.to})"


def do(request, pk, verb):
    """One verb on one letter: what follows, what is typed with it, then the act."""
    require(request, Capability.VIEW)
    if verb not in VERBS:
        raise Http404
    letter = get_object_or_404(mail.readable_by(request.user).select_related("recipient", "stopped_by"), pk=pk)
    chosen = VERBS[verb]
    initial = {"subject": letter.subject, "body": letter.body, "due_at": max(letter.due_at, clock.now())}
    return act_page(
        request,
        admin.site,
        lambda **values: outbox.VERBS[verb](letter, by=request.user, **values),
        title=f"{chosen.label}: {letter.subject}",
        label=chosen.label,
        done=chosen.done,
        back=reverse("admin:imrf_portal_outgoingmail_change", args=[pk]),
        form=chosen.form(request.POST or None, initial=initial),
        crumbs=[(reverse(OUTBOX), _("Letters")), (reverse("admin:imrf_portal_outgoingmail_change", args=[pk]), pk)],
        facts=[
            (_("To"), outbox.present_address(letter) or letter.to if verb == "readdress" else letter.to),
            (_("Written"), short_at_zone(letter.written_at)),
            (_("State"), outbox_rows.state_in_words(letter)),
        ],
        effect=chosen.effect,
    )


def _picked(request):
    """The letters that were ticked, or all that the filters show."""
    if request.POST.get("scope") == "all":
        return OutboxFilters.read(QueryDict(request.POST.get("filters", ""))).select(request.user)
    keys = [int(key) for key in request.POST.getlist("pick") if key.isascii() and key.isdigit() and len(key) < 18]
    return mail.readable_by(request.user).filter(pk__in=keys).select_related("recipient", "stopped_by").order_by("pk")


def act(request):
    """One verb on many letters: how many change and which not, then the act; those named on the preview, no others."""
    require(request, Capability.VIEW)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    name, fallback = request.POST.get("verb", ""), reverse(OUTBOX)
    chosen = VERBS.get(name)
    letters = list(_picked(request)[: MOST + 1])
    if chosen is None or not chosen.in_bulk or not letters or len(letters) > MOST:
        messages.error(
            request,
            _("Choose at most %(most)s letters at a time.") % {"most": MOST}
            if len(letters) > MOST
            else _("Choose at least one letter, and what to do."),
        )
        return back_to(request, fallback)
    refusals = {letter.pk: outbox.refusal(name, letter, request.user) for letter in letters}
    possible = [letter for letter in letters if refusals[letter.pk] is None]
    step = request.POST.get("step")
    form = chosen.form(request.POST if step else None, initial={"due_at": clock.now()})
    if step == "do" and (form.is_valid() if form.fields else True):
        _do_all(request, name, possible, form.cleaned_data if form.fields else {}, len(letters))
        return back_to(request, fallback)
    return page(
        request,
        "admin/desk/outbox_act.html",
        admin.site,
        {
            "title": _("%(verb)s: %(count)s of %(total)s")
            % {"verb": chosen.label, "count": len(possible), "total": len(letters)},
            "verb": chosen,
            "name": name,
            "form": form,
            "possible": possible,
            "refused": [(letter, refusals[letter.pk]) for letter in letters if refusals[letter.pk]][:NAMED],
            "refused_count": len(letters) - len(possible),
            "next": request.POST.get("next", ""),
            "crumbs": [(fallback, _("Letters"))],
        },
        status=422 if form.errors else 200,
    )


def _do_all(request, name, letters, values, total):
    done, refusal = 0, ""
    for letter in letters:
        try:
            outbox.VERBS[name](letter, by=request.user, **values)
            done += 1
        except Refused as refused:
            refusal = str(refused)
    messages.info(
        request,
        ngettext("%(count)s letter changed.", "%(count)s letters changed.", done) % {"count": done}
        + (" " + _("%(left)s stay as they were.") % {"left": total - done} if total > done else ""),
    )
    if refusal:
        messages.warning(request, refusal)


def did_not_arrive(user):
    return mail.readable_by(user).filter(state__in=outbox.DID_NOT_ARRIVE)
