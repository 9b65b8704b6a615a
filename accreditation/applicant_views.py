"""Pages of the applicant."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from .models import Application


@login_required
def application(request, reference):
    """One application: status, who holds it, next date, history."""
    found = get_object_or_404(
        Application.objects.visible_to(request.user).select_related("forum", "call"), reference=reference
    )
    return render(request, "accreditation/application.html", {"application": found})
