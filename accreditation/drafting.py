"""Writing an application: start a draft, save answers, attach documents; who may change what, and until when."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, written
from imrf_portal.access import Audience
from imrf_portal.deadlines import Closed, Window
from imrf_portal.errors import Refused
from imrf_portal.times import at_zone
from imrf_portal.users import User

from . import names
from .models import Application, ApplicationDocument, Membership, Organization, OrganizationName, Status
from .search import FOUND_BY, words_of
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
    User.objects.select_for_update().get(pk=by.pk)  # of two presses at once, the second finds the first one's draft
    if existing := written.found(_live, call.pk, by.pk):
        return existing[0]
    call.window().require_open()
    name = verdict.name if verdict else ""
    country = verdict.country if verdict else None
    kind = verdict.type if verdict else ""
    organization = _organization_of(by, call.forum, name=name)
    if organization is None:
        organization = Organization.objects.create(name=name, country=country)
        Membership.objects.create(organization=organization, user=by, role=Membership.Role.OWNER)
    elif not name:
        name, country, kind = organization.name, organization.country, organization.type
    application = Application(
        reference=_numbered_reference(call.forum),
        call=call,
        forum=call.forum,
        organization=organization,
        applicant=by,
        verdict=verdict,
        name=name,
        country=country,
        type=kind,
        contact_name=by.name,
        contact_email=by.email,
        saved_by=by,
    )
    application.search_words = words_of(application)
    application.save(force_insert=True)
    audit.record("application.start", application, by=by, after=application.status)
    return application


def _live(call, applicant):
    """The person's application to the Call, if it is not over."""
    rows = Application.objects.filter(call=call, applicant=applicant)
    return rows.exclude(status__in=[Status.WITHDRAWN, Status.CLOSED]).order_by("pk")


def _organization_of(person, forum, *, name):
    """The one organization this person works for that has applied before, to another Forum; None when it is not clear.

    ``name`` is what was typed in the route finder: another name than any it bore means another organization.
    """
    found = written.found(_organizations_of, person.pk, forum.pk)
    if len(found) != 1:
        return None
    bore = {names.key(known) for known in (found[0].name, *found[0].former_names.values_list("name", flat=True))}
    return found[0] if not name or names.key(name) in bore else None


def _organizations_of(person, forum):
    """Two at most of those the person works for that have applied before, but not to this Forum."""
    works = Membership.objects.filter(
        user=person, ended_at=None, role__in=[Membership.Role.OWNER, Membership.Role.EDITOR]
    )
    applied = Organization.objects.filter(
        memberships__in=works, merged_into=None, applications__submitted_at__isnull=False
    )
    return applied.exclude(pk__in=Application.objects.filter(forum=forum).values("organization")).distinct()[:2]


class Conflict(Refused):
    """Someone saved the same answer since this page was opened; ``theirs`` maps answer names to what stands now,
    ``application`` is the row as it stands, ``saved_by`` and ``saved_at`` say who wrote it."""

    def __init__(self, theirs, application):
        self.application = application
        self.saved_by, self.saved_at = application.saved_by, application.saved_at
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


def late_window(application, late):
    """The window of a granted late request."""
    return Window(_("Your late submission"), None, late.open_until, application.forum.time_zone)


def require_editable(application, targets, *, by, began_at=None):
    """Raise unless ``by`` may change all ``targets`` now: ``Closed`` after a date, else ``Refused``; attempts at what
    was not asked are recorded (T-A42)."""
    if not may_edit(application, by):
        raise Refused(_("You can read this application but not change it. Ask its owner."))
    if application.status == Status.RETURNED:
        _require_asked(application, set(targets), by=by)
        return
    window = application.call.window()
    if application.status in CHANGEABLE and (window.is_open() or late_permission(application)):
        return
    if application.status in {Status.DRAFT, Status.SUBMITTED} and window.admits(began_at):
        return
    if application.status in CHANGEABLE:
        raise Closed(window, window.refusal())
    raise Refused(_("This cannot be changed while the status is “%(status)s”.") % {"status": application.public_status})


def _require_asked(application, targets, *, by):
    request = open_request(application)
    if request and clock.now() >= request.answer_by:
        raise Closed(
            None,
            _("The date to answer was %(when)s.") % {"when": at_zone(request.answer_by, application.forum.time_zone)},
        )
    asked = set(request.items.values_list("target", flat=True)) if request else set()
    if not targets <= asked:
        audit.record("application.change_refused", application, by=by, internal=True, targets=sorted(targets - asked))
        raise Refused(_("Only what the secretariat asked for can be changed now."))


MOST_TRIES = 5
"""How often a save begins again because the row changed between reading and writing it."""


def save_answers(application, values, *, by, seen=None, began_at=None):
    """Save some answers of the form; return the row as stored.

    ``values`` maps answer names to cleaned values. ``seen`` maps them to what the page showed when it was opened: an
    answer that the person left as it was is left alone; one that somebody else changed since to something else raises
    ``Conflict`` and saves nothing. Editing what was signed voids the signatures (T-S08).

    ``application`` (with ``call`` and ``forum``) may have been read a moment ago: the write is a compare-and-swap on
    its revision and status, and begins again from the row as it is when that fails.
    """
    for _attempt in range(MOST_TRIES):
        try:
            require_editable(application, values, by=by, began_at=began_at)
        except Refused:
            if _is_current(application):
                raise
            application = _fresh(application)
            continue
        stored = answers_of(application)
        changed = _changed(values, stored, seen or {})
        if not changed:
            return application
        if theirs := _changed_by_others(changed, stored, seen or {}):
            raise Conflict(theirs, application)
        with transaction.atomic():
            if _write(application, changed, by=by):
                return application
        application = _fresh(application)
    raise Refused(_("Someone else is changing this application at the same moment. Save again."))


def explain(application, explanations, *, by, seen):
    """Keep why what was asked about is right as it stands: ``{target: words}``, for the secretariat alone.

    ``seen`` maps targets to what the page showed when it was opened, as in ``save_answers``.
    """
    for _attempt in range(MOST_TRIES):
        try:
            require_editable(application, explanations, by=by)
        except Refused:
            if _is_current(application):
                raise
            application = _fresh(application)
            continue
        request = open_request(application)
        if request is None:
            raise Refused(_("There is no open question. Your answers have arrived."))
        stored = dict(request.items.values_list("target", "explanation"))
        changed = {
            target: words for target, words in explanations.items() if words not in (stored[target], seen.get(target))
        }
        if not changed:
            return application
        if theirs := {target: stored[target] for target in changed if stored[target] != seen.get(target, "")}:
            raise Conflict(theirs, application)
        with transaction.atomic():
            if _touch(application, by, {}):
                for target, words in changed.items():
                    request.items.filter(target=target).update(explanation=words)
                audit.record("application.explain", application, by=by, targets=sorted(changed))
                return application
        application = _fresh(application)
    raise Refused(_("Someone else is changing this application at the same moment. Save again."))


def _changed(values, stored, seen):
    """The answers this person changed, as plain values."""
    plain = {name: _plain(name, value) for name, value in values.items()}
    return {
        name: value
        for name, value in plain.items()
        if value != stored[name] and not (name in seen and _plain(name, seen[name]) == value)
    }


def _changed_by_others(changed, stored, seen):
    """What stands now for those of the changed answers that somebody else changed since the page was opened."""
    return {name: stored[name] for name in changed if name in seen and _plain(name, seen[name]) != stored[name]}


def _write(application, changed, *, by):
    """Write the changed answers and their event; False when the row is not as it was read."""
    columns = {"country": "country_id"}
    fields = {columns.get(name, name): value or _empty(name) for name, value in changed.items()}
    if FOUND_BY & set(changed):
        fields["search_words"] = words_of(application, **fields)
    if not _touch(application, by, fields):
        return False
    audit.record("application.save", application, by=by, answers=sorted(changed))
    if {"name", "country", "type", "acronym"} & set(changed):
        _keep_former_name(application)
        Organization.objects.filter(pk=application.organization_id).update(
            name=application.name,
            country=application.country_id,
            type=application.type,
            acronym=application.acronym,
        )
    return True


def _keep_former_name(application):
    """Under the name that an earlier application of the organization was sent, it stays known."""
    organization = application.organization
    if organization.name == application.name or not organization.name:
        return
    sent = organization.applications.exclude(pk=application.pk).exclude(submitted_at=None)
    if sent.filter(name=organization.name).exists():
        OrganizationName.objects.get_or_create(
            organization=organization, name=organization.name, defaults={"until_on": clock.now().date()}
        )


def _is_current(application):
    return Application.objects.filter(
        pk=application.pk, revision=application.revision, status=application.status
    ).exists()


def _fresh(application):
    found = Application.objects.select_related("call", "forum").get(pk=application.pk)
    found.call.forum = found.forum
    return found


def _empty(name):
    return None if name == "country" else False if name == "declared" else ""


def _plain(name, value):
    if name == "country":
        return getattr(value, "pk", value) or ""
    return bool(value) if name == "declared" else value or ""


def _touch(application, by, fields):
    """Write ``fields`` as the next revision, and void what was signed for the earlier text; False when the row has
    changed since it was read."""
    fields |= {"revision": application.revision + 1, "saved_at": clock.now(), "saved_by": by}
    as_read = Application.objects.filter(pk=application.pk, revision=application.revision, status=application.status)
    if not as_read.update(**fields):
        return False
    for name, value in fields.items():
        setattr(application, name, value)
    if application.status in {Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE}:
        MACHINE.perform("void_signatures", application, by=by, **UNASSESSED)
    return True


def upload_across_the_close(application):
    """When the upload began that was under way as the Call closed, if its tolerance may admit it; else None (T-A33)."""
    window = application.call.window()
    if not window.has_closed() or not window.tolerance:
        return None
    under_way = application.documents.filter(
        replaced_at=None,
        file__upload_started_at__lt=window.closes_at,
        file__uploaded_at__gte=window.closes_at,
    )
    began_at = under_way.values_list("file__upload_started_at", flat=True).first()
    return began_at if window.admits(began_at) else None


MOST_DOCUMENTS = 40
"""Documents of one application, those replaced by others included."""


def attach(application, files, *, by, began_at=None):
    """Make each of ``files`` (stored ``PrivateFile`` by kind) the current document of its kind; earlier ones are kept.

    ``application`` may have been read a moment ago, as in ``save_answers``. Returns the new documents.
    """
    if not files.keys() <= documents_asked(application.call).keys():
        raise Refused(_("This document is not asked for."))
    for _attempt in range(MOST_TRIES):
        require_editable(application, files, by=by, began_at=began_at)
        given = list(application.documents.values_list("kind", "replaced_at"))
        if len(given) + len(files) > MOST_DOCUMENTS:
            raise Refused(_("Too many files were uploaded for this application. Write to us."))
        with transaction.atomic():
            if _touch(application, by, {}):
                return _replace(application, files, given, by=by)
        application = _fresh(application)
    raise Refused(_("Someone else is changing this application at the same moment. Save again."))


def _replace(application, files, given, *, by):
    if any((kind, None) in given for kind in files):
        application.documents.filter(kind__in=files, replaced_at=None).update(replaced_at=clock.now())
    documents = [ApplicationDocument(application=application, kind=kind, file=file) for kind, file in files.items()]
    audit.Event.objects.bulk_create(
        audit.event("application.attach", application, by=by, document=kind, sha256=file.sha256)
        for kind, file in files.items()
    )
    return ApplicationDocument.objects.bulk_create(documents)


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
