"""The figures of a Forum in words: bars for the page, rows for the table that people take away."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal import papers
from imrf_portal.geography import Country

from . import statistics
from .register import SMALLEST_GROUP
from .statistics import FEW, STAGES, STEPS


@dataclass(frozen=True)
class Bar:
    label: str
    figure: str
    width: int


@dataclass(frozen=True)
class Breakdown:
    """``rows`` are (label, width of the bar, figures as text)."""

    caption: str
    stages: list
    rows: list


def shown(figure):
    """A figure as text."""
    return _("fewer than %(number)s") % {"number": SMALLEST_GROUP} if figure == FEW else str(figure)


def stages(figures):
    """The way from application to final list, as bars against all that were received."""
    whole = max(figures.totals["received"], 1)
    return [
        Bar(str(label), shown(figures.totals[stage]), max(round(100 * figures.totals[stage] / whole), 0))
        for stage, label in STAGES.items()
        if stage != "final" or figures.final_at
    ]


def finding(figures):
    """What the way comes to, in one sentence; empty while there is no final list or a figure is too small to tell."""
    received, final = figures.totals["received"], figures.totals["final"]
    if not figures.final_at or FEW in (received, final):
        return ""
    return ngettext(
        "Of %(received)s organization that applied, %(final)s is on the final list",
        "Of %(received)s organizations that applied, %(final)s are on the final list",
        received,
    ) % {"received": received, "final": final}


def breakdowns(figures):
    """By region and by type; for staff also the countries without a regional group, by name."""
    tables = [
        _breakdown(_("By regional group of the headquarters"), "regions", figures.regions, figures),
        _breakdown(_("By type, as the organization chose it"), "types", figures.types, figures),
    ]
    if figures.countries:
        names = {country.pk: country.name for country in Country.objects.filter(pk__in=dict(figures.countries))}
        lines = [(names[key], line) for key, line in figures.countries]
        tables.insert(1, _table(_("Countries without a regional group"), lines, figures))
    return tables


def _breakdown(caption, kind, lines, figures):
    return _table(caption, [(statistics.label_of(kind, key), line) for key, line in lines], figures)


def _table(caption, lines, figures):
    kept = [stage for stage in STAGES if lines and stage in lines[0][1] and (stage != "final" or figures.final_at)]
    widest = max((line["received"] for _label, line in lines if "received" in line), default=0)
    rows = [
        (str(label), round(100 * line.get("received", 0) / max(widest, 1)), [shown(line[stage]) for stage in kept])
        for label, line in lines
    ]
    return Breakdown(caption, [str(STAGES[stage]) for stage in kept], rows)


def steps(figures):
    """``[(days in words, what it took them for, number of cases)]`` of the steps that can be told."""
    return [
        (days_in_words(days), str(STEPS[step]), count)
        for step, (days, count) in figures.steps.items()
        if days is not None
    ]


def days_in_words(days):
    if days == 0:
        return _("Less than a day")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def told_of_merged_figures():
    words = _("Figures from one to %(most)s are not shown by themselves, so that nobody can be picked out.")
    return words % {"most": SMALLEST_GROUP - 1}


def paper(forum, figures, *, code, address, told):
    """The figures as PDF; ``address`` is the path of their page, ``told`` says how far they may be passed on."""
    return papers.statistics_paper(
        code=code,
        forum=forum.title,
        counted_at=figures.counted_at,
        zone=forum.time_zone,
        stages=[(bar.label, bar.figure) for bar in stages(figures)],
        breakdowns=[
            (part.caption, part.stages, [(label, *numbers) for label, _width, numbers in part.rows])
            for part in breakdowns(figures)
            if part.rows
        ],
        steps=[(days, words) for days, words, _count in steps(figures)],
        page_url=settings.PORTAL_URL + address,
        told=told,
    )


def table(forum, figures):
    """Header and rows of the CSV: one figure a row."""
    rows = [[_("Stage"), bar.label, "", bar.figure] for bar in stages(figures)]
    rows.append([_("Stage"), _("Received late, accepted"), "", shown(figures.late)])
    for part in breakdowns(figures):
        for label, _width, numbers in part.rows:
            rows += [[part.caption, label, stage, n] for stage, n in zip(part.stages, numbers, strict=True)]
    rows += [
        [_("Median days"), str(STEPS[step]), "", days] for step, (days, _n) in figures.steps.items() if days is not None
    ]
    return [_("Table"), _("Line"), _("Stage"), forum.short_title], rows
