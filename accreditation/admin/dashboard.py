"""What the admin opens on: the work that waits, the clocks, and whether the calendar is awake."""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal import clock, mail, outbox, seals, sight, written
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import page
from imrf_portal.countersigned import CountersignedAct
from imrf_portal.counting import counting
from imrf_portal.forum import Call
from imrf_portal.health import BEAT_TOLERANCE, Heartbeat

from .. import mentions, pace, queue, queue_counts, queue_rows, sealed
from ..models import Application, InformationRequest, StakeholderList, StateRequest

FIRST_ROWS, MOST_PACES = 10, 3
SHOWN = (
    "unassigned",
    "mine",
    "answered",
    "overdue",
    "second",
    "late",
    "to_circulate",
    "objected",
    "to_decide",
    "waiting",
    "all",
)
BAD, WARN = {"overdue"}, {"objected", "late"}


def show(request):
    user = request.user
    if not may(user, Capability.VIEW):
        return page(request, "admin/desk/no_role.html", admin.site, {"title": _("Work")}, status=200)
    counts = queue.counts(user)
    first = queue.rows(queue.QueueFilters().keys(user)[:FIRST_ROWS])
    address = reverse("admin:accreditation_application_changelist")
    figures = [
        {
            "url": f"{address}?tab={name}",
            "count": counts[name],
            "label": queue.TABS[name][0],
            "tone": tone_of(name, counts[name]),
        }
        for name in SHOWN
    ]
    letters, proposed, asked = written.rows_of(user, waiting, lambda: counting(waiting(user)))[0]
    figures += [
        {
            "url": reverse("admin:accreditation_staterequest_changelist"),
            "count": asked,
            "label": _("Questions of States"),
            "tone": "warn" if asked else "",
        },
        {
            "url": reverse("admin:countersigned") + "?tab=waiting",
            "count": proposed,
            "label": _("Proposals to sign"),
            "tone": "warn" if proposed else "",
        },
        {
            "url": reverse("admin:imrf_portal_outgoingmail_changelist") + "?tab=failed",
            "count": letters,
            "label": _("Letters failed"),
            "tone": "bad" if letters else "",
        },
    ]
    calls = list(sight.visible(Call.objects.select_related("forum"), user))
    spreads, by_forum = queue_counts.spreads(user)
    return page(
        request,
        "admin/index.html",
        admin.site,
        {
            "title": _("Work"),
            "figures": figures,
            "rows": queue_rows.table(first, user, kept="tab=work"),
            "applications": address,
            "may_screen": False,
            "clocks": clocks(user, calls),
            "paces": pace.paces(calls, by_forum)[:MOST_PACES],
            "named": list(mentions.waiting_for(user)[: mentions.MOST_SHOWN]),
            "spreads": spreads,
            "sealed": sealed.counts(user, forums=[call.forum for call in calls]),
            "may_open_seals": may(user, seals.KIND.proposes),
            "health": calendar_health(),
        },
    )


def waiting(user):
    """Letters that did not arrive, acts that wait for a signature, questions of Member States."""
    return (
        mail.readable_by(user).filter(state__in=outbox.DID_NOT_ARRIVE),
        CountersignedAct.objects.visible_to(user).waiting(),
        sight.visible(StateRequest.objects.filter(answered_at=None), user),
    )


def tone_of(name, count):
    if not count:
        return ""
    return "bad" if name in BAD else "warn" if name in WARN else ""


def clocks(user, calls):
    """What comes next in this officer’s Forums, soonest first: openings, closings, answers due, ends of periods."""
    now, found = clock.now(), list(answers_due(user))
    for call in calls:
        steps = ((_("Call opens"), call.opens_at), (_("Call closes"), call.closes_at))
        for label, at in (*steps, (_("Review ends"), call.review_ends_at)):
            if at and at > now:
                found.append({"at": at, "label": label, "of": call, "zone": call.forum.time_zone})
    known = StakeholderList.objects.visible_to(user).select_related("forum")
    for listed in known.filter(closes_at__gt=now, replaced_by=None).exclude(circulated_at=None):
        found.append({"at": listed.closes_at, "label": _("Silence ends"), "of": listed, "zone": listed.forum.time_zone})
    return sorted(found, key=lambda row: row["at"])[:8]


def answers_due(user):
    """The next dates by which applicants answer, with how many answers are due then."""
    waiting = InformationRequest.objects.filter(answered_at=None, closed_at=None, answer_by__gt=clock.now())
    waiting = waiting.filter(application__in=Application.objects.visible_to(user).values("pk")).order_by()
    dates = waiting.values_list("answer_by", "application__forum__time_zone", "application__forum__short_title")
    for at, zone, forum, count in dates.annotate(count=Count("pk")).order_by("answer_by")[:3]:
        label = ngettext("%(count)s answer due from applicants", "%(count)s answers due from applicants", count)
        address = reverse("admin:accreditation_application_changelist") + "?tab=waiting"
        yield {"at": at, "label": label % {"count": count}, "of": forum, "zone": zone, "url": address}


def calendar_health():
    """Whether the worker answers beat, and since when the oldest letter waits."""
    beaten_at = Heartbeat.objects.filter(name="beat").values_list("beaten_at", flat=True).first()
    oldest = mail.oldest_due()
    return {
        "beaten_at": beaten_at,
        "is_awake": beaten_at is not None and clock.now() - beaten_at <= BEAT_TOLERANCE,
        "oldest_letter": oldest if oldest and oldest <= clock.now() else None,
    }


admin.site.opens_on(show)
