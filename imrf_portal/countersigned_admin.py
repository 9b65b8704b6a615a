"""Second signatures at the desk: propose with a preview, the queue of what waits, sign or decline with a reason."""

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import countersigned
from .access import Capability, may
from .admin_tools import attempt, page, require
from .countersigned import CountersignedAct
from .form_fields import LongTextField

QUEUE = "admin:countersigned"
TABS = {
    "mine": (gettext_lazy("You can sign"), lambda acts, user: acts.signable_by(user)),
    "waiting": (gettext_lazy("All that wait"), lambda acts, user: acts.visible_to(user).waiting()),
    "settled": (
        gettext_lazy("Settled"),
        lambda acts, user: acts.visible_to(user).exclude(pk__in=acts.waiting().order_by().values("pk")),
    ),
}
PER_PAGE = 50


class DeclineForm(forms.Form):
    reason = LongTextField(
        label=gettext_lazy("Why you do not sign; the proposer reads it"),
        limit=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def rows_of(acts):
    """Each act with the words of its kind; acts of a kind that no app registers any more are left out."""
    for act in acts:
        if kind := countersigned.KINDS.get(act.kind):
            yield {"act": act, "label": kind.label, "sentence": kind.describe(act)}


def queue(request):
    require(request, Capability.VIEW)
    acts = CountersignedAct.objects
    wanted = request.GET.get("tab") if request.GET.get("tab") in TABS else "mine"
    found = TABS[wanted][1](acts, request.user).select_related("proposed_by", "signed_by", "ended_by")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "admin/desk/countersigned_queue.html",
        admin.site,
        {
            "title": _("Second signatures"),
            "lead": _("What one officer proposed is done when another has signed it."),
            "tabs": [(name, label) for name, (label, _rows) in TABS.items()],
            "tab": wanted,
            "page_obj": shown,
            "rows": list(rows_of(shown)),
        },
    )


def propose(request, kind, pk):
    """The page that proposes an act of one kind on one subject: words, what would follow, then the proposal."""
    chosen = countersigned.KINDS.get(kind)
    if chosen is None:
        raise Http404
    require(request, chosen.proposes)
    subject = get_object_or_404(chosen.subjects(request.user), pk=pk)
    form = chosen.form(request.POST or None, subject=subject)
    valid = request.method == "POST" and form.is_valid()
    if valid and request.POST.get("step") == "do":
        act = attempt(
            request,
            lambda: countersigned.propose(kind, subject, by=request.user, **form.cleaned_data),
            done=_("Proposed. It waits for the signature of another officer."),
        )
        if act:
            return redirect("admin:countersigned_act", act.pk)
    rehearsal = None
    if valid:
        rehearsal = countersigned.rehearse_proposal(kind, subject, by=request.user, **form.cleaned_data)
        if rehearsal.refused_field in form.fields:
            form.add_error(rehearsal.refused_field, rehearsal.refusal)
    return page(
        request,
        "admin/desk/countersigned_propose.html",
        admin.site,
        {
            "title": f"{chosen.label}: {subject}",
            "subject": subject,
            "form": form,
            "rehearsal": rehearsal,
            "back": chosen.address(subject.pk),
            "crumbs": [(reverse(QUEUE), _("Second signatures")), (chosen.address(subject.pk), str(subject))],
        },
        status=422 if request.method == "POST" and not valid else 200,
    )


def show(request, pk):
    """One act: what is proposed, what it rests on, what would follow; and the answer to it."""
    require(request, Capability.VIEW)
    act = get_object_or_404(
        CountersignedAct.objects.visible_to(request.user).select_related("proposed_by", "signed_by", "ended_by"), pk=pk
    )
    kind = countersigned.kind_of(act.kind)
    declining = request.POST.get("step") == "decline"
    form = DeclineForm(request.POST if declining else None)
    if request.method == "POST":
        if (answer := _answered(request, act, form)) is not None:
            return answer
        act.refresh_from_db()
    subject = kind.subjects(request.user).filter(pk=act.subject_id).first()
    changed = countersigned.differences(act, subject) if act.is_waiting and subject else []
    mine = act.proposed_by_id == request.user.pk
    waits = act.is_waiting and subject is not None and not changed
    return page(
        request,
        "admin/desk/countersigned_act.html",
        admin.site,
        {
            "title": f"{kind.label}: {act.subject_name}",
            "act": act,
            "sentence": kind.describe(act),
            "basis": [kind.shown(key, value, act) for key, value in act.rests_on.items()],
            "changed": changed,
            "is_late": act.is_waiting and subject is None,
            "form": form,
            "is_mine": mine,
            "may_sign": waits and not mine and may(request.user, kind.signs),
            "may_decline": act.is_waiting and not mine and may(request.user, kind.signs),
            "may_withdraw": act.is_waiting and mine,
            "rehearsal": countersigned.rehearse_signature(act, by=request.user) if waits else None,
            "subject_address": kind.address(act.subject_id),
            "crumbs": [(reverse(QUEUE), _("Second signatures"))],
        },
        status=422 if declining and form.errors else 200,
    )


def _answered(request, act, form):
    """The redirect after an answer that was given; None when it was refused, or needs words first."""
    here = HttpResponseRedirect(reverse("admin:countersigned_act", args=[act.pk]))
    match request.POST.get("step"):
        case "sign":
            attempt(request, lambda: countersigned.sign(act, by=request.user) or act, done=_("Signed, and done."))
        case "withdraw":
            attempt(request, lambda: countersigned.withdraw(act, by=request.user), done=_("Taken back."))
        case "decline":
            if not form.is_valid():
                return None
            reason = form.cleaned_data["reason"]
            attempt(request, lambda: countersigned.decline(act, by=request.user, reason=reason), done=_("Declined."))
        case _step:
            messages.error(request, _("Choose to sign or to decline."))
    return here


def waiting_for(user):
    return CountersignedAct.objects.signable_by(user)


admin.site.add_page("second-signatures/", queue, "countersigned")
admin.site.add_page("second-signatures/<int:pk>/", show, "countersigned_act")
admin.site.add_page("second-signatures/propose/<slug:kind>/<int:pk>/", propose, "countersigned_propose")
