"""Answering the questions of the secretariat: only what was asked is open, with a clock of its own."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from imrf_portal import clock, error_views, inspection
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.kept_posts import kept_post

from . import answer_forms, document_views, drafting, form_steps, forms, rescue_views, tracker, workflow
from .answer_forms import ExplanationsForm
from .applicant_access import applicant_page, own_application
from .models import Status
from .visibility import ANSWERS
from .workflow import answers_of


@applicant_page
def answer(request, reference):
    """GET shows each question with the answer it is about; POST saves, and with “send” answers."""
    application = own_application(request, reference)
    asked = workflow.open_request(application)
    if asked is None:
        if request.method == "POST":
            typed = {name: request.POST[name] for name in rescue_views.labels() if name in request.POST}
            if application.status == Status.CLOSED:
                sentence = Refused(_("The time to answer has passed."))
                return rescue_views.page(request, application, sentence, typed=typed)
            return error_views.refused(request, Refused(_("There is no open question. Your answers have arrived.")))
        return redirect(application)
    items = list(asked.items.all())
    if request.method == "POST":
        return _take(request, application, asked, items)
    if clock.now() >= asked.answer_by:
        return redirect(application)
    kept = kept_post(request)
    form = _form(_completed(kept, items, application) if kept else None, items, application)
    return _page(request, application, asked, items, form, ExplanationsForm(kept, items=items))


def _targets(items):
    """(names of answers, kinds of documents) that were asked for."""
    names = [item.target for item in items if item.target in forms.QUESTIONS]
    return names, [item.target for item in items if item.target not in ANSWERS]


def _form(data, items, application, *, complete=False):
    names, _kinds = _targets(items)
    return forms.AnswersForm(
        data, answers=names, application=application, complete=complete, stored=answers_of(application)
    )


def _completed(posted, items, application):
    data, stored = posted.copy(), answers_of(application)
    for name in _targets(items)[0]:
        if name not in data:
            data[name] = data[f"seen_{name}"] = stored[name]
    return data


def _take(request, application, asked, items):
    _names, kinds = _targets(items)
    form = _form(_completed(request.POST, items, application), items, application, complete="send" in request.POST)
    form.is_valid()
    whys = ExplanationsForm(request.POST, items=items)
    whys.is_valid()
    foreign = {name for name in ANSWERS if name in request.POST} - {item.target for item in items}
    values = form.values() | {name: request.POST[name] for name in foreign}
    try:
        application = drafting.save_answers(application, values, by=request.user)
        problems = document_views.take_uploads(request, application, [kind for kind in kinds if kind in request.FILES])
        application = _explain(application, whys, by=request.user)
        items = list(asked.items.all())
        if form.errors or whys.errors or problems:
            return _page(request, application, asked, items, form, whys, problems=problems, status=422)
        if "send" not in request.POST:
            messages.success(request, _("Saved. Send your answers when all are ready."))
            return redirect("application_answer", application.reference)
        workflow.answer(application, by=request.user)
    except workflow.Incomplete as refusal:
        return _page(request, application, asked, items, form, whys, gaps=refusal.gaps, status=422)
    except Closed as refusal:
        names = ", ".join(upload.name for upload in request.FILES.values())
        return rescue_views.page(request, application, refusal, typed=form.typed() | whys.typed(), file_name=names)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    messages.success(request, _("We have your answers. We read them and write to you."))
    return redirect(application)


def _explain(application, whys, *, by):
    try:
        return drafting.explain(application, whys.values(), by=by, seen=whys.seen())
    except drafting.Conflict as conflict:
        whys.add_conflict(conflict.theirs)
        return conflict.application


def _page(request, application, asked, items, form, whys, *, problems=None, gaps=None, status=200):
    given = workflow.current_documents(application)
    problems = problems or {}
    questions = []
    for item in items:
        is_document = item.target not in ANSWERS
        now = workflow.value_of(application, item.target)
        questions.append(
            {
                "item": item,
                "label": forms.question(item.target),
                "field": None if is_document or item.target == "declared" else form[item.target],
                "document": given.get(item.target) if is_document else None,
                "is_document": is_document,
                "why": whys[answer_forms.name_of(item.target)],
                "is_answered": bool(item.explanation) or (bool(now) and now != item.old_value),
                "old": "" if is_document else forms.shown_value(item.target, item.old_value),
                "old_file": item.old_value if is_document else "",
                "problem": problems.get(item.target),
            }
        )
    answered = sum(question["is_answered"] for question in questions)
    context = {
        "application": application,
        "forum": application.forum,
        "asked": asked,
        "questions": questions,
        "answered": answered,
        "form": form,
        "whys": whys,
        "problems": problems,
        "gaps": [
            {"url": form_steps.address_of(application, target), "sentence": sentence}
            for target, sentence in (gaps or {}).items()
        ],
        "window": tracker.clock_shown(application, request=asked),
        "accept": inspection.ACCEPT,
        "limit": application.call.file_limit_mb * document_views.MEGABYTE,
    }
    return render(request, "accreditation/answer.html", context, status=status)
