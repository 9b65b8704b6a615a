"""The verbs of a list: compile, freeze, circulate, extend, close; and what Member States do with it.

Source: product rules “The list and Member States”. A list once frozen never changes; the clock decides when a
non-objection period is closed; sweeps move what has fallen due and may run late or twice.
"""

import hashlib
import json

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, codes, mail
from imrf_portal.access import Audience, Capability
from imrf_portal.errors import Refused
from imrf_portal.users import User

from . import names
from .models import (
    Application,
    ListEntry,
    ListExtension,
    Objection,
    StakeholderList,
    StateRequest,
    Status,
)
from .review import require
from .workflow import MACHINE, locked


def _locked(stakeholder_list):
    return StakeholderList.objects.select_for_update(of=("self",)).select_related("forum").get(pk=stakeholder_list.pk)


def _last_number(forum):
    return StakeholderList.objects.filter(forum=forum).aggregate(Max("number"))["number__max"] or 0


@transaction.atomic
def compile_list(forum, applications, *, by, title=""):
    """Draw up the next proposed list of a Forum from eligible applications; it can change until it is frozen."""
    require(by, Capability.CIRCULATE)
    number = _last_number(forum) + 1
    compiled = StakeholderList.objects.create(
        forum=forum,
        number=number,
        title=title.strip() or _("Proposed list %(number)s") % {"number": number},
        compiled_by=by,
    )
    audit.record("list.compile", compiled, by=by)
    set_entries(compiled, applications, by=by)
    return compiled


@transaction.atomic
def set_entries(stakeholder_list, applications, *, by):
    """Make these applications the entries of a list that is not frozen yet; refused afterwards (T-S25)."""
    require(by, Capability.CIRCULATE)
    stakeholder_list = _locked(stakeholder_list)
    _require_unfrozen(stakeholder_list)
    chosen = list(
        Application.objects.filter(pk__in=[application.pk for application in applications]).select_related("country")
    )
    elsewhere = _listed_elsewhere(stakeholder_list, chosen)
    for application in chosen:
        if application.status != Status.ELIGIBLE or application.forum_id != stakeholder_list.forum_id:
            raise Refused(
                _("%(reference)s cannot be listed: its status is “%(status)s”.")
                % {"reference": application, "status": application.get_status_display()}
            )
        if application.pk in elsewhere:
            raise Refused(
                _("%(reference)s stands on %(list)s already.")
                % {"reference": application, "list": elsewhere[application.pk]}
            )
    stakeholder_list.entries.all().delete()
    _write_entries(stakeholder_list, chosen)
    StakeholderList.objects.filter(pk=stakeholder_list.pk).update(needs_new_version=False)
    audit.record("list.set_entries", stakeholder_list, by=by, internal=True, entries=len(chosen))
    return stakeholder_list


def _listed_elsewhere(stakeholder_list, applications):
    entries = (
        ListEntry.objects.filter(application__in=applications, stakeholder_list__circulated_at=None)
        .exclude(stakeholder_list=stakeholder_list)
        .filter(stakeholder_list__replaced_by=None)
        .select_related("stakeholder_list__forum")
    )
    return {entry.application_id: entry.stakeholder_list for entry in entries}


def _require_unfrozen(stakeholder_list):
    if stakeholder_list.frozen_at:
        raise Refused(_("This list is frozen. Make a new version to change it."))


def shown(application):
    """The columns of a list entry as Member States will read them, from the version that counts."""
    version = application.versions.order_by("-number").first()
    answers = version.answers
    return {
        "name": answers["name"],
        "country_id": answers["country"],
        "category": answers["type"] if application.forum.states_see_category else "",
    }


def _write_entries(stakeholder_list, applications):
    rows = [(application, shown(application)) for application in applications]
    rows.sort(key=lambda row: (row[1]["name"].casefold(), row[0].pk))
    ListEntry.objects.bulk_create(
        ListEntry(
            stakeholder_list=stakeholder_list,
            application=application,
            position=position,
            key=codes.random_code("N").replace("-", "")[:10],
            folded_name=names.fold(columns["name"])[:255],
            **columns,
        )
        for position, (application, columns) in enumerate(rows, start=1)
    )


def fingerprint(stakeholder_list):
    """SHA-256 over what States are shown: the list's number and version, and each position, name, country, category."""
    rows = stakeholder_list.entries.order_by("position").values_list("position", "name", "country_id", "category")
    content = json.dumps(
        [stakeholder_list.forum.reference_prefix, stakeholder_list.number, stakeholder_list.version, *map(list, rows)],
        ensure_ascii=False,
    )
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def freeze(stakeholder_list, *, by):
    """Fix the entries and compute the hash; nothing on it changes from here on."""
    require(by, Capability.CIRCULATE)
    stakeholder_list = _locked(stakeholder_list)
    _require_unfrozen(stakeholder_list)
    if not stakeholder_list.entries.exists():
        raise Refused(_("The list is empty. Add eligible applications first."))
    standing = [Status.ELIGIBLE, Status.CIRCULATED] if stakeholder_list.replaces_id else [Status.ELIGIBLE]
    gone = stakeholder_list.entries.exclude(application__status__in=standing).select_related("application").first()
    if stakeholder_list.kind == StakeholderList.Kind.PROPOSED and gone:
        raise Refused(
            _("%(reference)s is no longer eligible. Take it off the list first.") % {"reference": gone.application}
        )
    stakeholder_list.frozen_at = clock.now()
    stakeholder_list.sha256 = fingerprint(stakeholder_list)
    stakeholder_list.save(update_fields=["frozen_at", "sha256"])
    audit.record("list.freeze", stakeholder_list, by=by, sha256=stakeholder_list.sha256)
    return stakeholder_list


@transaction.atomic
def new_version(stakeholder_list, *, by):
    """A new version of a frozen list without those who withdrew, and with names as they stand now.

    Before circulation it is compiled anew; after it, it is frozen and shown at once with the same closing instant, or,
    where the Forum says that a correction restarts the period, it waits to be circulated with a new one.
    """
    require(by, Capability.CIRCULATE)
    old = _locked(stakeholder_list)
    if not old.frozen_at:
        raise Refused(_("This list is not frozen: change it directly."))
    if StakeholderList.objects.filter(replaces=old).exists():
        raise Refused(_("A newer version exists already."))
    new = StakeholderList.objects.create(
        forum=old.forum,
        number=old.number,
        version=old.version + 1,
        kind=old.kind,
        title=old.title,
        letter=old.letter,
        compiled_by=by,
        replaces=old,
    )
    keep = {Status.ELIGIBLE, Status.CIRCULATED}
    _write_entries(
        new,
        [
            entry.application
            for entry in old.entries.select_related("application__forum")
            if entry.application.status in keep
        ],
    )
    audit.record("list.new_version", new, by=by, before=str(old.version), after=str(new.version))
    if old.circulated_at and not old.forum.correction_restarts_silence:
        new.frozen_at, new.sha256 = clock.now(), fingerprint(new)
        new.circulated_at, new.circulated_by, new.closes_at = clock.now(), by, old.closes_at
        new.save()
        _carry_over(old, new)
        tell_missions(new, "list_new_version", key=f"list.new_version:{new.pk}")
    return new


def _carry_over(old, new):
    """Objections and requests stand on the newest version's entry of the same application."""
    entries = {entry.application_id: entry for entry in new.entries.all()}
    for model in (Objection, StateRequest):
        for row in model.objects.filter(entry__stakeholder_list=old).select_related("entry"):
            if entry := entries.get(row.entry.application_id):
                model.objects.filter(pk=row.pk).update(entry=entry)


@transaction.atomic
def circulate(stakeholder_list, *, by, closes_at, letter=""):
    """Send a frozen list to Member States under silence until ``closes_at`` (aware)."""
    require(by, Capability.CIRCULATE)
    stakeholder_list = _locked(stakeholder_list)
    if not stakeholder_list.frozen_at:
        raise Refused(_("Freeze the list first: what States see must be fixed."))
    if stakeholder_list.circulated_at:
        raise Refused(_("This list has been circulated already."))
    if stakeholder_list.needs_new_version:
        raise Refused(_("A name on this list has withdrawn since it was frozen. Make a new version first."))
    if closes_at <= clock.now():
        raise Refused(_("The non-objection period must close in the future."), field="closes_at")
    stakeholder_list.circulated_at = clock.now()
    stakeholder_list.circulated_by = by
    stakeholder_list.closes_at = closes_at
    stakeholder_list.letter = letter.strip()
    stakeholder_list.save(update_fields=["circulated_at", "circulated_by", "closes_at", "letter"])
    for entry in stakeholder_list.entries.select_related("application__forum", "application__applicant"):
        if entry.application.status == Status.ELIGIBLE:
            MACHINE.perform("circulate", entry.application, by=by, internal=True)
    if stakeholder_list.replaces:
        _carry_over(stakeholder_list.replaces, stakeholder_list)
    audit.record(
        "list.circulate", stakeholder_list, by=by, entries=stakeholder_list.entries.count(), closes_at=str(closes_at)
    )
    tell_missions(stakeholder_list, "list_circulated", key=f"list.circulate:{stakeholder_list.pk}")
    return stakeholder_list


def tell_missions(stakeholder_list, template, *, key, states=None, **context):
    """One letter to each delegate with access, of all Missions or of ``states`` (ISO codes)."""
    delegates = User.objects.with_access().filter(audience=Audience.MEMBER_STATE)
    if states is not None:
        delegates = delegates.filter(member_state__in=states)
    for delegate in delegates:
        mail.queue(
            f"{key}:{delegate.pk}",
            template,
            to=delegate.email,
            recipient=delegate,
            about=f"{stakeholder_list.forum.reference_prefix}-L{stakeholder_list.number}",
            context={"list": stakeholder_list, "forum": stakeholder_list.forum, **context},
        )


@transaction.atomic
def extend(stakeholder_list, *, by, closes_at, reason):
    """Move the end of an open non-objection period to a later instant; the old end stays in the history (T-M13)."""
    require(by, Capability.CIRCULATE)
    stakeholder_list = _locked(stakeholder_list)
    if not stakeholder_list.circulated_at or stakeholder_list.is_closed:
        raise Refused(_("Only an open non-objection period can be extended."))
    if not reason.strip():
        raise Refused(_("Say why the period is extended; Missions read it."), field="reason")
    if closes_at <= stakeholder_list.closes_at:
        raise Refused(_("The new end must be later than the present one."), field="closes_at")
    extension = ListExtension.objects.create(
        stakeholder_list=stakeholder_list,
        old_closes_at=stakeholder_list.closes_at,
        new_closes_at=closes_at,
        reason=reason.strip(),
        extended_by=by,
    )
    stakeholder_list.closes_at = closes_at
    stakeholder_list.save(update_fields=["closes_at"])
    audit.record(
        "list.extend",
        stakeholder_list,
        by=by,
        before=str(extension.old_closes_at),
        after=str(closes_at),
        reason=reason,
    )
    tell_missions(stakeholder_list, "list_extended", key=f"list.extend:{extension.pk}", extension=extension)
    return stakeholder_list


def close_entry(entry):
    """The non-objection period is over: the calendar moves the application by its standing objections.

    Stamped with the instant the period closed. ``None`` when it was moved already.
    """
    closes_at = entry.stakeholder_list.closes_at
    with transaction.atomic():
        application = locked(entry.application)
        if application.status != Status.CIRCULATED:
            return None
        standing = Objection.objects.filter(
            entry__application=application, status__in=Objection.STANDING, received_at__lt=closes_at
        ).exists()
        return MACHINE.perform(
            "refer" if standing else "clear", application, by=None, happened_at=closes_at, internal=True
        )


def close_due():
    """Move every entry whose period has closed; returns how many moved. Running twice, or late, changes nothing."""
    due = ListEntry.objects.filter(
        application__status=Status.CIRCULATED,
        stakeholder_list__circulated_at__isnull=False,
        stakeholder_list__closes_at__lte=clock.now(),
        stakeholder_list__replaced_by=None,
    ).select_related("application", "stakeholder_list")
    moved = sum(close_entry(entry) is not None for entry in due)
    for closed in StakeholderList.objects.filter(
        closed_at=None, circulated_at__isnull=False, kind=StakeholderList.Kind.PROPOSED, closes_at__lte=clock.now()
    ).select_related("forum"):
        if StakeholderList.objects.filter(pk=closed.pk, closed_at=None).update(closed_at=closed.closes_at):
            audit.record("list.close", closed, by=None, happened_at=closed.closes_at)
    return moved


@transaction.atomic
def final_list(forum, *, by, letter=""):
    """Draw up, freeze and share the final list: the names accredited now, as a list of its own."""
    require(by, Capability.CIRCULATE)
    accredited = list(
        Application.objects.filter(forum=forum, status=Status.ACCREDITED).select_related("forum").order_by("pk")
    )
    if not accredited:
        raise Refused(_("No application of this Forum has been accredited yet."))
    previous = StakeholderList.objects.filter(forum=forum, kind=StakeholderList.Kind.FINAL).order_by("-version").first()
    final = StakeholderList.objects.create(
        forum=forum,
        number=previous.number if previous else _last_number(forum) + 1,
        version=previous.version + 1 if previous else 1,
        kind=StakeholderList.Kind.FINAL,
        title=_("Final list"),
        compiled_by=by,
        replaces=previous,
        letter=letter.strip(),
    )
    _write_entries(final, accredited)
    final.frozen_at = final.circulated_at = clock.now()
    final.circulated_by = by
    final.sha256 = fingerprint(final)
    final.save()
    audit.record("list.final", final, by=by, entries=len(accredited))
    tell_missions(final, "list_final", key=f"list.final:{final.pk}")
    return final


def difference(old, new):
    """``(added, removed, renamed)``: entries only in ``new``, entries only in ``old``, and pairs of both that differ.

    ``old`` and ``new`` are querysets of entries, of one list or of several, by position.
    """
    before = {entry.application_id: entry for entry in old.select_related("country")}
    after = {entry.application_id: entry for entry in new.select_related("country")}
    return (
        [entry for key, entry in after.items() if key not in before],
        [entry for key, entry in before.items() if key not in after],
        [
            (before[key], after[key])
            for key in before
            if key in after and (before[key].name, before[key].country_id) != (after[key].name, after[key].country_id)
        ],
    )
