"""Accreditations in the admin: shown, never typed. They come from verbs."""

from django.contrib import admin

from imrf_portal.admin_tools import ShownOnly

from ..models import Accreditation


@admin.register(Accreditation)
class AccreditationAdmin(ShownOnly):
    list_display = ["organization", "forum", "basis", "granted_at", "valid_until_on", "revoked_at"]
    list_filter = ["forum", "basis"]
    list_select_related = ["organization", "forum"]
    search_fields = ["organization__name", "organization__acronym", "application__reference"]
    fields = [
        "organization",
        "forum",
        "basis",
        "application",
        "evidence",
        "granted_at",
        "granted_by",
        "valid_until_on",
        "revoked_at",
        "revoked_by",
        "revoked_reason",
    ]
