from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accreditation import final_statistics
        from imrf_portal import dates, retention, support_look, verification

        from . import confirmations, notices, people, places, turnout  # noqa: F401

        leads = tuple(-lead for lead in notices.REMINDERS.values())
        dates.follows("registration_closes_at", _("Reminders to organizations with free places"), leads)

        final_statistics.COUNT_TURNOUT[:] = [turnout.count]
        verification.register("L", confirmations.verify_letter)
        verification.register("S", confirmations.verify_seat)
        retention.register(people.PRIVATE_DATA)
        support_look.OPEN_PAGES.update(
            (
                "registration", "registration_of", "registrations", "seat_replace", "seat_withdraw", "seat_first",
                "offer_accept", "offer_decline", "waiting_join", "speaking_ask",
            )
        )  # fmt: skip
