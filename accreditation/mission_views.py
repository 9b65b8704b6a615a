"""Pages of Member States: the lists shared with them."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from .models import StakeholderList


@login_required
def stakeholder_list(request, pk):
    """One list: number, version, silence period, names and countries."""
    found = get_object_or_404(StakeholderList.objects.visible_to(request.user).select_related("forum"), pk=pk)
    return render(request, "accreditation/list.html", {"list": found})
