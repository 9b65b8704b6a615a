"""Writing an application: start a draft, save answers, attach documents; who may change what, and until when."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes
from imrf_portal.access import Audience
from imrf_portal.deadlines import Closed
from imrf_portal.errors import Refused
from imrf_portal.times import at_zone

from .models import Application, ApplicationDocument, Membership, Organization, Status
from .visibility import ANSWERS
from .workflow import (
    MACHINE,
    UNASSESSED,
    answers_of,
    documents_asked,
    late_permission,
    locked,
    may_edit,
    open_request,
)

CHANGEABLE = (Status.DRAFT, Status.SUBMITTED, Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE)
"""Statuses in which an applicant may still change the answers while the Call is open."""


def _numbered_reference(forum):
    """The next reference of a Forum, with its check letter; call inside a transaction."""
    last = Application.objects.filter(forum=forum).order_by("-pk").values_list("reference", flat=True).first()
    number = int(last.split("-")[1]) + 1 if last else 1
    return codes.with_check_letter(f"{forum.reference_prefix}-{number:04d}")


def start(call, *, by, verdict=None):
    """Begin a draft for the person's organization; the draft they have already, if they have one.

    Refused with ``Closed`` outside the Call. ``verdict`` is the stored answer of the route finder, if they came by it.
    """
    if Audience.of(by) != Audience.APPLICANT:
        raise Refused(_("Only an applicant’s account can apply. Sign in with the account of your organization."))
    for _attempt in range(5):
        try:
            return _start(call, by=by, verdict=verdict)
        except IntegrityError:  # two at once took one number: look again
            continue
    return _start(call, by=by, verdict=verdict)


@transaction.atomic
def _start(call, *, by, verdict):
    existing = (
        Application.objects.filter(call=call, applicant=by)
        .exclude(status__in=[Status.WITHDRAWN, Status.CLOSED])
        .first()
    )
    if existing:
        return existing
    call.window().require_open()
    name = verdict.name if verdict else ""
    country = verdict.country if verdict else None
    organization = Organization.objects.create(name=name, country=country)
    Membership.objects.create(organization=organization, user=by, role=Membership.Role.OWNER)
    application = Application.objects.create(
        reference=_numbered_reference(call.forum),
        call=call,
        forum=call.forum,
        organization=organization,
        applicant=by,
        verdict=verdict,
        name=name,
        country=country,
        contact_name=by.name,
        contact_email=by.email,
        saved_by=by,
    )
    audit.record("application.start", application, by=by, after=application.status)
    return application


class Conflict(Refused):
    """Someone saved the same answer since this page was opened; ``theirs`` maps answer names to what stands now."""

    def __init__(self, theirs):
        super().__init__(
            _("Someone changed the same answer after you opened this page. Both texts are below: choose one.")
        )
        self.theirs = theirs


def editable_targets(application, *, by):
    """The answers and document kinds this person may change now; an empty set when none.

    In a draft or a sent application all, until the Call closes. In a returned one only what was asked, until the
    answer date. With a late request granted, all, until its date.
    """
    if not may_edit(application, by):
        return set()
    everything = set(ANSWERS) | set(documents_asked(application.call))
    if application.status == Status.RETURNED:
        request = open_request(application)
        if request is None or clock.now() >= request.answer_by:
            return set()
        return set(request.items.values_list("target", flat=True))
    if application.status in CHANGEABLE and (application.call.window().is_open() or late_permission(application)):
        return everything
    return set()


def require_editable(application, targets, *, by, began_at=None):
    """Raise unless ``by`` may change all ``targets`` now: ``Closed`` after a date, else ``Refused``; attempts at what
    was not asked are recorded (T-A42)."""
    if not may_edit(application, by):
        raise Refused(_("You can read this application but not change it. Ask its owner."))
    allowed = editable_targets(application, by=by)
    if set(targets) <= allowed:
        return
    if application.status == Status.RETURNED:
        request = open_request(application)
        if request and clock.now() >= request.answer_by:
            raise Closed(
                None,
                _("The date to answer was %(when)s.")
                % {"when": at_zone(request.answer_by, application.forum.time_zone)},
            )
        audit.record(
            "application.change_refused", application, by=by, internal=True, targets=sorted(set(targets) - allowed)
        )
        raise Refused(_("Only what the secretariat asked for can be changed now."))
    window = application.call.window()
    if application.status in {Status.DRAFT, Status.SUBMITTED} and window.admits(began_at):
        return
    if reason := window.refusal():
        raise Closed(window, reason)
    raise Refused(_("This cannot be changed while the status is “%(status)s”.") % {"status": application.public_status})


def save_answers(application, values, *, by, seen=None, began_at=None):
    """Save some answers of the form; return the row as stored.

    ``values`` maps answer names to cleaned values. ``seen`` maps them to what the page showed when it was opened: an
    answer that somebody else changed since to something else raises ``Conflict`` and saves nothing. Answers equal to
    what stands are left alone. Editing what was signed voids the signatures (T-S08).
    """
    # The refusal of an attempt is recorded outside of the transaction that it rolls back.
    require_editable(_fresh(application), values, by=by, began_at=began_at)
    with transaction.atomic():
        application = locked(application)
        require_editable(application, values, by=by, began_at=began_at)
        stored = answers_of(application)
        values = {name: _plain(name, value) for name, value in values.items()}
        changed = {name: value for name, value in values.items() if stored[name] != value}
        if not changed:
            return application
        if seen:
            theirs = {
                name: stored[name]
                for name in changed
                if name in seen and _plain(name, seen[name]) != stored[name] and values[name] != stored[name]
            }
            if theirs:
                raise Conflict(theirs)
        columns = {"country": "country_id"}
        _touch(application, by, {columns.get(name, name): value or _empty(name) for name, value in changed.items()})
        audit.record("application.save", application, by=by, answers=sorted(changed))
        if {"name", "country", "type", "acronym"} & set(changed):
            Organization.objects.filter(pk=application.organization_id).update(
                **{field: getattr(application, field) for field in ("name", "country", "type", "acronym")}
            )
        return application


def _fresh(application):
    return Application.objects.select_related("call__forum", "forum").get(pk=application.pk)


def _empty(name):
    return None if name == "country" else False if name == "declared" else ""


def _plain(name, value):
    if name == "country":
        return getattr(value, "pk", value) or ""
    return bool(value) if name == "declared" else value or ""


def _touch(application, by, fields):
    """Write ``fields`` as the next revision; void what was signed for the earlier text."""
    if application.status in {Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE}:
        MACHINE.perform("void_signatures", application, by=by, **UNASSESSED)
    fields |= {"revision": application.revision + 1, "saved_at": clock.now(), "saved_by": by}
    Application.objects.filter(pk=application.pk).update(**fields)
    application.refresh_from_db()


def attach(application, kind, file, *, by, began_at=None):
    """Make ``file`` (a stored ``PrivateFile``) the current document of its kind; the earlier one is kept."""
    require_editable(_fresh(application), {kind}, by=by, began_at=began_at)
    with transaction.atomic():
        application = locked(application)
        require_editable(application, {kind}, by=by, began_at=began_at)
        if kind not in documents_asked(application.call):
            raise Refused(_("This document is not asked for."))
        application.documents.filter(kind=kind, replaced_at=None).update(replaced_at=clock.now())
        document = ApplicationDocument.objects.create(application=application, kind=kind, file=file)
        _touch(application, by, {})
        audit.record("application.attach", application, by=by, document=kind, sha256=file.sha256)
        return document


def detach(application, kind, *, by):
    """Take the current document of a kind away (it stays as replaced until the record is erased)."""
    require_editable(_fresh(application), {kind}, by=by)
    with transaction.atomic():
        application = locked(application)
        require_editable(application, {kind}, by=by)
        if application.documents.filter(kind=kind, replaced_at=None).update(replaced_at=clock.now()):
            _touch(application, by, {})
            audit.record("application.detach", application, by=by, document=kind)
        return application
