"""The figures of a Forum in words: bars for the page, rows for the table that people take away."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imrf_portal import papers
from imrf_portal.geography import Country

from . import final_statistics, statistics
from .models import Application
from .register import SMALLEST_GROUP
from .small_figures import FEW, NEARLY_ALL
from .statistics import STAGES, STEPS


@dataclass(frozen=True)
class Bar:
    label: str
    figure: str
    width: int
    note: str = ""


@dataclass(frozen=True)
class Breakdown:
    """``rows`` are (label, width of the bar, figures as text)."""

    caption: str
    stages: list
    rows: list


def shown(figure):
    """A figure as text."""
    if figure == NEARLY_ALL:
        return _("all but fewer than %(number)s") % {"number": SMALLEST_GROUP}
    return _("fewer than %(number)s") % {"number": SMALLEST_GROUP} if figure == FEW else str(figure)


def stages(figures):
    """The way from application to final list, as bars against all that were received."""
    whole = max(figures.totals["received"], 1)
    steps_taken = [
        (label, "", figures.totals[stage]) for stage, label in STAGES.items() if stage != "final" or figures.final_at
    ]
    if figures.final_at and (turnout := figures.final.turnout):
        steps_taken += [
            (_("Registered people"), _("of the final list: at least one person"), turnout.registered),
            (_("Came"), _("of the final list: at least one person entered"), turnout.came),
        ]
    bars, before = [], 0
    for label, note, figure in steps_taken:
        width = before if figure == NEARLY_ALL else max(round(100 * figure / whole), 0)
        bars.append(Bar(str(label), shown(figure), width, note))
        before = width
    return bars


def finding(figures):
    """What the way comes to, in one sentence; empty while there is no final list or a figure is too small to tell."""
    received, final = figures.totals["received"], figures.totals["final"]
    if not figures.final_at or FEW in (received, final):
        return ""
    came = figures.final.turnout.came if figures.final.turnout else 0
    if figures.final.is_over and came > 0:
        words = ngettext(
            "Of %(received)s organization that applied, %(final)s is on the final list and %(came)s came",
            "Of %(received)s organizations that applied, %(final)s are on the final list and %(came)s came",
            received,
        )
        return words % {"received": received, "final": final, "came": came}
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


def balance(figures):
    """The balance of the final list by what the organizations say of themselves, and by the situation of the country;
    empty while there is none."""
    if not figures.final_at or not figures.final.total:
        return []
    answers = {
        Application.WomenLed.YES.value: _("Led by women"),
        Application.WomenLed.NO.value: _("Not led by women"),
        Application.WomenLed.UNANSWERED.value: _("No answer"),
        statistics.REST: _("Answers with a figure under five, together"),
    }
    situations = {
        "is_ldc": _("Least developed countries"),
        "is_lldc": _("Landlocked developing countries"),
        "is_sids": _("Small island developing States"),
    }
    return [
        _of_final(_("Led by women, as they say; the question is optional"), answers, figures.final.leadership),
        _of_final(_("Countries in special situations; a country can be in two"), situations, figures.final.situations),
    ]


def _of_final(caption, labels, lines):
    widest = max((figure for _key, figure in lines), default=0)
    rows = [(str(labels[key]), max(round(100 * figure / max(widest, 1)), 0), [shown(figure)]) for key, figure in lines]
    return Breakdown(caption, [str(STAGES["final"])], rows)


def shares(figures):
    """``[(per cent, what of)]`` of what can be told."""
    parts = [
        (figures.last_day, _("of applications were sent on the last day")),
        (figures.in_time, _("of our questions were answered in time")),
    ]
    return [(f"{round(100 * part / whole)} %", words) for (part, whole), words in parts if whole]


def years(forums):
    """``(heads, rows)`` that compare Forums by figures that each counts in the same way; ``None`` unless one of several
    is over. A Forum that is over and has no final list here has no column."""
    told_of = [(forum, statistics.for_public(forum)) for forum in forums]
    over = [(forum, figures) for forum, figures in told_of if figures and figures.final_at and figures.final.is_over]
    coming = [forum for forum, _figures in told_of if not final_statistics.is_over(forum)]
    if not over or len(over) + len(coming) < 2:
        return None
    lines = [
        (_("Organizations on the final list"), lambda figures: figures.totals["final"]),
        (_("Countries"), lambda figures: figures.final.countries or FEW),
        (_("Sessions with stakeholders"), lambda figures: _of_turnout(figures, "sessions")),
        (_("People who entered"), lambda figures: _of_turnout(figures, "people")),
    ]
    columns = sorted([*over, *((forum, None) for forum in coming)], key=lambda column: str(column[0].starts_on or "9"))
    rows = [
        (label, [(forum, shown(read(figures)) if figures else "") for forum, figures in columns])
        for label, read in lines
    ]
    return [forum for forum, _figures in columns], rows


def _of_turnout(figures, name):
    return getattr(figures.final.turnout, name) if figures.final.turnout else 0


def definitions():
    """How it is counted, one sentence or two for each figure."""
    return [
        _(
            "A group with a figure from one to four is merged with others, and such a figure is not shown by itself, "
            "so that nobody can be picked out. A step in which nearly all groups are that small is not divided. From "
            "one step to the next a group may lose a few: who is on the final list is public."
        ),
        _(
            "Of those who registered, who came, who say who leads them and whose country is in a special situation, a "
            "part is not told either when so few of the whole are missing from it."
        ),
        _("“Received” counts the organizations that sent their application, late ones that were accepted included."),
        _("“Complete” means that two officers looked and no document was missing."),
        _("“Proposed” means that the name was sent to Member States."),
        _("“Objected to” counts names, also where the objection was withdrawn."),
        _(
            "“Registered people” and “came” count organizations of the final list: those that registered somebody, and "
            "those of which somebody entered. They are told when the meeting is over."
        ),
        _("“People who entered” counts each person once, of organizations of every route."),
        _("“On the last day” means in the 24 hours before applications closed. “In time” means by the date we gave."),
        _("Countries without a regional group, and Observer States, have their own line."),
    ]


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


def _to_final(figures):
    if figures.days_to_final is None:
        return []
    return [(days_in_words(figures.days_to_final), _("from the close of applications to the final list"))]


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
            for part in [*breakdowns(figures), *balance(figures)]
            if part.rows
        ],
        steps=[(days, words) for days, words, _count in steps(figures)] + shares(figures) + _to_final(figures),
        definitions=definitions(),
        page_url=settings.PORTAL_URL + address,
        told=told,
    )


def table(forum, figures):
    """Header and rows of the CSV: one figure a row."""
    rows = [[_("Stage"), bar.label, "", bar.figure] for bar in stages(figures)]
    rows.append([_("Stage"), _("Received late, accepted"), "", shown(figures.late)])
    for part in [*breakdowns(figures), *balance(figures)]:
        for label, _width, numbers in part.rows:
            rows += [[part.caption, label, stage, n] for stage, n in zip(part.stages, numbers, strict=True)]
    rows += [
        [_("Median days"), str(STEPS[step]), "", days] for step, (days, _n) in figures.steps.items() if days is not None
    ]
    rows += [[_("Share"), words, "", share] for share, words in shares(figures)]
    rows += [[_("Days"), words, "", figures.days_to_final] for _days, words in _to_final(figures)]
    if figures.final_at and (turnout := figures.final.turnout):
        rows.append([_("Turnout"), _("Countries"), "", shown(figures.final.countries or FEW)])
        rows.append([_("Turnout"), _("Sessions with stakeholders"), "", shown(turnout.sessions)])
        rows.append([_("Turnout"), _("People who entered"), "", shown(turnout.people)])
    rows += [[_("How we count"), words, "", ""] for words in definitions()]
    return [_("Table"), _("Line"), _("Stage"), forum.short_title], rows
