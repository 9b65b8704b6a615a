"""When a list comes into use: stored answers are run again, and what differs waits for a person (T-S20).

Nothing changes by itself. The worker reads in small batches and keeps its place on the row of the review, so that it
may be cut off, run late or run twice.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, hints, mail
from imrf_portal.access import Audience, Capability
from imrf_portal.errors import Refused
from imrf_portal.rehearsal import forbidden_by_the_database, rehearse

from . import names, recognition, references, route_verdicts
from .models import (
    Accreditation,
    Application,
    Consequence,
    RecognitionRequest,
    RouteVerdict,
    Status,
    VerdictReview,
)
from .models.applications import UNDECIDED
from .review import require

BATCH = 100
Stage, Settlement, Route = VerdictReview.Stage, Consequence.Settlement, RouteVerdict.Route
STAGES = list(Stage)


@dataclass(frozen=True)
class Question:
    """What is asked again: ``row`` is what the line would be about, ``verdict`` the answer it rests on, if any."""

    row: object
    verdict: RouteVerdict | None
    forum: object
    name: str
    country: str
    type: str
    route: str


def ask_again(reference_list):
    """Have the stored answers run again over a version that came into use; call it in the transaction of the import."""
    from .tasks import review_stored_verdicts

    review, _created = VerdictReview.objects.get_or_create(reference_list=reference_list)
    hints.after_commit(review_stored_verdicts)
    return review


def carry_on():
    """Sweep: go on with every review that is not done; returns the number of lines that were new."""
    waiting = VerdictReview.objects.filter(finished_at=None).select_related("reference_list")
    return sum(_finish(review) for review in waiting)


def _finish(review):
    found = 0
    while review.stage != Stage.DONE:
        found += _read_batch(review)
        review.refresh_from_db()
    return found


def _read_batch(review):
    """Read the next batch and move on; 0 when another worker read it meanwhile."""
    stage, place = review.stage, review.last_key
    rows = list(READERS[stage](place)[:BATCH])
    lists = list(references.current_lists())
    asked = [_question(stage, row) for row in rows]
    answered = [(question, *_answer(question, lists)) for question in asked]
    is_last = len(rows) < BATCH
    following = STAGES[STAGES.index(stage) + 1] if is_last else stage
    with transaction.atomic():
        if not VerdictReview.objects.filter(pk=review.pk, stage=stage, last_key=place).update(
            stage=following,
            last_key=0 if is_last else rows[-1].pk,
            read_count=F("read_count") + len(rows),
            finished_at=clock.now() if following == Stage.DONE else None,
        ):
            return 0
        return _keep_differences(review, stage, answered, lists)


def _accreditations(after):
    rows = Accreditation.objects.in_force().exclude(basis=Accreditation.Basis.SPECIAL)
    return rows.filter(pk__gt=after).select_related("organization", "forum").order_by("pk")


def _requests(after):
    rows = RecognitionRequest.objects.filter(decided_at=None, pk__gt=after)
    return rows.select_related("verdict__claimed_entry", "forum").order_by("pk")


def _applications(after):
    rows = Application.objects.filter(status__in=UNDECIDED, pk__gt=after).exclude(status=Status.DRAFT)
    return rows.select_related("verdict__claimed_entry", "forum").order_by("pk")


def _verdicts(after):
    """Answers after which the person went on, and on which nothing else rests."""
    rows = RouteVerdict.objects.filter(Q(is_disputed=True) | Q(claimed_entry__isnull=False), renews=None, pk__gt=after)
    rows = rows.filter(recognition_requests=None).exclude(applications__submitted_at__isnull=False)
    return rows.select_related("claimed_entry", "forum").order_by("pk")


READERS = {
    Stage.ACCREDITATIONS: _accreditations,
    Stage.REQUESTS: _requests,
    Stage.APPLICATIONS: _applications,
    Stage.VERDICTS: _verdicts,
}


def _question(stage, row):
    match stage:
        case Stage.ACCREDITATIONS:
            key = row.evidence.get("verdict", "")
            verdict = RouteVerdict.objects.filter(key=key).select_related("claimed_entry").first()
            about = verdict or row.organization
            return Question(row, verdict, row.forum, about.name, about.country_id or "", about.type, row.basis)
        case Stage.APPLICATIONS:
            route = _route_of(row.verdict) if row.verdict else Route.SPECIAL
            return Question(row, row.verdict, row.forum, row.name, row.country_id or "", row.type, route)
        case Stage.REQUESTS:
            verdict = row.verdict
        case _:
            verdict = row
    route = _route_of(verdict)
    return Question(row, verdict, row.forum, verdict.name, verdict.country_id, verdict.type, route)


def _route_of(verdict):
    return Route.SPECIAL if verdict.is_disputed else verdict.route


def _answer(question, lists):
    verdict, name, not_them = question.verdict, question.name, frozenset()
    if verdict is not None and verdict.claimed_entry is not None:
        name = verdict.claimed_entry.name
    if verdict is not None and verdict.is_disputed:
        place = verdict.evidence.get("decided_by")
        shown = verdict.evidence["matches"]
        not_them = frozenset(names.key(match["name"]) for match in ([shown[place]] if place is not None else shown))
    return route_verdicts.find_route(
        name, country=question.country, organization_type=question.type, lists=lists, not_them=not_them,
        profile_code=verdict.evidence.get("profile_code", "") if verdict else "",
    )  # fmt: skip


def _keep_differences(review, stage, answered, lists):
    """Write the lines of one batch; a line that an older version left open gives way."""
    keys = [question.row.pk for question, _decision, _evidence in answered]
    known = {}
    for line in Consequence.objects.filter(**{f"{stage}__in": keys}).select_related("after").order_by("pk"):
        known.setdefault(getattr(line, f"{stage}_id"), []).append(line)
    found = 0
    for question, decision, evidence in answered:
        lines = known.get(question.row.pk, [])
        settled = [line for line in lines if line.settled_by_id]
        waiting = next((line for line in lines if line.settled_at is None), None)
        before, route = (settled[-1].after, settled[-1].after_route) if settled else (question.verdict, question.route)
        if waiting and waiting.after_route == decision.route:
            continue
        if waiting:
            waiting.settlement, waiting.settled_at = Settlement.OVERTAKEN, clock.now()
            waiting.save(update_fields=["settlement", "settled_at"])
        if decision.route != route:
            _keep_line(review, stage, question, before, route, decision, evidence, lists)
            found += 1
    return found


def _keep_line(review, stage, question, before, route, decision, evidence, lists):
    after = route_verdicts.renew(
        before, decision, evidence, lists=lists, forum=question.forum, name=question.name,
        country_id=question.country, type=question.type,
    )  # fmt: skip
    return Consequence.objects.create(
        reference_list=review.reference_list, forum=question.forum, name=question.name, before=before,
        before_route=route, after=after, after_route=decision.route, **{stage: question.row},
    )  # fmt: skip


def choices(line):
    """How this line can be settled."""
    gained = line.after_route != Route.SPECIAL
    yield Settlement.KEEP
    if line.application_id and gained:
        yield from (Settlement.TELL, Settlement.RECOGNIZE)
    elif line.accreditation_id and line.after_route != line.before_route:
        yield Settlement.REVOKE
    elif line.recognition_request_id and not gained:
        yield Settlement.DECLINE
    elif line.verdict_id and _person_of(line) is not None:
        yield Settlement.TELL


def _person_of(line):
    """The account to write to, if there is one."""
    if line.application_id:
        return line.application.applicant
    person = line.verdict.made_by if line.verdict_id else None
    return person if person is not None and person.is_active and person.audience == Audience.APPLICANT else None


@transaction.atomic
def settle(line, *, by, settlement, reason):
    """Settle one line as ``settlement`` (a value of ``choices``), with a reason; what follows is done with it."""
    require(by, Capability.DECIDE if settlement == Settlement.REVOKE else Capability.REGISTER)
    if not reason.strip():
        raise Refused(_("Say why; it stays in the record."), field="reason")
    line = Consequence.objects.visible_to(by).select_for_update(of=("self",)).get(pk=line.pk)
    if line.settled_at is not None:
        raise Refused(_("This line was settled already: %(how)s.") % {"how": line.get_settlement_display()})
    if settlement not in choices(line):
        raise Refused(_("This line cannot be settled in that way."), field="settlement")
    line.settlement, line.settled_at, line.settled_by = settlement, clock.now(), by
    line.reason = reason.strip()
    line.save(update_fields=["settlement", "settled_at", "settled_by", "reason"])
    match settlement:
        case Settlement.TELL:
            _tell(line)
        case Settlement.RECOGNIZE:
            recognition.recognize_applicant(line.application, line.after, by=by)
        case Settlement.DECLINE:
            recognition.decline(line.recognition_request, by=by, answer=line.reason)
        case Settlement.REVOKE:
            recognition.revoke(line.accreditation, by=by, reason=line.reason)
    audit.record(
        "consequence.settle", line.subject, by=by, before=line.before_route, after=line.after_route,
        reason=line.reason, internal=True, settled=settlement, version=line.reference_list.short_version,
    )  # fmt: skip
    return line


class Outcome(NamedTuple):
    """What settling one line of many came to, or would come to: ``refusal`` is empty where it is done."""

    line: Consequence
    refusal: str
    letters: tuple


def rehearse_each(lines, *, by, settlement, reason):
    """What settling these lines in one way would come to, line by line; nothing changes."""
    for line in lines:
        tried = rehearse(partial(settle, line, by=by, settlement=settlement, reason=reason))
        yield Outcome(line, tried.refusal, tuple(tried.letters))


def settle_each(lines, *, by, settlement, reason):
    """Settle these lines in one way, each in a transaction of its own: one that is refused holds up no other, and after
    an interruption the same again settles the rest."""
    for line in lines:
        try:
            settle(line, by=by, settlement=settlement, reason=reason)
        except Refused as refusal:
            yield Outcome(line, str(refusal), ())
        except IntegrityError:
            yield Outcome(line, forbidden_by_the_database(), ())
        else:
            yield Outcome(line, "", ())


def _tell(line):
    person = _person_of(line)
    mail.queue(
        f"consequence:{line.pk}",
        "route_changed",
        to=person.email,
        recipient=person,
        about=line.application.reference if line.application_id else line.forum.reference_prefix,
        context={"line": line, "forum": line.forum, "need_not_apply": line.after_route != Route.SPECIAL},
    )
