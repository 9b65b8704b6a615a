"""Letters of the Office: a person's confirmation of participation, and the letter that carries a list to Missions."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import times
from .rendering import in_fours, isolated, plain_date, render, sentence, sheet, shown_address


def confirmation_letter(
    *, code, place, written_on, person, organization, country, forum, venue, basis, reference, dates, sessions,
    time_note, valid_until, verify_page, verify_url, signer="", function="",
):  # fmt: skip
    """The bytes of the letter for ``person``.

    ``sessions`` are (title, date and time, room); ``dates``, ``time_note`` and ``basis`` are words; ``written_on`` and
    ``valid_until`` are days.
    """
    page = shown_address(verify_page)
    blocks = [
        {"kind": "date", "text": place_and_day(place, written_on)},
        {"kind": "title", "text": _("Confirmation of participation")},
        {"kind": "paragraph", "text": _("To whom it may concern,")},
        {
            "kind": "paragraph",
            "text": _(
                "The Office of the President of the General Assembly confirms that the person named below is "
                "registered to take part in the %(forum)s, at %(venue)s."
            )
            % {"forum": forum, "venue": venue},
        },
        {
            "kind": "facts",
            "rows": [
                [_("Name"), [{"text": isolated(person), "bold": True}, small(_("as in the passport"))]],
                [_("Sent by"), f"{isolated(organization)}, {country}"],
                [_("Basis"), [{"text": basis}, small(_("Reference %(reference)s") % {"reference": reference})]],
                [_("Dates"), dates],
            ],
        },
        {"kind": "note", "text": _("Sessions of this person. %(time_note)s") % {"time_note": time_note}},
        {
            "kind": "table",
            "header": [_("Session"), _("Date and time"), _("Place")],
            "widths": [5, 8, 3],
            "rows": [list(session) for session in sessions],
        },
        {
            "kind": "paragraph",
            "text": _(
                "The organization and its representatives pay all their own costs. This letter is not a visa, and the "
                "decision on a visa is for the authorities of the host country. The Office would appreciate any help "
                "given to this person."
            ),
        },
        signature(signer, function, on_behalf=_("For the Office of the President of the General Assembly")),
        {
            "kind": "check",
            "title": _("For consulates and border officers"),
            "text": sentence(
                _(
                    "Check this letter at {address}, code {code}. The page says valid, replaced or void, and shows the "
                    "initials and the dates. Nothing more."
                ),
                address=page,
                code=code,
            ),
            "note": _(
                "Valid until %(day)s. A new passport or new dates make a new letter; this one then says “replaced”."
            )
            % {"day": plain_date(valid_until)},
        },
    ]
    return render(
        sheet(
            kind=_("Letter"),
            code=code,
            title=_("Confirmation of participation %(code)s") % {"code": code},
            blocks=blocks,
            foot=[_("Check this paper at %(address)s") % {"address": page}, code],
            check_address=verify_url,
            check_alt=_("QR code that opens the check of this letter"),
        )
    )


def list_letter(
    *, code, place, written_on, forum, list_title, number, version, names, sha256, closes_at, paragraphs, verify_page,
    verify_url, opening="", signer="", zone=times.HEADQUARTERS,
):  # fmt: skip
    """The bytes of the letter with the list as its annex: name and country, nothing else.

    ``names`` are (number, name, country) in the order of the list. ``opening`` is the sentence about the resolution
    that the officer types for the Forum; ``paragraphs`` what the Forum's rules make possible, also typed.
    """
    page = shown_address(verify_page)
    count = ngettext("%(count)s name", "%(count)s names", len(names)) % {"count": len(names)}
    blocks = [
        {"kind": "date", "text": place_and_day(place, written_on)},
        {"kind": "to", "text": _("To all Permanent Representatives and Permanent Observers to the United Nations")},
        {"kind": "subject", "text": f"{forum}: {list_title}"},
        {"kind": "paragraph", "text": _("Excellency,")},
        {
            "kind": "typed",
            "text": opening
            or _("[Opening sentence with the resolution and its paragraph. The officer types it for each Forum.]"),
        },
        {
            "kind": "paragraph",
            "text": ngettext(
                "I have the honour to send you proposed list no. %(number)s. It holds the name and country of "
                "%(count)s organization, for the consideration of Member States on a non-objection basis. The list is "
                "annexed and is also open to your mission in the portal.",
                "I have the honour to send you proposed list no. %(number)s. It holds the names and countries of "
                "%(count)s organizations, for the consideration of Member States on a non-objection basis. The list is "
                "annexed and is also open to your mission in the portal.",
                len(names),
            )
            % {"number": number, "count": len(names)},
        },
        {
            "kind": "paragraph",
            "text": sentence(
                _("The silence period ends on {close}. What reaches the portal before that instant counts."),
                close=times.at_zone(closes_at, zone),
            ),
        },
        *({"kind": "paragraph", "text": text} for text in paragraphs),
        {"kind": "paragraph", "text": _("Please accept, Excellency, the assurances of my highest consideration.")},
        signature(signer, _("President of the General Assembly")),
        {
            "kind": "check",
            "title": _("Annex: list no. %(number)s, version %(version)s, %(names)s")
            % {"number": number, "version": version, "names": count},
            "note": _("Fingerprint (SHA-256). Missions can compare it in the portal."),
            "fingerprint": in_fours(sha256),
        },
        {"kind": "annex", "text": list_title[:1].upper() + list_title[1:]},
        {
            "kind": "note",
            "text": _(
                "%(forum)s. Version %(version)s of %(day)s. Organizations as they write their names; countries as "
                "named in the United Nations."
            )
            % {"forum": forum, "version": version, "day": plain_date(written_on)},
        },
        {
            "kind": "table",
            "header": [_("No."), _("Organization"), _("Country of headquarters")],
            "widths": [0.9, 8, 4],
            "bold_column": 1,
            "size": 10.5,
            "rows": [[str(place), isolated(name), country] for place, name, country in names],
        },
    ]
    return render(
        sheet(
            kind=_("Letter"),
            code=code,
            title=f"{forum}: {list_title}",
            blocks=blocks,
            foot=[_("Check this paper at %(address)s") % {"address": page}, code],
            annex_kind=_("Annex to"),
            annex_foot=[
                _("For Member States. Not for circulation."),
                _("List no. %(number)s, version %(version)s · %(start)s … %(end)s")
                % {"number": number, "version": version, "start": sha256[:8], "end": sha256[-8:]},
            ],
            check_address=verify_url,
            check_alt=_("QR code that opens the check of this letter and its annex"),
        )
    )


def place_and_day(place, day):
    return _("%(place)s, %(day)s") % {"place": place, "day": plain_date(day)}


def signature(signer, function, *, on_behalf=""):
    return {
        "kind": "signature",
        "for": on_behalf,
        "line": _("[Signature]"),
        "name": signer or _("[Name]"),
        "function": function or _("[Function]"),
    }


def small(text):
    return {"text": "   " + text, "small": True}
