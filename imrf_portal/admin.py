"""The foundation's doors for the secretariat."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import (
    countersigned_admin,
    dates_admin,
    forum_admin,
    look_admin,
    officer_admin,
    outbox_admin,
    record_admin,
    retention_admin,
    user_admin,
)

admin.site.add_to_menu(_("Dates"), "admin:dates", position=40)
admin.site.add_to_menu(
    _("Letters"),
    "admin:imrf_portal_outgoingmail_changelist",
    rows=outbox_admin.did_not_arrive,
    tone="bad",
    position=50,
)

admin.site.add_to_menu(
    _("Signatures"), "admin:countersigned", rows=countersigned_admin.waiting_for, tone="warn", position=45
)

__all__ = [
    "countersigned_admin",
    "dates_admin",
    "forum_admin",
    "look_admin",
    "officer_admin",
    "outbox_admin",
    "record_admin",
    "retention_admin",
    "user_admin",
]
