"""The foundation's doors for the secretariat."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import forum_admin, record_admin, user_admin

admin.site.add_to_menu(_("Dates"), "admin:imrf_portal_call_changelist", position=40)
admin.site.add_to_menu(
    _("Letters"),
    "admin:imrf_portal_outgoingmail_changelist",
    rows=record_admin.did_not_arrive,
    tone="bad",
    position=50,
)

__all__ = ["forum_admin", "record_admin", "user_admin"]
