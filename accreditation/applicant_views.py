"""My applications, and the page of one application: its tasks while it is a draft, its way afterwards."""

from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from imrf_portal import clock, error_views
from imrf_portal.errors import Refused
from imrf_portal.mail import OutgoingMail

from . import completeness, drafting, form_steps, forms, rescue_views, section_changes, tracker, workflow
from .applicant_access import applicant_page, own_application
from .models import Application, ApplicationVersion, Membership, Status
from .workflow import answers_of

PAST = (Status.WITHDRAWN, Status.CLOSED, Status.NOT_ACCREDITED, Status.REVOKED)
NOT_DELIVERED = (OutgoingMail.State.FAILED, OutgoingMail.State.BOUNCED)
CHANGEABLE = (Status.SUBMITTED, Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE)


@applicant_page
@require_safe
def my_applications(request):
    """Every application of the person and their organizations, the live ones first."""
    last = ApplicationVersion.objects.filter(application=OuterRef("pk")).order_by("-number")
    rows = list(
        Application.objects.visible_to(request.user)
        .select_related("call", "forum", "country")
        .annotate(sent_revision=Subquery(last.values("revision")[:1]), sent_number=Subquery(last.values("number")[:1]))
        .order_by("-pk")
    )
    requests, periods = tracker.open_requests(rows), tracker.periods(rows)
    for row in rows:
        row.call.forum = row.forum
    late = workflow.late_permissions(
        [row for row in rows if row.status == Status.DRAFT and row.call.window().has_closed()]
    )
    for row in rows:
        known = {"request": requests.get(row.pk), "period_ends_at": periods.get(row.pk)}
        row.standing = tracker.standing(row, late=late.get(row.pk), **known)
        row.stages = tracker.stages(row, **known)
        row.is_unsent = row.sent_revision is not None and row.sent_revision != row.revision
        row.has_receipt = row.sent_number is not None
    context = {
        "live": [row for row in rows if row.status not in PAST],
        "past": [row for row in rows if row.status in PAST],
    }
    return render(request, "accreditation/my_applications.html", context)


@applicant_page
@require_safe
def application(request, reference):
    """The task list of a draft; a closed draft to read; or the way of what was sent, with questions and letters."""
    found = own_application(request, reference)
    if found.status != Status.DRAFT:
        return _way(request, found)
    late = None if found.call.window().is_open() else workflow.late_permission(found)
    if found.call.window().is_open() or late or drafting.upload_across_the_close(found):
        return _tasks(request, found, late)
    return _closed_draft(request, found)


def _tasks(request, application, late):
    documents = workflow.current_documents(application)
    asked, waived = workflow.asked_and_waived(application)
    states = completeness.step_states(
        answers_of(application), set(documents), asked=asked, text_limit=application.call.text_limit, waived=waived
    )
    tasks = [
        {
            "part": step.part,
            "title": step.title,
            "hint": _hint(application, step),
            "state": states[key],
            "url": form_steps.address(application, key),
        }
        for key, step in form_steps.STEPS.items()
    ]
    for kind, required in asked.items():
        given = documents.get(kind)
        tasks.append(
            {
                "part": form_steps.PART_DOCUMENTS,
                "title": forms.question(kind),
                "hint": given.file.name if given else _("Not asked of you") if kind in waived else "",
                "state": states[kind],
                "url": f"{form_steps.address(application, 'documents')}#id_{kind}",
                "required": required,
            }
        )
    may_write = workflow.may_edit(application, request.user)
    if not may_write:
        for task in tasks:
            task["url"] = form_steps.address(application, "check")
    done = sum(task["state"] == "done" for task in tasks)
    context = {
        "application": application,
        "forum": application.forum,
        "tasks": tasks,
        "done": done,
        "total": len(tasks) + 1,
        "marks": [task["state"] == "done" for task in tasks] + [False],
        "is_ready": done == len(tasks),
        "may_write": may_write,
        "changes": section_changes.last_changes(application, reader=request.user),
        "window": tracker.clock_shown(application, late=late),
        "late": late,
    }
    return render(request, "accreditation/application_tasks.html", context)


def _hint(application, step):
    if step.key == "organization" and application.name:
        return ", ".join(filter(None, [application.name, str(forms.display("country", application))]))
    return step.hint


def _closed_draft(request, application):
    """A draft that was not sent: to read and to take along until it is erased (T-A50)."""
    context = {
        "application": application,
        "forum": application.forum,
        "window": application.call.window(),
        "erased_at": application.call.drafts_end_at(),
        "may_ask": rescue_views.may_ask(application),
        "asked_late": application.late_requests.first(),
        "form": forms.ReasonForm(),
        "answers": _answers(application),
        "documents": workflow.current_documents(application).values(),
    }
    return render(request, "accreditation/application_closed_draft.html", context)


def _answers(application):
    return [
        {"label": forms.question(name), "value": forms.display(name, application)}
        for name in drafting.ANSWERS
        if name != "declared"
    ]


def _way(request, application):
    asked = tracker.open_requests([application]).get(application.pk)
    period = tracker.periods([application]).get(application.pk)
    versions = list(application.versions.defer("answers", "documents"))
    window = application.call.window()
    late = workflow.late_permission(application) if not window.is_open() else None
    last = versions[0] if versions else None
    context = {
        "application": application,
        "forum": application.forum,
        "standing": tracker.standing(application, request=asked, period_ends_at=period),
        "stages": tracker.stages(application, request=asked, period_ends_at=period),
        "asked": asked,
        "items": asked.items.all() if asked else [],
        "versions": versions,
        "history": tracker.history(application),
        "changes": section_changes.last_changes(application, reader=request.user),
        "letters": letters_about(application),
        "undelivered": _undelivered(application),
        "window": tracker.clock_shown(application, request=asked, late=late),
        "is_changeable": application.status in CHANGEABLE and (window.is_open() or late is not None),
        "is_unsent": last is not None and last.revision != application.revision,
        "is_restorable": application.status == Status.WITHDRAWN and window.is_open(),
        "is_withdrawable": application.status in workflow.MACHINE.transitions["withdraw"].source,
        "late": late,
        "late_request": application.late_requests.first(),
        "may_ask": rescue_views.may_ask(application) and _is_too_late(application, asked),
        "form": forms.ReasonForm(),
    }
    return render(request, "accreditation/application.html", context)


def _is_too_late(application, asked):
    if application.status == Status.CLOSED:
        return application.duplicate_of_id is None
    return application.status == Status.RETURNED and asked is not None and drafting.clock.now() >= asked.answer_by


def letters_about(application):
    """The letters to the applicant about this application, the latest first; the portal is the record (T-A43).

    Those that an earlier owner got are among them. A letter for an hour to come can still be stopped, so it is not told
    before; one that is tried again is.
    """
    worked_here = Membership.objects.filter(organization=application.organization_id).values("user")
    return (
        OutgoingMail.objects.filter(Q(recipient=application.applicant_id) | Q(recipient__in=worked_here))
        .filter(about=application.reference)
        .exclude(state__in=[OutgoingMail.State.HELD, OutgoingMail.State.DISCARDED])
        .exclude(state=OutgoingMail.State.QUEUED, attempts=0, due_at__gt=clock.now())
        .only("subject", "body", "written_at", "state", "to")
    )


def _undelivered(application):
    """The last letter about this application, if it did not arrive."""
    last = letters_about(application).first()
    return last if last and last.state in NOT_DELIVERED else None


@applicant_page
def withdraw(request, reference):
    """GET asks “are you sure?”, POST takes the application back; a draft is given up in the same way."""
    found = own_application(request, reference)
    form = forms.WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.withdraw(found, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return error_views.refused(request, refusal)
        return redirect("application", found.reference)
    if found.status not in workflow.MACHINE.transitions["withdraw"].source:
        return redirect(found)
    context = {"application": found, "forum": found.forum, "form": form, "window": found.call.window()}
    return render(request, "accreditation/withdraw.html", context, status=422 if form.errors else 200)


@applicant_page
@require_POST
def restore(request, reference):
    """Take a withdrawal back, before the Call closes (T-A40)."""
    found = own_application(request, reference)
    try:
        workflow.restore(found, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("application", found.reference)
