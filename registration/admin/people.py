"""People in the admin: shown, with those who are known twice; what is private only to the registration desk."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly

from .. import people
from ..models import Representative

PUBLIC = ["name", "function", "organization", "forum", "seats"]
PRIVATE = ["twice", "email", "phone", "gender", "languages", "access_needs", "wants_visa_letter", "passport_number"]


@admin.register(Representative)
class RepresentativeAdmin(ShownOnly):
    list_display = ["name", "function", "organization", "forum", "wants_visa_letter", "created_at"]
    list_filter = ["accreditation__forum", "wants_visa_letter"]
    list_select_related = ["accreditation__organization", "accreditation__forum"]
    search_fields = ["name", "accreditation__organization__name"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(removed_at=None)

    def get_search_fields(self, request):
        """An address can be guessed at by searching, so only those who may read it search by it."""
        return [*self.search_fields, *(["email"] if may(request.user, Capability.REGISTER) else [])]

    def get_fields(self, request, obj=None):
        return PUBLIC + (PRIVATE if may(request.user, Capability.REGISTER) else [])

    @admin.display(description=_("organization"), ordering="accreditation__organization__name")
    def organization(self, person):
        return person.accreditation.organization

    @admin.display(description=_("Forum"))
    def forum(self, person):
        return person.accreditation.forum

    @admin.display(description=_("the same person under another organization"), empty_value=_("nowhere"))
    def twice(self, person):
        found = [(other.name, str(other.accreditation.organization)) for other in people.same_person(person)]
        return format_html_join("; ", "{}, {}", found) or None

    @admin.display(description=_("sessions"), empty_value=_("none"))
    def seats(self, person):
        rows = person.registrations.select_related("forum_session").order_by("forum_session__day_on", "pk")
        lines = [(one.forum_session.title, one.get_status_display(), one.code) for one in rows]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} ({})</li>", lines)) if lines else None
