from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "imrf_portal"
    verbose_name = _("Stakeholder Participation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import celery, countersigned, dates, forum_dates, health, mail, seals, support_look

        dates.bring(forum_dates.lines)
        countersigned.register(dates.KIND)
        support_look.OPEN_PAGES.update(
            ("home", "forum", "help", "accessibility", "who_sees", "privacy", "verify", "verify_code")
        )
        self.celery_app = celery.app
        health.watch("letters", mail.oldest_due)
        countersigned.register(seals.KIND)
