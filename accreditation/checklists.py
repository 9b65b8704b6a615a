"""The checklist of a document, and what is left to do before an application can be recommended."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock
from imrf_portal.access import Capability
from imrf_portal.errors import Refused
from imrf_portal.forum import CallDocument

from .alike import possible_duplicates
from .models import ApplicationDocument, DocumentCheck, Status
from .review import require
from .workflow import documents_required, locked

Criterion = DocumentCheck.Criterion
CRITERIA = {
    CallDocument.Kind.LEGAL_STATUS: (Criterion.LEGIBLE, Criterion.GOVERNMENT, Criterion.NAME, Criterion.IN_DATE),
    CallDocument.Kind.HEAD_LETTER: (Criterion.LEGIBLE, Criterion.SIGNED, Criterion.LETTERHEAD, Criterion.ASKS),
}
"""What is looked at in each kind of document."""

CHECKABLE = (Status.SUBMITTED, Status.RETURNED, Status.ASSESSED, Status.ELIGIBLE, Status.INELIGIBLE)
"""Until the name has been shown to Member States."""


@transaction.atomic
def keep_checks(document, answers, *, by):
    """Keep what an officer found: ``answers`` maps criteria to ``yes``, ``no`` or ``unsure``; the criteria left out,
    or left empty, stay as they are. Returns the names of those that changed."""
    require(by, Capability.SCREEN)
    application = locked(document.application)
    document = ApplicationDocument.objects.get(pk=document.pk)
    if document.replaced_at:
        raise Refused(_("The applicant replaced this document while you read it. Look at the new one."))
    if application.status not in CHECKABLE:
        status = {"status": application.get_status_display()}
        raise Refused(_("The checklist is closed: the status is “%(status)s”.") % status)
    answers = {criterion: answer for criterion, answer in answers.items() if answer}
    unknown = set(answers) - set(CRITERIA[document.kind]) or set(answers.values()) - set(DocumentCheck.Answer.values)
    if unknown:
        raise Refused(_("This checklist has no “%(what)s”.") % {"what": sorted(unknown)[0]})
    stored = dict(document.checks.values_list("criterion", "answer"))
    changed = {name: answer for name, answer in answers.items() if stored.get(name) != answer}
    for criterion, answer in changed.items():
        DocumentCheck.objects.update_or_create(
            document=document,
            criterion=criterion,
            defaults={"answer": answer, "checked_by": by, "checked_at": clock.now()},
        )
    if changed:
        audit.record("document.check", application, by=by, internal=True, document=document.kind, answers=changed)
    return sorted(changed)


@dataclass(frozen=True)
class Line:
    """One criterion of one document, with the check kept for it, if any."""

    criterion: DocumentCheck.Criterion
    check: DocumentCheck | None

    @property
    def answer(self):
        return self.check.answer if self.check else ""


def lines(document):
    """The checklist of a document, in order. Reads ``checks`` (prefetch them with ``checked_by``)."""
    kept = {check.criterion: check for check in document.checks.all()}
    return [Line(criterion, kept.get(criterion)) for criterion in CRITERIA[document.kind]]


def open_lines(document):
    """The criteria of a document that nobody has answered."""
    return [line.criterion.value for line in lines(document) if not line.answer]


@dataclass(frozen=True)
class Left:
    """One thing to do: words, the id of the place on the review screen, how far it is (``data-state``); the key of the
    document or of the late request that it is about."""

    words: str
    anchor: str = ""
    state: str = "todo"
    document: int | None = None
    late: int | None = None


@dataclass(frozen=True)
class LeftToDo:
    things: list
    done: int
    total: int


def left_to_do(application, officer):
    """What this officer should still look at before recommending; ``assessment`` asks why while anything is."""
    return left(
        documents_required(application),
        application.documents.filter(replaced_at=None).prefetch_related("checks"),
        waits=application.information_requests.filter(answered_at=None, closed_at=None).exists(),
        late=application.late_requests.filter(decided_at=None),
        alike=possible_duplicates(application, officer),
    )


def left(asked, documents, *, waits, late, alike):
    """The same from what a page has read already: kinds asked (to whether each is required), current documents with
    their ``checks``, whether questions wait for an answer, undecided late requests, ``alike.possible_duplicates``."""
    current = {document.kind: document for document in documents}
    things, done, total = [], 0, 0
    for kind, is_required in asked.items():
        if kind in current:
            rest, checked = _of_document(current[kind])
            things, done, total = things + rest, done + checked, total + len(CRITERIA[kind])
        elif is_required:
            words = _("“%(document)s” was not given") % {"document": CallDocument.Kind(kind).label}
            things.append(Left(words, "documents", "fix"))
            total += 1
    settled = sum(1 for _other, _like, decision in alike if decision and not decision.is_same)
    others = [_pair(*row) for row in alike if not (row[2] and not row[2].is_same)]
    others += [Left(_("Late request: decide"), state="ask", late=request.pk) for request in late]
    if waits:
        others.append(Left(_("The applicant has not answered our questions yet"), "out-h", "wait"))
    return LeftToDo(things + others, done + settled, total + settled + len(others))


def _pair(other, like, decision):
    if decision:
        words = _("Held to be the same as %(reference)s") % {"reference": other.reference}
    else:
        words = _("Decide on %(reference)s, %(score)s%% alike") % {"reference": other.reference, "score": like.score}
    return Left(words, f"like-{other.pk}", "ask")


def _of_document(document):
    """What is left of one document, and how many of its criteria are answered with yes."""
    kept = lines(document)
    label = document.get_kind_display()
    unchecked = [line for line in kept if not line.answer]
    doubtful = [line for line in kept if line.answer in (DocumentCheck.Answer.NO, DocumentCheck.Answer.UNSURE)]
    if len(unchecked) == len(kept):
        return [Left(_("Check: %(document)s") % {"document": label}, "documents", "todo", document.pk)], 0
    rest = [Left(f"{label}: {line.criterion.label}", "documents", "progress", document.pk) for line in unchecked]
    for line in doubtful:
        words = {"document": label, "criterion": line.criterion.label, "answer": line.check.get_answer_display()}
        rest.append(Left(_("%(document)s: %(criterion)s? %(answer)s") % words, "documents", "ask", document.pk))
    return rest, len(kept) - len(unchecked) - len(doubtful)
