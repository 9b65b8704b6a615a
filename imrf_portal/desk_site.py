"""The secretariat's desk: Django's admin site with a front page, a menu and pages that the apps bring.

The foundation knows no app: ``accreditation`` and the others add their pages with ``opens_on``, ``add_page`` and
``add_to_menu`` when their ``admin`` module is loaded.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from . import clock, times
from .access import Capability, may


@dataclass(frozen=True)
class MenuItem:
    """``count`` maps a request to the number shown beside the label; ``tone`` colours it when it is not zero."""

    label: Any
    address: str
    capability: Capability
    count: Any = None
    tone: str = ""
    position: int = 100


class DeskSite(admin.AdminSite):
    site_title = site_header = _("Secretariat")
    index_title = _("Administration")
    enable_nav_sidebar = False
    index_template = "admin/administration.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.front_page = None
        self.menu, self.pages = [], []

    def opens_on(self, view):
        """``view`` is what ``/admin/`` shows."""
        self.front_page = view

    def add_page(self, route, view, name):
        self.pages.append((route, view, name))

    def add_to_menu(self, label, address, capability=Capability.VIEW, *, count=None, tone="", position=100):
        self.menu.append(MenuItem(label, address, capability, count, tone, position))
        self.menu.sort(key=lambda item: item.position)

    def get_urls(self):
        own = [path(route, self.admin_view(view), name=name) for route, view, name in self.pages]
        return [path("all/", self.admin_view(self.administration), name="administration"), *own, *super().get_urls()]

    def index(self, request, extra_context=None):
        if self.front_page is None:
            return self.administration(request, extra_context)
        return self.front_page(request)

    def administration(self, request, extra_context=None):
        """Django's own index: every kind of record."""
        return super().index(request, extra_context)

    def each_context(self, request):
        context = super().each_context(request)
        if context["has_permission"]:
            context |= {
                "desk_menu": [self._item(item, request) for item in self.menu if may(request.user, item.capability)],
                "desk_moment": clock.now(),
                "headquarters": times.HEADQUARTERS,
            }
        return context

    @staticmethod
    def _item(item, request):
        address = reverse(item.address)
        count = item.count(request) if item.count else None
        return {
            "label": item.label,
            "url": address,
            "count": count,
            "tone": item.tone if count else "",
            "current": request.path.startswith(address),
        }
