from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "imrf_portal.admin_site.PortalAdminSite"


class PortalAdminSite(admin.AdminSite):
    """The secretariat's workplace."""
