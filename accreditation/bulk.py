"""Running one verb on many applications: worked out first, confirmed, then each in a transaction of its own.

A run that was cut off is taken up where it stopped: an item changes state in the transaction of its verb.
"""

from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal import audit, clock, hints
from imrf_portal.access import may
from imrf_portal.errors import Refused
from imrf_portal.rehearsal import forbidden_by_the_database, rehearse

from .desk_verbs import VERBS
from .models import Application, ApplicationVersion, BulkRun, BulkRunItem

MOST = 1000
AT_ONCE = 50
"""Up to so many run while the officer waits; more are left to the worker."""
PATIENCE = timedelta(minutes=2)
State = BulkRunItem.State


def propose(verb, applications, *, by):
    """A run of ``verb`` on these applications, worked out where it needs no words; nothing has changed."""
    desk_verb = VERBS.get(verb)
    if desk_verb is None or not desk_verb.in_bulk:
        raise Refused(_("Choose what to do with them."))
    if not may(by, desk_verb.capability):
        raise Refused(_("Your role does not include this. Ask a coordinator."))
    statuses = dict(applications.values_list("pk", "status")[: MOST + 1])
    keys = list(statuses)
    if not keys:
        raise Refused(_("Choose at least one application."))
    if len(keys) > MOST:
        raise Refused(_("Choose at most %(most)s at a time.") % {"most": MOST})
    versions = dict(
        ApplicationVersion.objects.filter(application__in=keys)
        .values_list("application")
        .annotate(newest=Max("number"))
        .order_by()
    )
    with transaction.atomic():
        run = BulkRun.objects.create(verb=verb, started_by=by)
        BulkRunItem.objects.bulk_create(
            BulkRunItem(run=run, application_id=key, seen_version=versions.get(key, 0), seen_status=statuses[key])
            for key in keys
        )
    if not desk_verb.needs_words:
        work_out(run, {})
    return run


def _act(run, item, by):
    verb, values = VERBS[run.verb], run.arguments
    if verb.is_letter:
        values = {**values, "run": run.pk, "seen_status": item.seen_status}
    if verb.plan:
        if item.officer_id is None:
            raise Refused(_("None of these officers may have it."))
        values = {"to": item.officer_id}
        item.application.assigned_to_id = item.held_by_id  # somebody who took it since is not overruled
    return verb.run(item.application, by=by, values=values, seen_version=item.seen_version)


def _make_plan(run, items):
    """Say for each item which officer it goes to, and who holds it now."""
    plan = VERBS[run.verb].plan([item.application for item in items], **run.arguments)
    for item in items:
        item.officer_id, item.held_by_id = plan.get(item.application_id), item.application.assigned_to_id


def work_out(run, arguments):
    """Try the verb on each application without doing it; keep what would change, what not and why, and the letters."""
    _require_state(run, BulkRun.State.PREVIEW)
    run.arguments = arguments
    letters, sample = 0, {}
    items = list(
        run.items.exclude(state=State.DROPPED).select_related("application__applicant", "application__assigned_to")
    )
    if VERBS[run.verb].plan:
        _make_plan(run, items)
    for item in items:
        tried = rehearse(lambda item=item: _act(run, item, run.started_by), item.application)
        item.state = State.SKIPPED if tried.refusal else State.WAITING
        item.message, item.before, item.after = tried.refusal, tried.before, tried.after
        item.letters = len(tried.letters)
        letters += item.letters
        if tried.letters and not sample:
            letter = tried.letters[0]
            sample = {"to": letter.to, "subject": letter.subject, "body": letter.body, "language": letter.language}
    with transaction.atomic():
        changed = ["state", "message", "before", "after", "letters", "officer", "held_by"]
        BulkRunItem.objects.bulk_update(items, changed)
        run.letter_count, run.sample_letter, run.previewed_at = letters, sample, clock.now()
        run.save(update_fields=["arguments", "letter_count", "sample_letter", "previewed_at"])
    return run


def _require_state(run, state):
    if run.state != state:
        raise Refused(_("This run was confirmed already."))


def is_worked_out(run):
    """Whether the words that the verb needs have been given, so that its items say what would happen."""
    return not VERBS[run.verb].needs_words or bool(run.arguments)


def known_items(run, user):
    """The items of a run whose application this officer may know of."""
    return run.items.filter(application__in=Application.objects.visible_to(user).values("pk"))


def changed_since(run):
    """The items still to go whose application has another status than when it was chosen."""
    waiting = run.items.filter(state=State.WAITING).exclude(application__status=F("seen_status"))
    return waiting.select_related("application")


def drop(run, keys, *, by):
    """Take these items (keys) off a run that is not confirmed yet; how many."""
    _require_own(run, by)
    _require_state(run, BulkRun.State.PREVIEW)
    dropped = run.items.filter(pk__in=keys, state__in=[State.WAITING, State.SKIPPED]).update(
        state=State.DROPPED, message="", happened_at=clock.now()
    )
    if not dropped:
        raise Refused(_("Tick at least one of them."))
    return dropped


@transaction.atomic
def keep(run, keys, *, by):
    """Keep these items although their status changed: the officer has looked at them again."""
    _require_own(run, by)
    _require_state(run, BulkRun.State.PREVIEW)
    items = list(changed_since(run).filter(pk__in=keys))
    if not items:
        raise Refused(_("Tick at least one of them."))
    for item in items:
        item.seen_status = item.application.status
    BulkRunItem.objects.bulk_update(items, ["seen_status"])
    return len(items)


def _require_own(run, by):
    if run.started_by_id != by.pk:
        raise Refused(_("Only the officer who prepared this run can confirm it."))


def confirm(run, *, by):
    """Start the run: here when it is short, else by the worker."""
    _require_own(run, by)
    if not is_worked_out(run):
        raise Refused(_("Say first what the verb needs."))
    if VERBS[run.verb].is_letter and (changed := changed_since(run).count()):
        raise Refused(
            ngettext(
                "%(count)s of those you chose has changed since. Take it off, or keep it.",
                "%(count)s of those you chose have changed since. Take them off, or keep them.",
                changed,
            )
            % {"count": changed}
        )
    with transaction.atomic():
        changed = BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.PREVIEW).update(
            state=BulkRun.State.RUNNING, confirmed_at=clock.now()
        )
        if not changed:
            raise Refused(_("This run was confirmed already."))
        audit.record("bulk.confirm", run, by=by, internal=True, applications=run.items.count())
    run.refresh_from_db()
    if run.items.filter(state=State.WAITING).count() <= AT_ONCE:
        return carry_on(run)
    from .tasks import continue_bulk_run

    hints.give(continue_bulk_run, run.pk)
    return run


def carry_on(run, *, at_most=None):
    """Do what is still to do, at most so many; the run is done when nothing waits. Safe to call twice or at once."""
    waiting = run.items.filter(state=State.WAITING).values_list("pk", flat=True)
    for key in list(waiting[:at_most] if at_most else waiting):
        _do(run, key)
    if not run.items.filter(state=State.WAITING).exists():
        BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.RUNNING).update(
            state=BulkRun.State.DONE, finished_at=clock.now()
        )
    run.refresh_from_db()
    return run


def carry_on_by_key(pk):
    run = BulkRun.objects.select_related("started_by").get(pk=pk, state=BulkRun.State.RUNNING)
    return carry_on(run).pk


def carry_on_left_behind():
    """Sweep: take up the runs whose worker or page was cut off; how many."""
    left = BulkRun.objects.filter(state=BulkRun.State.RUNNING, confirmed_at__lte=clock.now() - PATIENCE)
    return sum(carry_on(run) is not None for run in left.select_related("started_by"))


def moved_at(run):
    """The instant of the last item that was done, or of the confirmation."""
    return run.items.aggregate(last=Max("happened_at", filter=~Q(state=State.DROPPED)))["last"] or run.confirmed_at


def _do(run, key):
    try:
        with transaction.atomic():
            if not BulkRunItem.objects.filter(pk=key, state=State.WAITING).update(
                state=State.DONE, happened_at=clock.now()
            ):
                return
            item = BulkRunItem.objects.select_related("application").get(pk=key)
            _act(run, item, run.started_by)
            stored = Application.objects.get(pk=item.application_id)
            BulkRunItem.objects.filter(pk=key).update(after=stored.get_status_display())
    except Refused as refusal:
        _keep_refusal(key, str(refusal))
    except IntegrityError:
        _keep_refusal(key, forbidden_by_the_database())


def _keep_refusal(key, sentence):
    BulkRunItem.objects.filter(pk=key, state=State.WAITING).update(
        state=State.REFUSED, message=sentence, happened_at=clock.now()
    )


def tally(items):
    """How many of these items are in each state."""
    return Counter(items.values_list("state", flat=True))
