"""A list as the delegates of one Mission read it: their own page, made by the same code, with nothing to press."""

from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render

from imrf_portal.access import Audience, Capability
from imrf_portal.admin_tools import require
from imrf_portal.geography import Country
from imrf_portal.users import User

from .. import mission_pages
from ..mission_views import list_context
from ..models import StakeholderList

READERS = (Country.Kind.MEMBER_STATE, Country.Kind.OBSERVER_STATE)


def show(request, pk):
    """Also before the list is sent; ``state`` in the address names the Mission."""
    require(request, Capability.VIEW)
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    lists = mission_pages.with_successors(StakeholderList.objects.visible_to(request.user))
    listed = get_object_or_404(lists, pk=pk)
    states = sorted(Country.objects.filter(kind__in=READERS), key=lambda state: state.name)
    state = _chosen(request.GET.get("state", ""), states)
    context = list_context(request, listed, mission_pages.reader_of(state))
    context |= {"may_ask": False, "may_object": False, "preview_of": state, "preview_states": states}
    context |= mission_pages.zone(request.user)
    return render(request, "accreditation/list.html", context)


def _chosen(code, states):
    """The State of that code, else one whose Mission has a delegate, else the first."""
    by_code = {state.pk: state for state in states}
    if code not in by_code:
        delegates = User.objects.with_access().filter(audience=Audience.MEMBER_STATE).order_by("pk")
        code = delegates.values_list("member_state", flat=True).first()
    return by_code.get(code) or states[0]
