"""What the admin of every app shares: permissions by capability, pages that only show, refusals as messages."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from .access import Capability, may
from .errors import Refused


class ByCapability:
    """Permissions from ``access``: ``sees`` and ``changes`` name capabilities (None: nobody). Nothing is deleted."""

    sees = Capability.VIEW
    changes = None
    adds = None

    def has_module_permission(self, request):
        return may(request.user, self.sees)

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.sees)

    def has_change_permission(self, request, obj=None):
        return self.changes is not None and may(request.user, self.changes)

    def has_add_permission(self, request, obj=None):
        return self.adds is not None and may(request.user, self.adds)

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Name the controls for those who do not see the column heads of a table or the two halves of an instant."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            for control in [field.widget, *getattr(field.widget, "widgets", ())]:
                control.attrs.setdefault("aria-label", str(field.label))
        return field


class CapabilityAdmin(ByCapability, admin.ModelAdmin):
    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ShownOnly(CapabilityAdmin):
    """A record that the admin shows and never writes."""

    def has_change_permission(self, request, obj=None):
        return False


def require(request, capability):
    """403 unless the person holds the capability."""
    if not may(request.user, capability):
        raise PermissionDenied


def page(request, template, site, context, *, status=200):
    """A page of the desk, with what every admin page has."""
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)


def attempt(request, action, *, done=""):
    """Run ``action``; say ``done``, or why it was refused. Returns what it gave; None when refused."""
    try:
        result = action()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    if done:
        messages.success(request, done)
    return result


def back_to(request, fallback):
    """A redirect to the address in ``next``, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = fallback
    return HttpResponseRedirect(wanted)
