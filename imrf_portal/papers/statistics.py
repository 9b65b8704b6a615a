"""The statistics of a Forum on paper."""

from django.utils.translation import gettext as _

from .. import times
from .rendering import render, sheet, shown_address


def statistics_paper(*, code, forum, counted_at, zone, stages, breakdowns, steps, definitions, page_url, told):
    """The bytes of the paper.

    ``stages`` are (label, figure), ``breakdowns`` (caption, headings of the figures, [(label, figure, ...)]), ``steps``
    (days or share in words, what they were for), ``definitions`` sentences. ``told`` says how far the figures may be
    passed on.
    """
    counted = _("Counted on %(when)s.") % {"when": times.at_zone(counted_at, zone)}
    blocks = [
        {"kind": "title", "text": _("%(forum)s in figures") % {"forum": forum}},
        {"kind": "note", "text": counted},
        _table([_("Stage"), _("Organizations")], [[label, figure] for label, figure in stages], first=3),
    ]
    for caption, headings, rows in breakdowns:
        blocks += [
            {"kind": "heading", "text": caption},
            _table([_("Group"), *headings], [list(row) for row in rows], first=3),
        ]
    if steps:
        blocks += [
            {"kind": "heading", "text": _("How long it took: of days, half took less")},
            _table([_("Figure"), _("Step")], [list(step) for step in steps], first=1, rest=4),
        ]
    blocks += [
        {"kind": "heading", "text": _("How we count")},
        *({"kind": "note", "text": words} for words in (*definitions, told)),
    ]
    return render(
        sheet(
            kind=_("Statistics"),
            code=code,
            title=_("%(forum)s in figures") % {"forum": forum},
            blocks=blocks,
            foot=[shown_address(page_url), code],
            check_address=page_url,
            check_alt=_("QR code that opens the page of these figures"),
        )
    )


def _table(header, rows, *, first, rest=1):
    return {"kind": "table", "header": header, "widths": [first, *[rest] * (len(header) - 1)], "rows": rows}
