"""The codes on a list's papers, made from its fingerprint: nobody can guess them, and they name no meeting."""

from django.utils.translation import gettext as _

from imrf_portal import codes, times
from imrf_portal.verification import Verdict

from .models import StakeholderList

CERTIFICATE, LETTER = "C", "LP"


def code_of(listed, prefix):
    """“C-1A2B-3C4D-K” for the certificate of a list, “LP-…” for its letter."""
    sha256 = listed.sha256.upper()
    return codes.with_check_letter(f"{prefix}-{sha256[:4]}-{sha256[4:8]}")


def _list_of(code):
    parts = code.split("-")
    if not codes.is_valid(code) or len(parts) != 4 or len(parts[1]) != 4 or len(parts[2]) != 4:
        return None
    start = (parts[1] + parts[2]).lower()
    shared = StakeholderList.objects.filter(sha256__startswith=start).exclude(circulated_at=None)
    return shared.select_related("forum", "replaced_by").order_by("pk").first()


def _verdict(listed, kind, fingerprint, rows):
    if fingerprint and fingerprint != listed.sha256:
        return Verdict("mismatch", kind=kind)
    newer = getattr(listed, "replaced_by", None)
    replaced = newer is not None and newer.circulated_at is not None
    sent = (_("Sent"), times.short_at_zone(listed.circulated_at, listed.forum.time_zone))
    return Verdict("replaced" if replaced else "valid", kind=kind, rows=[sent, *rows])


def find_letter(code, fingerprint, day):
    """What the record says about the covering letter of a list."""
    listed = _list_of(code)
    if listed is None or listed.kind != StakeholderList.Kind.PROPOSED:
        return None
    return _verdict(listed, _("Letter with a list"), fingerprint, [])


def find_certificate(code, fingerprint, day):
    """What the record says about the certificate of a list; there is none before the period has ended."""
    listed = _list_of(code)
    if listed is None or not listed.is_closed:
        return None
    ended = (_("Ended"), times.short_at_zone(listed.closes_at, listed.forum.time_zone))
    return _verdict(listed, _("Certificate: end of the silence period"), fingerprint, [ended])
