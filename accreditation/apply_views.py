"""Beginning an application, and its pages with questions."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imrf_portal import error_views
from imrf_portal.access import Audience
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.forum import Call
from imrf_portal.kept_posts import keeps_post_login_required, kept_post

from . import (
    completeness,
    drafting,
    form_steps,
    forms,
    organization_types,
    rescue_views,
    section_changes,
    text_differences,
)
from .applicant_access import applicant_page, own_application
from .models import Application, RouteVerdict, Status
from .workflow import answers_of, late_permission


def _call(slug):
    calls = Call.objects.filter(kind=Call.Kind.SPECIAL_ACCREDITATION, forum__is_published=True)
    return get_object_or_404(calls.select_related("forum"), forum__slug=slug)


@never_cache
def apply(request, slug):
    """GET explains what comes, for anybody; POST begins the draft of the person who is signed in."""
    if request.method == "POST":
        return _begin(request, slug=slug)
    call = _call(slug)
    window = call.window()
    context = {"forum": call.forum, "call": call, "window": window, "verdict": _verdict(request, call)}
    if not window.is_open():
        context["drafts"] = _drafts(request, call)
        return render(request, "accreditation/apply_closed.html", context)
    return render(request, "accreditation/apply.html", context)


@keeps_post_login_required
def _begin(request, slug):
    call = _call(slug)
    try:
        application = drafting.start(call, by=request.user, verdict=_verdict(request, call))
    except Closed:
        return redirect("apply", slug)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    return redirect(application)


def _verdict(request, call):
    """The answer of the route finder that this person came by."""
    key = request.POST.get("verdict") or request.GET.get("verdict")
    if not key:
        return None
    return RouteVerdict.objects.filter(key=key[:20], forum=call.forum).select_related("country").first()


def _drafts(request, call):
    if Audience.of(request.user) != Audience.APPLICANT:
        return []
    return Application.objects.visible_to(request.user).filter(call=call)


@require_safe
def questions(request, slug):
    """The blank form: every question with its limit, to print or to prepare answers offline."""
    call = _call(slug)
    parts = [
        {
            "title": step.title,
            "questions": [
                {
                    "label": forms.QUESTIONS[name].label,
                    "help": forms.QUESTIONS[name].help_text,
                    "audience": drafting.ANSWERS[name].value,
                    "is_optional": name in completeness.OPTIONAL,
                    "limit": call.text_limit if name in completeness.LONG_ANSWERS else None,
                }
                for name in step.answers
            ],
        }
        for step in form_steps.STEPS.values()
    ]
    context = {"forum": call.forum, "call": call, "window": call.window(), "parts": parts}
    return render(request, "accreditation/apply_questions.html", context | {"documents": call.documents_asked.all()})


@applicant_page
def step(request, reference, key):
    """One page of the form: GET asks, POST saves; htmx saves on leaving a field."""
    page = form_steps.STEPS.get(key)
    if page is None:
        raise Http404
    application = own_application(request, reference)
    if request.method == "POST":
        return _save(request, application, page)
    try:
        drafting.require_editable(application, page.answers, by=request.user)
    except Refused as refusal:
        if application.status != Status.DRAFT or application.applicant_id != request.user.pk:
            messages.info(request, str(refusal))
        return redirect(application)
    if kept := kept_post(request):
        form = _form(_resolved(kept, application, page), page, application)
        form.is_valid()
        return _page(request, application, page, form, is_kept=True)
    return _page(request, application, page, _form(None, page, application))


def _form(data, page, application, *, complete=True):
    return forms.AnswersForm(
        data, answers=page.answers, application=application, complete=complete, stored=answers_of(application)
    )


def _save(request, application, page):
    autosave = bool(request.htmx)
    data = _resolved(request.POST, application, page)
    form = _form(data, page, application, complete=not (autosave or "later" in data))
    form.is_valid()
    values, seen, type_before = form.values(), form.seen(), application.type
    try:
        application = _save_what_nobody_changed(application, values, seen, by=request.user)
    except drafting.Conflict as conflict:
        return _conflict(request, conflict, page, form, autosave=autosave)
    except Closed as refusal:
        if autosave:
            return _fragment(request, application, form, refusal=refusal)
        return rescue_views.page(request, application, refusal, typed=form.typed())
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    notes = organization_types.what_changes(type_before, application.type)
    if autosave:
        return _fragment(request, application, form, saved=values, notes=notes)
    for note in notes:
        messages.info(request, note)
    if form.errors:
        return _page(request, application, page, form, saved=values, status=422)
    if "later" in data:
        messages.success(request, _("Saved. You can come back on any device."))
        return redirect(application)
    if application.status == Status.DRAFT:
        return redirect(form_steps.address(application, form_steps.after(page.key)))
    return redirect(form_steps.address(application, "check"))


def _save_what_nobody_changed(application, values, seen, *, by):
    """Save ``values``; where somebody else changed some of them, save the others before ``Conflict`` goes on."""
    try:
        return drafting.save_answers(application, values, by=by, seen=seen)
    except drafting.Conflict as conflict:
        rest = {name: value for name, value in values.items() if name not in conflict.theirs}
        conflict.application = drafting.save_answers(conflict.application, rest, by=by, seen=seen)
        raise


def _resolved(posted, application, page):
    """What was posted, the choices of the conflict page put in, and answers that were not sent left as they are."""
    data = posted.copy()
    stored = answers_of(application)
    for name in page.answers:
        match data.get(f"keep_{name}"):
            case "mine":
                data[name] = data.get(f"mine_{name}", "")
            case "theirs":
                data[name] = data.get(f"seen_{name}", "")
            case "joined":
                data[name] = data.get(f"joined_{name}", "")
        if name not in data:
            data[name] = data[f"seen_{name}"] = stored[name]
    return data


def _page(request, application, page, form, *, saved=(), is_kept=False, status=200):
    stored = answers_of(application)
    order = list(form_steps.ORDER)
    context = {
        "application": application,
        "forum": application.forum,
        "step": page,
        "form": form,
        "seen": [(name, stored[name] if name in saved else shown) for name, shown in form.shown()],
        "number": order.index(page.key) + 1,
        "total": len(order),
        "window": application.call.window(),
        "is_kept": is_kept,
        "change": _change_of_a_colleague(application, page, reader=request.user),
    }
    if not context["window"].is_open() and (late := late_permission(application)):
        context["window"] = drafting.late_window(application, late)
    return render(request, "accreditation/apply_step.html", context, status=status)


def _change_of_a_colleague(application, page, *, reader):
    """The last change of this section by somebody else; not asked while the reader was the last to save anything."""
    if application.saved_by_id == reader.pk:
        return None
    changes = section_changes.last_changes(application, reader=reader)
    return next((change for change in changes if change["key"] == page.key and not change["is_own"]), None)


def _fragment(request, application, form, *, saved=(), notes=(), refusal=None):
    """What htmx puts in place of the line “Draft saved”: the time, what could not be saved, the values now stored."""
    stored = answers_of(application)
    context = {
        "application": application,
        "forum": application.forum,
        "step_url": request.path,
        "problems": [message for messages_of in form.errors.values() for message in messages_of],
        "seen": [(name, stored[name]) for name in form.fields if name in saved],
        "notes": notes,
        "refusal": refusal,
        "swapped": True,
    }
    return render(request, "accreditation/apply_saved.html", context)


def _conflict(request, conflict, page, form, *, autosave):
    application = conflict.application
    if autosave:
        sentence = _("Someone changed this answer after you opened the page. Press “Save and continue” to compare.")
        return _fragment(request, application, form, refusal=sentence)
    pairs = []
    for name, other in conflict.theirs.items():
        mine = str(form.values()[name] or "")
        left, right = text_differences.marked(mine, str(other))
        pairs.append(
            {
                "name": name,
                "label": forms.question(name),
                "audience": drafting.ANSWERS[name].value,
                "mine": mine,
                "theirs": other,
                "left": left if name in forms.TEXTS else [(forms.shown_value(name, mine), True)],
                "right": right if name in forms.TEXTS else [(forms.shown_value(name, other), True)],
                "before": form.seen().get(name, ""),
                "joined": text_differences.joined(mine, str(other)) if name in completeness.LONG_ANSWERS else None,
            }
        )
    context = {
        "application": application,
        "forum": application.forum,
        "step": page,
        "pairs": pairs,
        "saved_by": conflict.saved_by,
        "saved_at": conflict.saved_at,
        "same_person": conflict.saved_by == request.user,
        "window": application.call.window(),
    }
    return render(request, "accreditation/conflict.html", context, status=409)
