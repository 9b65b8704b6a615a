"""The certificate that a silence period is over: the clock ended it, at the announced instant."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import times
from .rendering import in_fours, render, sentence, sheet, shown_address


def certificate(
    *, code, forum, list_title, version, sent_at, ended_at, extensions, names, clear, referred, withdrawn, versions,
    sha256, verify_page, verify_url, zone=times.HEADQUARTERS, reader_zone=None,
):  # fmt: skip
    """The bytes of the certificate.

    ``extensions`` are the instants to which the period was moved, in order; ``names``, ``clear``, ``referred`` and
    ``withdrawn`` are counts; ``versions`` is a text on the versions sent.
    """
    ended = [f"{times.clock_of(ended_at, 'UTC', seconds=True)} UTC."]
    if reader_zone and reader_zone not in (zone, "UTC"):
        ended.append(times.at_zone(ended_at, reader_zone) + ".")
    rows = [
        [_("Sent to all Member States"), strong(times.short_at_zone(sent_at, zone))],
        [_("Ended"), strong(times.short_at_zone(ended_at, zone)), " ".join(ended)],
        [_("Extended"), strong(extended(extensions, zone))],
        [_("Names on the list"), strong(str(names))],
        [_("When it ended"), strong(_("%(count)s clear") % {"count": clear}), not_clear(referred, withdrawn)],
        [_("Versions"), versions],
        [
            _("Fingerprint of version %(version)s") % {"version": version},
            "",
            _("SHA-256 of the list as sent. If one letter of the list changes, this number changes."),
            in_fours(sha256),
        ],
    ]
    blocks = [
        {"kind": "title", "text": _("End of the silence period")},
        {
            "kind": "lead",
            "text": sentence(
                _("The silence period for {list}, of the {forum}, ended on {moment}."),
                list=list_title,
                forum=forum,
                moment=times.at_zone(ended_at, zone, seconds=True),
            ),
        },
        {"kind": "facts", "rows": rows, "label_width": 46},
        {
            "kind": "check",
            "title": _("Certificate %(code)s") % {"code": code},
            "text": sentence(_("Check it at {address}."), address=shown_address(verify_page)),
            "note": _("The clock ended the period, not a person: the time above is the announced deadline."),
        },
    ]
    return render(
        sheet(
            kind=_("Certificate"),
            code=code,
            title=_("End of the silence period for %(list)s") % {"list": list_title},
            blocks=blocks,
            foot=[_("Check this paper at %(address)s") % {"address": shown_address(verify_page)}, code],
            check_address=verify_url,
            check_alt=_("QR code that opens the check of this certificate"),
        )
    )


def strong(text):
    return [{"text": text, "bold": True}]


def extended(extensions, zone):
    if not extensions:
        return _("No")
    return _("Yes, to %(moments)s") % {"moments": "; ".join(times.short_at_zone(moment, zone) for moment in extensions)}


def not_clear(referred, withdrawn):
    told = []
    if referred:
        told.append(
            ngettext(
                "%(count)s referred to the President, because an objection stood.",
                "%(count)s referred to the President, because an objection stood.",
                referred,
            )
            % {"count": referred}
        )
    if withdrawn:
        told.append(
            ngettext(
                "%(count)s withdrawn by the organization itself.",
                "%(count)s withdrawn by the organizations themselves.",
                withdrawn,
            )
            % {"count": withdrawn}
        )
    return " ".join(told)
