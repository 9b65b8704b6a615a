"""The dates of Calls and of lists under silence, as they can be moved; and whom the dates of a Forum concern."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import dates
from imrf_portal import forum as forums
from imrf_portal.access import Audience, Capability
from imrf_portal.errors import Refused
from imrf_portal.forum import Call
from imrf_portal.users import User

from . import circulation
from .calendar import DRAFT_REMINDERS
from .models import Accreditation, Application, Membership, StakeholderList, Status
from .models.applications import UNDECIDED
from .workflow import tell

LABELS = {
    "opens_at": gettext_lazy("Applications open"),
    "closes_at": gettext_lazy("Applications close"),
    "review_ends_at": gettext_lazy("Review ends"),
}
GUARDED = {"opens_at": "later", "closes_at": "earlier", "review_ends_at": "earlier"}
CONCERNS = {"opens_at": (), "closes_at": ("drafts",), "review_ends_at": ("applicants",)}


def lines(forum):
    for call in Call.objects.filter(forum=forum):
        call.forum = forum
        for name in LABELS:
            yield _of_call(call, name)
    circulated = StakeholderList.objects.filter(
        forum=forum, circulated_at__isnull=False, closes_at__isnull=False, replaced_by=None
    )
    for listed in circulated.select_related("forum"):
        yield _of_list(listed)


def _of_call(call, name):
    def move(new, *, by, reason, signed_by):
        move_date_of_call(call, name, new, by=by, reason=reason, signed_by=signed_by)

    applying = call.kind == Call.Kind.SPECIAL_ACCREDITATION
    erased = [(_("Unsent drafts are erased"), (timedelta(days=call.draft_days),))]
    reminded = [(_("Reminders to drafts"), tuple(-lead for lead in DRAFT_REMINDERS.values()))]
    return dates.Line(
        f"call-{call.pk}.{name}",
        str(LABELS[name]) if applying else f"{call.get_kind_display()}: {call._meta.get_field(name).verbose_name}",
        getattr(call, name),
        call.forum.time_zone,
        move,
        part="" if applying else "meeting",
        guarded=GUARDED[name],
        concerns=CONCERNS[name],
        follows=(*reminded, *erased) if applying and name == "closes_at" else (),
    )


@transaction.atomic
def move_date_of_call(call, name, new, *, by, reason, signed_by=None):
    """Move one date of a Call; when it is the end, drafts get a notice. Returns the ``DateChange``.

    A notice of more time is held in the outbox; one of less time goes out at once, because it cannot wait (T-S15).
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("forum").get(pk=call.pk)
    before = getattr(call, name)
    closes_at = new if name == "closes_at" else call.closes_at
    opens_at = new if name == "opens_at" else call.opens_at
    if closes_at <= opens_at:
        raise Refused(_("The call would close before it opens."), field="moment")
    change = forums.moved(
        call, name, new, forum=call.forum, what=str(LABELS[name]), by=by, reason=reason, signed_by=signed_by
    )
    if name != "closes_at":
        return change
    shortened = new < before
    for application in drafts_of(call).select_related("forum", "applicant", "call__forum"):
        tell(
            application,
            "call_shortened" if shortened else "call_extended",
            key=f"call.moved:{change.pk}",
            hold=not shortened,
            old_closes_at=before,
            closes_at=new,
            reason=reason,
        )
    return change


def drafts_of(call):
    """The unsent applications that a new closing date concerns."""
    return Application.objects.filter(call=call, status=Status.DRAFT, erased_at=None)


def _of_list(listed):
    def move(new, *, by, reason, signed_by):
        circulation.extend(listed, by=by, closes_at=new, reason=reason)

    return dates.Line(
        f"list-{listed.pk}.silence_ends_at",
        _("Silence ends: %(list)s") % {"list": listed},
        listed.closes_at,
        listed.forum.time_zone,
        move,
        guarded="",
        capability=Capability.CIRCULATE,
        concerns=("missions_of_a_list",),
        stays=_("the period has closed") if listed.is_closed else "",
    )


def _applicants(forum):
    live = Application.objects.filter(forum=forum, status__in=UNDECIDED, erased_at=None)
    return User.objects.with_access().filter(pk__in=live.values("applicant"))


def _drafting(forum):
    drafts = Application.objects.filter(forum=forum, status=Status.DRAFT, erased_at=None)
    return User.objects.filter(pk__in=drafts.values("applicant"))


def _delegates(_forum):
    return User.objects.with_access().filter(audience=Audience.MEMBER_STATE)


def _accredited(forum):
    held = Accreditation.objects.in_force().filter(forum=forum)
    working = Membership.objects.filter(
        organization__in=held.values("organization"),
        ended_at=None,
        role__in=[Membership.Role.OWNER, Membership.Role.EDITOR],
    )
    return User.objects.with_access().filter(pk__in=working.values("user"))


GROUPS = (
    dates.Group("accredited", gettext_lazy("Accredited organizations"), _accredited),
    dates.Group("applicants", gettext_lazy("Applicants that are not decided on"), _applicants),
    dates.Group("drafts", gettext_lazy("Applicants with an unsent draft"), _drafting, told=True),
    dates.Group("missions", gettext_lazy("Delegates of Missions"), _delegates),
    dates.Group("missions_of_a_list", gettext_lazy("Delegates of Missions, by the list"), _delegates, told=True),
)
