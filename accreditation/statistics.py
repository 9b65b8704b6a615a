"""The figures of a Forum: received, complete, proposed, objected to, final, by region and type, and how long it took.

Counted by the database; the number of statements and of rows read does not grow with the applications. What the
public reads went through ``public``: no figure there stands for one to four organizations.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import clock
from imrf_portal.forum import Call
from imrf_portal.geography import Country

from . import final_statistics
from .final_statistics import REST, FinalFigures
from .models import (
    Application,
    InformationRequest,
    ListEntry,
    Objection,
    OrganizationType,
    ReasonCode,
    StakeholderList,
)
from .register import SMALLEST_GROUP
from .small_figures import FEW, NEARLY_ALL, is_few, told

FRESH_SECONDS = 600
STAGES = {
    "received": gettext_lazy("Received"),
    "complete": gettext_lazy("Complete"),
    "proposed": gettext_lazy("Proposed"),
    "objected": gettext_lazy("Objected to"),
    "final": gettext_lazy("On the final list"),
}
STEPS = {
    "question": gettext_lazy("from the first submission to our first question"),
    "answer": gettext_lazy("to answer a question of ours"),
    "assessment": gettext_lazy("from the first submission to the recommendation"),
    "signature": gettext_lazy("from the recommendation to the second signature"),
    "decision": gettext_lazy("from the first submission to the decision"),
}
NO_GROUP = "none"
LAST_DAY = timedelta(days=1)
INCOMPLETE = (ReasonCode.NO_PROOF, ReasonCode.NO_LETTER)


@dataclass(frozen=True)
class Figures:
    """``totals`` maps stages to figures; ``regions`` and ``types`` are ``[(key, {stage: figure})]``, ``steps`` maps
    steps to (median in days, number of cases); ``last_day`` and ``in_time`` are (figure, of how many). Keys only:
    words come when it is shown, in the reader’s language."""

    counted_at: datetime
    totals: dict
    regions: list
    types: list
    countries: list
    steps: dict
    late: int
    silence_days: int | None
    final_at: datetime | None
    days_to_final: int | None
    last_day: tuple
    in_time: tuple
    final: FinalFigures


def collect(forum):
    """All figures of a Forum, unmerged: for staff. A fixed number of statements."""
    found = {
        "received": _by_country_and_type(_received(forum)),
        "complete": _by_country_and_type(_complete(forum)),
        "proposed": _by_country_and_type(_listed(forum, StakeholderList.Kind.PROPOSED), "application__"),
        "objected": _by_country_and_type(_objected(forum), "entry__application__"),
        "final": _by_country_and_type(_listed(forum, StakeholderList.Kind.FINAL), "application__"),
    }
    groups = {pk: group or NO_GROUP for pk, group in Country.objects.values_list("pk", "regional_group")}
    closed_at = _closed_at(forum)
    final_at = (
        StakeholderList.objects.filter(forum=forum, kind=StakeholderList.Kind.FINAL)
        .exclude(circulated_at=None)
        .aggregate(Min("circulated_at"))["circulated_at__min"]
    )
    return Figures(
        counted_at=clock.now(),
        totals={stage: sum(rows.values()) for stage, rows in found.items()},
        regions=_lines(
            found, lambda country, _kind: groups.get(country, ""), [*Country.RegionalGroup.values, NO_GROUP, ""]
        ),
        types=_lines(found, lambda _country, kind: kind, [*OrganizationType.values, ""]),
        countries=_lines(found, lambda country, _kind: country if groups.get(country) == NO_GROUP else None),
        steps=_steps(forum),
        late=_received(forum).filter(is_late=True).count(),
        silence_days=_silence_days(forum),
        final_at=final_at,
        days_to_final=(final_at - closed_at).days if final_at and closed_at and final_at > closed_at else None,
        last_day=_on_the_last_day(forum, closed_at),
        in_time=_answered_in_time(forum),
        final=final_statistics.collect(
            forum, _listed(forum, StakeholderList.Kind.FINAL).order_by().values("application")
        ),
    )


def _closed_at(forum):
    """When applications closed; None while they have not."""
    call = forum.calls.filter(kind=Call.Kind.SPECIAL_ACCREDITATION, closes_at__lte=clock.now()).order_by("-closes_at")
    return call.values_list("closes_at", flat=True).first()


def _on_the_last_day(forum, closed_at):
    """Those first sent in the 24 hours before the close, of all that were received."""
    if closed_at is None:
        return 0, 0
    sent = _received(forum).annotate(first_sent_at=Min("versions__submitted_at"))
    on_it = Count("pk", filter=Q(first_sent_at__gt=closed_at - LAST_DAY, first_sent_at__lte=closed_at))
    counted = sent.aggregate(on_it=on_it, of=Count("pk"))
    return counted["on_it"], counted["of"]


def _answered_in_time(forum):
    """Those of our requests whose date is over, or that were answered, which were answered by it."""
    due = InformationRequest.objects.filter(application__forum=forum).filter(
        Q(answered_at__isnull=False) | Q(answer_by__lte=clock.now())
    )
    counted = due.aggregate(in_time=Count("pk", filter=Q(answered_at__lte=F("answer_by"))), of=Count("pk"))
    return counted["in_time"], counted["of"]


def _received(forum):
    return Application.objects.filter(forum=forum, submitted_at__isnull=False)


def _complete(forum):
    """Two officers looked, and did not find that a document was missing."""
    return _received(forum).filter(signed_at__isnull=False).exclude(is_recommended=False, reason_code__in=INCOMPLETE)


def _listed(forum, kind):
    lists = StakeholderList.objects.filter(forum=forum, kind=kind).exclude(circulated_at=None)
    if kind == StakeholderList.Kind.FINAL:
        lists = lists.filter(replaced_by=None)
    return ListEntry.objects.filter(stakeholder_list__in=lists.order_by())


def _objected(forum):
    """Names to which a State objected in time, in periods that are over; also where it withdrew the objection."""
    over = StakeholderList.objects.filter(forum=forum, closes_at__lte=clock.now()).exclude(circulated_at=None)
    return Objection.objects.filter(entry__stakeholder_list__in=over.order_by()).exclude(
        status__in=[Objection.State.DRAFT, Objection.State.LATE]
    )


def _by_country_and_type(rows, path=""):
    """``Counter`` of (country, type): distinct applications."""
    counted = rows.order_by().values_list(f"{path}country", f"{path}type")
    application = path.removesuffix("__") or "pk"
    return Counter({(country, kind): n for country, kind, n in counted.annotate(n=Count(application, distinct=True))})


def _lines(found, key_of, order=None):
    """``[(key, {stage: number})]`` in the given order, without lines that are nothing but zeros."""
    counted = {stage: Counter() for stage in found}
    for stage, rows in found.items():
        for (country, kind), number in rows.items():
            counted[stage][key_of(country, kind)] += number
    keys = order if order is not None else sorted({key for counts in counted.values() for key in counts if key})
    lines = [(key, {stage: counts[key] for stage, counts in counted.items()}) for key in keys]
    return [(key, figures) for key, figures in lines if any(figures.values())]


def _steps(forum):
    first = Min("versions__submitted_at")
    sent = Application.objects.filter(forum=forum, versions__isnull=False).annotate(first_sent_at=first)
    questions = sent.annotate(asked_at=Min("information_requests__asked_at")).exclude(asked_at=None)
    answers = InformationRequest.objects.filter(application__forum=forum, answered_at__isnull=False)
    return {
        "question": _median(questions, F("asked_at") - F("first_sent_at")),
        "answer": _median(answers, F("answered_at") - F("asked_at")),
        "assessment": _median(sent.exclude(recommended_at=None), F("recommended_at") - F("first_sent_at")),
        "signature": _median(sent.exclude(signed_at=None), F("signed_at") - F("recommended_at")),
        "decision": _median(sent.exclude(decided_at=None), F("decided_at") - F("first_sent_at")),
    }


def _median(rows, span):
    """``(median in whole days, number of cases)``; reads at most two rows."""
    spans = rows.annotate(span=ExpressionWrapper(span, output_field=DurationField())).order_by("span")
    count = spans.count()
    if not count:
        return None, 0
    middle = list(spans.values_list("span", flat=True)[(count - 1) // 2 : count // 2 + 1])
    return round(sum(middle, timedelta()) / len(middle) / timedelta(days=1)), count


def _silence_days(forum):
    """Days of the longest non-objection period that is over."""
    over = StakeholderList.objects.filter(forum=forum, closes_at__lte=clock.now(), circulated_at__isnull=False)
    period = ExpressionWrapper(F("closes_at") - F("circulated_at"), output_field=DurationField())
    longest = over.annotate(period=period).order_by("-period").values_list("period", flat=True).first()
    return round(longest / timedelta(days=1)) if longest else None


def public(figures):
    """The same figures with every group under five merged, and every figure from one to four taken out."""
    return replace(
        figures,
        totals={stage: FEW if is_few(n) else n for stage, n in figures.totals.items()},
        regions=merged(figures.regions),
        types=merged(figures.types),
        countries=[],
        steps={step: (days, n) if n >= SMALLEST_GROUP else (None, 0) for step, (days, n) in figures.steps.items()},
        late=FEW if is_few(figures.late) else figures.late,
        last_day=_told_share(figures.last_day),
        in_time=_told_share(figures.in_time),
        final=final_statistics.public(figures.final),
    )


def _told_share(figures):
    part, whole = figures
    return figures if told(part, whole) not in (FEW, NEARLY_ALL) else (0, 0)


def merged(lines):
    """``lines`` without any figure from one to four: small lines join the last. Sums stay, so that nothing is found by
    subtraction. A stage so small that no line but one would be left is left out of all lines."""
    totals = {stage: sum(figures[stage] for _key, figures in lines) for stage in STAGES}
    told = [stage for stage in STAGES if stage != "objected" and not is_few(totals[stage])]
    shown = []
    while "received" in told and not (shown := _joined(lines, told)):
        told.remove(min(told, key=lambda stage: totals[stage]))
    if not is_few(totals["objected"]) and not any(is_few(figures["objected"]) for _key, figures in shown):
        told.append("objected")
    return [(key, {stage: figures[stage] for stage in STAGES if stage in told}) for key, figures in shown]


def _joined(lines, stages):
    def is_small(figures):
        return any(is_few(figures[stage]) for stage in stages)

    small = [line for line in lines if is_small(line[1])]
    others = sorted((line for line in lines if not is_small(line[1])), key=lambda line: sum(line[1].values()))
    if not small:
        return lines
    rest = Counter()
    for _key, figures in small:
        rest.update(figures)
    while is_small(rest) and others:
        rest.update(others.pop(0)[1])
    kept = {key for key, _figures in others}
    if not kept:
        return []
    return [line for line in lines if line[0] in kept] + [(REST, {stage: rest[stage] for stage in STAGES})]


def for_public(forum):
    """What the public may read of the figures, counted at most ten minutes ago; None before there is something to tell:
    the call has closed or, where applications are not sealed until then, a list has been circulated."""
    calls = Call.objects.filter(forum=forum, kind=Call.Kind.SPECIAL_ACCREDITATION, closes_at__gt=clock.now())
    if calls.exists() and (forum.sealed_until_close or not _listed(forum, StakeholderList.Kind.PROPOSED).exists()):
        return None
    key = f"statistics:final:{forum.pk}"
    figures = cache.get(key)
    if figures is None:
        figures = public(collect(forum))
        cache.set(key, figures, FRESH_SECONDS)
    return figures


def label_of(kind, key):
    """The words for a line: ``kind`` is ``regions`` or ``types``."""
    if key == REST:
        return _("Groups with a figure under five, together")
    if kind == "types":
        return OrganizationType(key).label if key else _("Not answered")
    if key == NO_GROUP:
        return _("Without a regional group")
    return Country.RegionalGroup(key).label if key else _("No country given")
