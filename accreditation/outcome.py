"""What became of a list when its period ended, and what differs between lists: read by pages and papers.

Everything here is as of the announced instant, never of the time at which a job moved the names (T-M14).
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from imrf_portal.audit import Event

from . import circulation
from .models import Application, ListEntry, Objection, StakeholderList
from .names import marked


@dataclass(frozen=True)
class Outcome:
    """How many names stood on a list when its period ended, and what became of them at that instant."""

    names: int
    cleared: int
    referred: int
    withdrawn: int


def outcome_of(listed):
    """The counts of a closed list. A name an organization took back before the end counts as withdrawn only."""
    applications = list(listed.entries.values_list("application_id", flat=True))
    withdrawn = {
        int(pk)
        for pk in Event.objects.filter(
            verb="application.withdraw",
            subject_type=Application._meta.label_lower,
            subject_id__in=[str(pk) for pk in applications],
            happened_at__lt=listed.closes_at,
        ).values_list("subject_id", flat=True)
    }
    objected = set(
        Objection.objects.filter(entry__application__in=applications, received_at__lt=listed.closes_at)
        .exclude(status__in=[Objection.State.DRAFT, Objection.State.LATE])
        .filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=listed.closes_at))
        .values_list("entry__application_id", flat=True)
    )
    referred = objected - withdrawn
    return Outcome(len(applications), len(applications) - len(referred) - len(withdrawn), len(referred), len(withdrawn))


def versions_of(listed):
    """The versions of a list that States have read, oldest first."""
    return (
        StakeholderList.objects.filter(forum=listed.forum_id, number=listed.number, kind=listed.kind)
        .exclude(circulated_at=None)
        .order_by("version")
    )


@dataclass(frozen=True)
class Difference:
    """Names only on the one, only on the other, and pairs that differ (as segments of ``names.marked``)."""

    before: str
    after: str
    count_before: int
    count_after: int
    added: list
    removed: list
    changed: list

    @property
    def same(self):
        return self.count_after - len(self.added) - len(self.changed)


def _difference(before, after, old, new):
    added, removed, changed = circulation.difference(old, new)
    pairs = [{"old": earlier, "new": later, "marked": marked(earlier.name, later.name)} for earlier, later in changed]
    return Difference(before, after, old.count(), new.count(), added, removed, pairs)


def _label(listed):
    return _("%(title)s, version %(version)s") % {"title": listed.title, "version": listed.version}


def from_the_version_before(listed):
    """What this version changed, or None for a first version."""
    earlier = versions_of(listed).filter(version__lt=listed.version).last()
    if earlier is None:
        return None
    return _difference(_label(earlier), _label(listed), earlier.entries.all(), listed.entries.all())


def to_the_final_list(listed):
    """What became of a proposed list's names on the final list; None while there is none made after its period.

    A final list that was sent while States still considered this one says nothing about its names.
    """
    final = _newest_final(listed.forum_id)
    if final is None or listed.kind == StakeholderList.Kind.FINAL or final.circulated_at < listed.closes_at:
        return None
    proposed = listed.entries.all()
    taken = final.entries.filter(application__in=proposed.values("application"))
    return _difference(_label(listed), final.title, proposed, taken)


def from_the_proposed_lists(final):
    """How a final list differs from the proposed lists, in their newest versions, whose period had ended before it."""
    considered = newest_lists(final.forum_id).filter(
        kind=StakeholderList.Kind.PROPOSED, closes_at__lte=final.circulated_at
    )
    proposed = ListEntry.objects.filter(stakeholder_list__in=considered)
    return _difference(_("Proposed lists"), _label(final), proposed, final.entries.all())


def newest_lists(forum):
    """The newest version that States have read of each list of a Forum."""
    newer = Q(replaced_by__circulated_at__isnull=False)
    return StakeholderList.objects.filter(forum=forum).exclude(circulated_at=None).exclude(newer).order_by("number")


def _newest_final(forum):
    return newest_lists(forum).filter(kind=StakeholderList.Kind.FINAL).first()
