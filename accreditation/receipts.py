"""What the record says about the receipt of an application, asked by its code (T-A44)."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from imrf_portal import verification
from imrf_portal.times import at_zone
from imrf_portal.verification import Verdict

from .models import ApplicationVersion, Status

PREFIX = "R"


def find(code, fingerprint, day):
    """The ``Verdict`` on a receipt; None for a code that none bears."""
    version = (
        ApplicationVersion.objects.filter(receipt_code=code).select_related("application__forum").defer("documents")
    ).first()
    if version is None:
        return None
    forum = version.application.forum
    return Verdict(
        _state(version, fingerprint, day),
        kind=_("Receipt of an application. This is not an accreditation."),
        rows=[
            (_("Initials"), verification.initials(version.answers.get("name", ""))),
            (_("Reference"), version.application.reference),
            (_("Version"), str(version.number)),
            (_("Meeting"), forum.title),
            (_("Received"), at_zone(version.submitted_at, forum.time_zone, seconds=True)),
            (_("Fingerprint"), version.sha256),
        ],
    )


def _state(version, fingerprint, day):
    if fingerprint and not version.sha256.startswith(fingerprint):
        return "mismatch"
    if day and day != version.submitted_at.astimezone(ZoneInfo(version.application.forum.time_zone)).date():
        return "mismatch"
    if version.application.status == Status.WITHDRAWN:
        return "void"
    newer = ApplicationVersion.objects.filter(application=version.application_id, number__gt=version.number)
    return "replaced" if newer.exists() else "valid"
