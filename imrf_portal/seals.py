"""Applications that stay sealed until the Call closes: staff see how many there are, and nothing of any of them.

A Forum says so (``sealed_until_close``). The clock breaks the seal at the closing instant; two officers may break it
earlier, with a reason that stands on the public page beside the other dates that moved.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from . import audit, clock, countersigned
from .access import Capability, may
from .errors import Refused
from .forum import Call, DateChange
from .officers import forums_of
from .times import at_zone

NAME = "open_seal"


class SealOpening(models.Model):
    """A Call whose applications were opened before its close, signed by two; never changed."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="seal_opening")
    act = models.OneToOneField(countersigned.CountersignedAct, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("early opening of sealed applications")
        verbose_name_plural = _("early openings of sealed applications")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                name="seal_opened_by_two_with_a_reason", condition=~Q(signed_by=F("opened_by")) & ~Q(reason="")
            )
        ]

    def __str__(self):
        return str(self.call)


def sealed_calls():
    """The Calls whose applications nobody at the desk may read now."""
    return Call.objects.filter(
        kind=Call.Kind.SPECIAL_ACCREDITATION,
        forum__sealed_until_close=True,
        closes_at__gt=clock.now(),
        seal_opening=None,
    )


def is_sealed(call):
    return sealed_calls().filter(pk=call.pk).exists()


def holds_fast(forum):
    """Whether the seal of this Forum binds: its call has begun and nobody may take the seal off by a switch."""
    return sealed_calls().filter(forum=forum, opens_at__lte=clock.now()).exists()


class OpeningForm(countersigned.ProposalForm):
    def clean(self):
        if not is_sealed(self.subject):
            self.add_error(None, _t("The applications of this Call are not sealed now."))
        return super().clean()


def subjects(user):
    if not may(user, Capability.VIEW):
        return Call.objects.none()
    calls = Call.objects.filter(kind=Call.Kind.SPECIAL_ACCREDITATION, forum__sealed_until_close=True)
    return calls.filter(forum__in=forums_of(user)).select_related("forum")


@transaction.atomic
def open_early(call, act):
    """Break the seal of a Call before its close. Returns the ``SealOpening``."""
    countersigned.require_consent(act, NAME, call)
    if not is_sealed(call):
        raise Refused(_t("The applications of this Call are not sealed now."))
    opening = SealOpening.objects.create(
        call=call, act=act, reason=act.reason, opened_by=act.proposed_by, signed_by=act.signed_by
    )
    DateChange.objects.create(
        forum=call.forum,
        what=_t("The secretariat may read the applications"),
        old_at=call.closes_at,
        new_at=opening.opened_at,
        reason=act.reason,
        changed_by=act.proposed_by,
    )
    audit.record("call.open_seal", call, by=act.proposed_by, reason=act.reason, signed_by=str(act.signed_by))
    return opening


KIND = countersigned.Kind(
    NAME,
    _("Open sealed applications early"),
    subjects=subjects,
    perform=open_early,
    describe=lambda act: _t("The secretariat reads the applications from the second signature on."),
    rests_on=lambda call, parameters: {"closes_at": at_zone(call.closes_at, call.forum.time_zone)},
    shown=lambda key, value, act: (_t("The call closes"), value),
    address=lambda pk: reverse("admin:imrf_portal_call_change", args=[pk]),
    form=OpeningForm,
    proposes=Capability.DECIDE,
)
