"""More time for one application: proposed with a reason, signed by a second officer, over by itself (T-S16)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from imrf_portal import audit, clock, countersigned
from imrf_portal.errors import Refused
from imrf_portal.form_fields import InstantField, in_zone
from imrf_portal.times import HEADQUARTERS, at_zone

from .models import Application, Extension, Status
from .workflow import locked, tell

NAME = "extension"
EXTENSIBLE = (Status.DRAFT, Status.SUBMITTED)


class ExtensionForm(countersigned.ProposalForm):
    open_until = InstantField(label=_("Open until, at the Forum’s place"))
    field_order = ["open_until", "reason"]

    def __init__(self, *args, subject, **options):
        super().__init__(*args, subject=subject, **options)
        in_zone(self, subject.forum.time_zone, "open_until")

    def clean(self):
        return {**super().clean(), "zone": self.subject.forum.time_zone}


def subjects(user):
    """Those that are not assessed yet. Of a draft an officer learns the reference, and nothing that is in it."""
    known = Application.objects.known_at_desk(user)
    return known.filter(status__in=EXTENSIBLE, erased_at=None).select_related("call__forum", "forum")


def rests_on(application, parameters):
    granted = application.extensions.order_by("-open_until").values_list("open_until", flat=True).first()
    return {"closes_at": application.call.closes_at, "granted_until": granted}


def shown(key, value, act):
    labels = {"closes_at": _t("The call closes"), "granted_until": _t("More time given before, until")}
    return labels[key], _in_words(value, act) if value else ""


def _in_words(instant, act):
    return at_zone(datetime.fromisoformat(instant), act.parameters.get("zone", HEADQUARTERS))


def describe(act):
    return _t("Only this application stays open until %(when)s.") % {
        "when": _in_words(act.parameters["open_until"], act)
    }


@transaction.atomic
def extend(application, act):
    """Keep one application open until an instant after the close; the applicant is told. Returns the ``Extension``."""
    countersigned.require_consent(act, NAME, application)
    application = locked(application)
    open_until = datetime.fromisoformat(act.parameters["open_until"])
    if application.status not in EXTENSIBLE:
        raise Refused(
            _t("This cannot be done while the status is “%(status)s”.") % {"status": application.get_status_display()}
        )
    if open_until <= max(clock.now(), application.call.closes_at):
        raise Refused(
            _t("The call closes on %(when)s. Give an instant after that, in the future.")
            % {"when": at_zone(application.call.closes_at, application.forum.time_zone)},
            field="open_until",
        )
    extension = Extension.objects.create(
        application=application,
        act=act,
        reason=act.reason,
        open_until=open_until,
        granted_by=act.proposed_by,
        signed_by=act.signed_by,
    )
    audit.record(
        "application.extend",
        application,
        by=act.proposed_by,
        reason=act.reason,
        open_until=act.parameters["open_until"],
        signed_by=str(act.signed_by),
    )
    tell(application, "application_extended", key=f"application.extend:{extension.pk}", extension=extension)
    return extension


KIND = countersigned.Kind(
    NAME,
    _("More time for one application"),
    subjects=subjects,
    known=Application.objects.known_at_desk,
    perform=extend,
    describe=describe,
    rests_on=rests_on,
    shown=shown,
    address=lambda pk: reverse("admin:exceptions"),
    form=ExtensionForm,
)
