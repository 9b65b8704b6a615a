"""Moving an announced date of a Forum or Call: who is affected, the notice to drafts, and what is never done."""

from django.db import transaction
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal import forum as forums
from imrf_portal.access import Capability
from imrf_portal.errors import Refused

from .models import Application, Status
from .review import require
from .workflow import tell


def drafts_of(call):
    """The unsent applications that a new closing date concerns."""
    return Application.objects.filter(call=call, status=Status.DRAFT, erased_at=None)


@transaction.atomic
def move_closing(call, closes_at, *, by, reason):
    """Move the end of a Call to a later instant (aware). Drafts stay open; each gets a notice, held in the outbox.

    An announced end is never moved to an earlier instant (T-S15). Returns the ``DateChange``.
    """
    require(by, Capability.CONFIGURE)
    call = type(call).objects.select_for_update(of=("self",)).select_related("forum").get(pk=call.pk)
    if closes_at < call.closes_at and call.forum.is_published:
        raise Refused(_("This date has been announced; it can be moved later, never earlier."), field="moment")
    if closes_at <= clock.now():
        raise Refused(_("The new date must be in the future."), field="moment")
    before = call.closes_at
    change = forums.moved(
        call, "closes_at", closes_at, forum=call.forum, what=_("Applications close"), by=by, reason=reason
    )
    for application in drafts_of(call).select_related("forum", "applicant", "call__forum"):
        tell(
            application,
            "call_extended",
            key=f"call.extended:{change.pk}",
            hold=True,
            old_closes_at=before,
            closes_at=closes_at,
            reason=reason,
        )
    return change


@transaction.atomic
def move(subject, field, new, *, forum, by, reason):
    """Move any other announced date of a Forum or Call, with the reason; returns the ``DateChange``."""
    require(by, Capability.CONFIGURE)
    what = str(subject._meta.get_field(field).verbose_name).capitalize()
    return forums.moved(subject, field, new, forum=forum, what=what, by=by, reason=reason)
