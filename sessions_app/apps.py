from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Forum sessions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from imrf_portal import dates, support_look

        from . import places  # noqa: F401
        from .dates import lines

        dates.bring(lines)
        support_look.OPEN_PAGES.update(("programme", "session"))
