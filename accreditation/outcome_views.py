"""After the close: the certificate of a list, and the differences between versions and to the final list."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import mission_pages, outcome
from .list_codes import CERTIFICATE, code_of
from .mission_pages import for_readers
from .models import StakeholderList


@require_safe
@for_readers
def certificate(request, pk):
    """That the period is closed: version, hash, the announced instant, and what became of the names."""
    listed = mission_pages.closed_list(request.user, pk)
    return render(
        request,
        "accreditation/certificate.html",
        {
            "list": listed,
            "forum": listed.forum,
            "window": listed.window(),
            "code": code_of(listed, CERTIFICATE),
            "outcome": outcome.outcome_of(listed),
            "versions": list(outcome.versions_of(listed)),
            "extensions": list(listed.extensions.all()),
            "differences": list(filter(None, [outcome.to_the_final_list(listed)])),
            "taken": mission_pages.taken_versions(request.user, listed),
            **mission_pages.zone(request.user),
        },
    )


@require_safe
@for_readers
def difference(request, pk):
    """What a version changed, and what became of the names on the final list."""
    listed = mission_pages.shared_list(request.user, pk)
    if listed.kind == StakeholderList.Kind.FINAL:
        found = [outcome.from_the_proposed_lists(listed), outcome.from_the_version_before(listed)]
    else:
        found = [outcome.to_the_final_list(listed), outcome.from_the_version_before(listed)]
    return render(
        request,
        "accreditation/list_difference.html",
        {
            "list": listed,
            "forum": listed.forum,
            "differences": list(filter(None, found)),
            **mission_pages.zone(request.user),
        },
    )
