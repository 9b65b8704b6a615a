from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "imrf_portal"
    verbose_name = _("Stakeholder Participation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import celery, health, mail

        self.celery_app = celery.app
        health.watch("letters", mail.oldest_due)
