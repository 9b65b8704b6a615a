"""After the close: asking for a late submission, using what was typed too late, and taking the texts along."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from imrf_portal import error_views
from imrf_portal.errors import Refused

from . import drafting, forms, rescue_views, workflow
from .answer_forms import ExplanationsForm
from .applicant_access import applicant_page, own_application
from .models import Status
from .workflow import answers_of


@applicant_page
@require_POST
def ask(request, reference):
    """Ask to be let in late; what was typed goes with the request."""
    application = own_application(request, reference)
    typed = rescue_views.kept_fields(request.POST)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return rescue_views.page(request, application, None, typed=typed, form=form, status=422)
    kept = typed if "use" in request.POST else {}
    try:
        workflow.ask_for_late_submission(application, by=request.user, reason=form.cleaned_data["reason"], kept=kept)
    except Refused as refusal:
        return error_views.refused(request, refusal, status=403)
    messages.success(request, _("We have your request. We answer by e-mail and on this page."))
    return redirect(application)


@applicant_page
@require_POST
def use_kept(request, reference):
    """Put what was typed too late into the application, once the late submission was allowed."""
    application = own_application(request, reference)
    late = application.late_requests.filter(is_granted=True).first()
    names = [name for name in (late.kept if late else {}) if name in forms.QUESTIONS]
    kept, stored = late.kept if late else {}, answers_of(application)
    form = forms.AnswersForm(kept, answers=names, application=application, complete=False, stored=stored)
    form.is_valid()
    application = drafting.save_answers(application, form.values(), by=request.user)
    if asked := workflow.open_request(application):
        items = list(asked.items.all())
        whys = ExplanationsForm(kept, items=items)
        whys.is_valid()
        said = {item.target: item.explanation for item in items}
        drafting.explain(application, whys.values(), by=request.user, seen=said)
    messages.success(request, _("The text is in your application now. Check it, and send it."))
    return redirect("application_answer" if application.status == Status.RETURNED else "application_check", reference)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def answers_text(request, reference):
    """All answers as a plain text to save; a POST from the rescue page adds what was typed too late. Keeps nothing."""
    application = own_application(request, reference)
    typed = rescue_views.kept_fields(request.POST) if request.method == "POST" else {}
    response = HttpResponse(rescue_views.as_text(application, typed), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{application.reference}.txt"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
