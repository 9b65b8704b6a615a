from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from .desk_site import DeskSite


class PortalAdminConfig(AdminConfig):
    default_site = "imrf_portal.admin_site.PortalAdminSite"


NOT_SHOWN = {"account", "auth", "mfa", "usersessions"}
"""Apps without a page here: groups are ``access.ROLES``; addresses, secrets and sessions are nobody's to edit."""


class PortalAdminSite(DeskSite):
    """The secretariat's workplace. Signing in and passwords are those of the portal."""

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().register([model for model in models if model._meta.app_label not in NOT_SHOWN], admin_class, **options)

    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not request.user.is_staff:
            raise PermissionDenied
        if request.user.is_authenticated:
            return redirect("admin:index")
        going_to = request.GET.get("next") or request.get_full_path()
        return redirect(f"{reverse('account_login')}?{urlencode({'next': going_to})}")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
