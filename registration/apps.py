from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from imrf_portal import verification

        from . import confirmations

        verification.register("L", confirmations.verify_letter)
        verification.register("S", confirmations.verify_seat)
