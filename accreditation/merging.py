"""Two organizations that are one: merged by an officer with a reason, and taken apart again if that was wrong (T-S18).

The merged organization stays as a row that points to the one kept. Its applications, accreditations and people move;
where both have a live application to one Forum, that of the organization kept stands and the other is closed.
Everything that moved is written down with the merge, so that taking it back gives each what it had.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, sight
from imrf_portal.access import Capability
from imrf_portal.errors import Refused

from .models import (
    Accreditation,
    Application,
    InformationRequest,
    Membership,
    Organization,
    OrganizationMerge,
    OrganizationName,
    Status,
)
from .review import require
from .workflow import MACHINE, locked, tell

TIME_TO_ANSWER = timedelta(days=3)
"""What an applicant has at least, when an application with open questions is given back."""
CAN_BE_CLOSED = MACHINE.transitions["close_duplicate"].source
ENDED = (Status.WITHDRAWN, Status.CLOSED)
Role = Membership.Role


def hindrances(kept, merged):
    """Why these two cannot be merged, in sentences; none when they can."""
    if kept.pk == merged.pk:
        return [_("This is one organization already.")]
    found = [
        _("%(name)s was merged into %(other)s. Take that back first.") % {"name": one, "other": one.merged_into}
        for one in (kept, merged)
        if one.merged_into_id
    ]
    for forum in _forums(Accreditation, kept) & _forums(Accreditation, merged):
        found.append(_("Both are accredited to %(forum)s. Revoke one of them first.") % {"forum": forum})
    for standing, other in _pairs(kept, merged):
        if other.status == Status.DRAFT:
            continue
        if standing.status == Status.DRAFT:
            found.append(
                _("Keep %(name)s instead: %(reference)s could not stand here.") % {"name": merged, "reference": other}
            )
        elif other.status not in CAN_BE_CLOSED:
            words = {"forum": other.forum, "reference": other, "status": other.get_status_display()}
            found.append(
                _(
                    "Both have an application to %(forum)s, and %(reference)s is decided or before Member States "
                    "(%(status)s). Keep that organization instead, or leave both."
                )
                % words
                if standing.status in CAN_BE_CLOSED
                else _(
                    "Both have an application to %(forum)s that is decided or before Member States. Neither can be "
                    "closed for the other."
                )
                % words
            )
        elif other.entries.exists():
            found.append(
                _("%(reference)s stands on a list. Take it off the list first.") % {"reference": other.reference}
            )
    return found


def _require_all_known(kept, merged, officer):
    """A merge moves the records of every Forum, so who may not know of one of them cannot make it, nor take it back."""
    for model in (Application, Accreditation):
        rows = model.objects.filter(organization__in=[kept, merged])
        if rows.exclude(pk__in=sight.visible(model.objects.all(), officer).order_by().values("pk")).exists():
            raise Refused(_("This reaches beyond what you work on. Ask an officer of all Forums to do it."))


def _forums(model, organization):
    return {row.forum for row in model.objects.filter(organization=organization).select_related("forum")}


def _live(organization):
    rows = Application.objects.filter(organization=organization).exclude(status__in=ENDED)
    return {row.forum_id: row for row in rows.select_related("forum", "organization", "applicant")}


def _pairs(kept, merged):
    """``(standing, other)`` for each Forum to which both have a live application."""
    here, there = _live(kept), _live(merged)
    return [(here[forum], there[forum]) for forum in sorted(here.keys() & there.keys())]


@transaction.atomic
def merge(kept, merged, *, by, reason):
    """Merge ``merged`` into ``kept``; returns the ``OrganizationMerge``. Refused with every hindrance in words."""
    require(by, Capability.SIGN)
    if not reason.strip():
        raise Refused(_("Say how you know that these are one organization."), field="reason")
    kept, merged = _locked(kept, merged)
    _require_all_known(kept, merged, by)
    if problems := hindrances(kept, merged):
        raise Refused(" ".join(problems))
    moved = {"closed": {}, "applications": [], "accreditations": [], "ended": [], "added": [], "names": []}
    _close_duplicates(kept, merged, moved, by=by)
    drafts = [other.pk for _standing, other in _pairs(kept, merged)]
    _move(Application.objects.filter(organization=merged).exclude(pk__in=drafts), kept, moved["applications"])
    _move(Accreditation.objects.filter(organization=merged), kept, moved["accreditations"])
    _move_people(kept, merged, moved)
    _keep_names(kept, merged, moved)
    Organization.objects.filter(pk=merged.pk).update(merged_into=kept)
    done = OrganizationMerge.objects.create(kept=kept, merged=merged, reason=reason.strip(), merged_by=by, moved=moved)
    for one, other in ((kept, merged), (merged, kept)):
        audit.record("organization.merge", one, by=by, reason=reason.strip(), internal=True, other=other.pk)
    return done


def _locked(*organizations):
    """The rows as they are now, locked in the order of their keys."""
    rows = Organization.objects.select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[one.pk for one in organizations]).select_related("merged_into")}
    return [found[one.pk] for one in organizations]


def _close_duplicates(kept, merged, moved, *, by):
    for standing, other in _pairs(kept, merged):
        if other.status == Status.DRAFT:
            continue
        other = locked(other)
        moved["closed"][str(other.pk)] = other.status
        MACHINE.perform("close_duplicate", other, by=by, detail={"standing": standing.reference}, duplicate_of=standing)
        tell(other, "application_joined", key=f"application.joined:{clock.now().isoformat()}", standing=standing)


def _move(rows, organization, keys):
    keys.extend(rows.values_list("pk", flat=True))
    rows.model.objects.filter(pk__in=keys).update(organization=organization)


def _move_people(kept, merged, moved):
    working = set(Membership.objects.filter(organization=kept, ended_at=None).values_list("user", flat=True))
    owned = Membership.objects.filter(organization=kept, ended_at=None, role=Role.OWNER).exists()
    for membership in Membership.objects.filter(organization=merged, ended_at=None).order_by("pk"):
        Membership.objects.filter(pk=membership.pk).update(ended_at=clock.now())
        moved["ended"].append(membership.pk)
        if membership.user_id in working:
            continue
        role = Role.EDITOR if membership.role == Role.OWNER and owned else membership.role
        added = Membership.objects.create(organization=kept, user_id=membership.user_id, role=role)
        moved["added"].append(added.pk)


def _keep_names(kept, merged, moved):
    names = [(merged.name, None), *merged.former_names.values_list("name", "until_on")]
    for name, until_on in names:
        if name and name != kept.name:
            row, is_new = OrganizationName.objects.get_or_create(
                organization=kept, name=name, defaults={"until_on": until_on}
            )
            if is_new:
                moved["names"].append(row.pk)


@transaction.atomic
def separate(done, *, by, reason):
    """Take a merge back: applications, accreditations, people and names stand where they stood, with their history."""
    require(by, Capability.SIGN)
    if not reason.strip():
        raise Refused(_("Say why they are two organizations."), field="reason")
    kept, merged = _locked(done.kept, done.merged)
    _require_all_known(kept, merged, by)
    if not OrganizationMerge.objects.filter(pk=done.pk, undone_at=None).update(
        undone_at=clock.now(), undone_by=by, undone_reason=reason.strip()
    ):
        raise Refused(_("This merge was taken back already."))
    if kept.merged_into_id:
        raise Refused(
            _("%(name)s was merged into %(other)s since. Take that back first.")
            % {"name": kept, "other": kept.merged_into}
        )
    moved = done.moved
    Membership.objects.filter(pk__in=moved["added"], ended_at=None).update(ended_at=clock.now())
    OrganizationName.objects.filter(pk__in=moved["names"]).delete()
    Organization.objects.filter(pk=merged.pk).update(merged_into=None)
    try:
        with transaction.atomic():
            working = set(Membership.objects.filter(organization=merged, ended_at=None).values_list("user", flat=True))
            Membership.objects.filter(pk__in=moved["ended"]).exclude(user__in=working).update(ended_at=None)
            Accreditation.objects.filter(pk__in=moved["accreditations"], organization=kept).update(organization=merged)
            Application.objects.filter(pk__in=moved["applications"], organization=kept).update(organization=merged)
            for key, status in moved["closed"].items():
                _give_back(int(key), status, by=by)
    except IntegrityError:
        raise Refused(
            _(
                "The organization has by now another owner, or another live application or accreditation to the same "
                "Forum. End that one first."
            )
        )
    for one, other in ((kept, merged), (merged, kept)):
        audit.record("organization.separate", one, by=by, reason=reason.strip(), internal=True, other=other.pk)
    done.refresh_from_db()
    return done


def _give_back(key, status, *, by):
    """The application as it was before the merge; one that was taken up again meanwhile stays as it is."""
    if (
        not Application.objects.filter(pk=key, status=Status.CLOSED)
        .exclude(duplicate_of=None)
        .update(status=status, duplicate_of=None)
    ):
        return
    application = locked(Application(pk=key))
    soon = clock.now() + TIME_TO_ANSWER
    InformationRequest.objects.filter(
        application=application, answered_at=None, closed_at=None, answer_by__lt=soon
    ).update(answer_by=soon)
    audit.record("application.separate", application, by=by, before=Status.CLOSED, after=status)
    tell(application, "application_separated", key=f"application.separated:{clock.now().isoformat()}")
