"""The receipt of a submission: what arrived, when, and how anyone can check it."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .. import times
from .rendering import in_fours, isolated, plain_date, render, sentence, sheet, shown_address


def receipt(
    *, code, reference, organization, country, forum, received_at, version, parts, sha256, verify_page, verify_url,
    closes_at, made_at, reader_zone=None, zone=times.HEADQUARTERS,
):  # fmt: skip
    """The bytes of the receipt.

    ``parts`` are (label, content, SHA-256) of answers and documents; ``sha256`` is of the whole version.
    ``verify_page`` is where a person types the code, ``verify_url`` what the QR code opens.
    """
    lead = _("%(organization)s, %(country)s, applied for special accreditation to the %(forum)s.") % {
        "organization": isolated(organization),
        "country": country,
        "forum": forum,
    }
    blocks = [
        {"kind": "title", "text": _("We received this application")},
        {"kind": "lead", "text": lead},
        {
            "kind": "slip",
            "left": [_("Reference number"), reference],
            "right": [_("Received"), *received(received_at, zone, reader_zone)],
        },
        {"kind": "heading", "text": _("What we received")},
        {
            "kind": "note",
            "text": _(
                "Version %(version)s. If you change an answer and send again, the last complete version before the "
                "close counts."
            )
            % {"version": version},
        },
        {
            "kind": "table",
            "header": [_("Part"), _("Content"), _("Fingerprint")],
            "widths": ["auto", 1, "auto"],
            "rows": [
                [label, isolated(content), {"code": in_fours(digest)[0][:19] + " …"}]
                for label, content, digest in parts
            ],
        },
        {
            "kind": "check",
            "title": _("Check this receipt"),
            "text": sentence(
                _(
                    "Scan the code, or go to {address} and type {code}. You see if this paper is valid, replaced or "
                    "void. If someone changed a word or a date on it, the fingerprint does not match."
                ),
                address=shown_address(verify_page),
                code=code,
            ),
            "note": _("Fingerprint of the whole version (SHA-256)"),
            "fingerprint": in_fours(sha256),
        },
        {"kind": "heading", "text": _("What this means")},
        {"kind": "list", "items": meanings(closes_at, zone)},
    ]
    made = _("Made by the portal on %(day)s, %(time)s %(city)s. The portal is the record.") % {
        "day": plain_date(made_at.astimezone(ZoneInfo(zone))),
        "time": times.clock_of(made_at, zone, seconds=True),
        "city": times.city_of(zone),
    }
    return render(
        sheet(
            kind=_("Receipt"),
            code=code,
            title=_("Receipt %(code)s for %(reference)s") % {"code": code, "reference": reference},
            blocks=blocks,
            foot=[made, reference],
            check_address=verify_url,
            check_alt=_("QR code that opens the check of this receipt"),
        )
    )


def received(moment, zone, reader_zone):
    """Day and clock, the place, and the same instant for the reader and in UTC."""
    here = f"{times.long_date(moment.astimezone(ZoneInfo(zone)))}, {times.clock_of(moment, zone, seconds=True)}"
    others = [times.clock_of(moment, "UTC", seconds=True) + " UTC."]
    if reader_zone and reader_zone not in (zone, "UTC"):
        others.insert(0, times.at_zone(moment, reader_zone, seconds=True) + ".")
    return [here, f"{times.city_of(zone)}, {times.zone_note(moment, zone)}", " ".join(others)]


def meanings(closes_at, zone):
    return [
        [
            {"text": _("This is not an accreditation."), "bold": True},
            {"text": " " + _("Please do not book travel or apply for a visa because of this receipt.")},
        ],
        _("You can change your answers until %(close)s. You then get a new receipt, and this one says “replaced”.")
        % {"close": times.at_zone(closes_at, zone)},
        _(
            "After that date we check your documents and write to you. Questions: keep the reference number in the "
            "subject of your e-mail."
        ),
    ]
