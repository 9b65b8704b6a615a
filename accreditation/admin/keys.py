"""The page that lists the keys of the desk, and where they are turned off."""

from django.contrib import admin
from django.utils.translation import gettext as _

from imrf_portal.access import Capability
from imrf_portal.admin_tools import page, require


def show(request):
    require(request, Capability.VIEW)
    return page(request, "admin/desk/keys.html", admin.site, {"title": _("Keys of the desk")})


admin.site.add_page("keys/", show, "keys")
