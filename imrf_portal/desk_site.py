"""The secretariat's desk: Django's admin site with a front page, a menu and pages that the apps bring.

The foundation knows no app: ``accreditation`` and the others add their pages with ``opens_on``, ``add_page`` and
``add_to_menu`` when their ``admin`` module is loaded.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib import admin
from django.urls import get_script_prefix, path, reverse
from django.utils.translation import gettext_lazy as _

from . import clock, times, written
from .access import Capability, capabilities_of
from .counting import counting, in_short


@cache
def _address_of(name, prefix):
    """The address of a page that has but one, behind the ``prefix`` that is in use."""
    return reverse(name)


@dataclass(frozen=True)
class MenuItem:
    """``rows`` maps a person to the queryset counted beside the label, which depends on nothing but her, what she may
    do and the moment; ``tone`` colours it when it is not empty.

    ``is_seldom``: with nothing to count it leaves the menu for the page “Administration”.
    """

    label: Any
    address: str
    capability: Capability
    rows: Any = None
    tone: str = ""
    position: int = 100
    is_seldom: bool = False


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

    def add_to_menu(self, label, address, capability=Capability.VIEW, **options):
        self.menu.append(MenuItem(label, address, capability, **options))
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
        """What every page of the desk has.

        Django's own reads the permissions and the addresses of every kind of record for its side menu, which we do not
        show: a third of what a page cost.
        """
        context = {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": self.get_log_entries(request),
        }
        if context["has_permission"]:
            context |= {
                "desk_menu": list(self._menu(request)),
                "desk_moment": clock.now(),
                "headquarters": times.HEADQUARTERS,
            }
        return context

    def _menu(self, request):
        held = capabilities_of(request.user)
        items = [item for item in self.menu if item.capability in held]
        counts = self._numbers(request.user, tuple(item for item in items if item.rows))
        for item in items:
            address, count = _address_of(item.address, get_script_prefix()), counts.get(item.address)
            is_current = request.path.startswith(address)
            yield {
                "label": item.label,
                "url": address,
                "count": None if count is None else in_short(count),
                "tone": item.tone if count else "",
                "current": is_current,
                "rests": item.is_seldom and not count and not is_current,
            }

    @staticmethod
    def _numbers(user, items):
        """``{address: number of rows, to many}`` of the entries that count something: one statement."""
        if not items:
            return {}
        addresses = tuple(item.address for item in items)
        found = written.rows_of(user, addresses, lambda: counting([item.rows(user) for item in items], to_many=True))
        return dict(zip(addresses, found[0], strict=True))
