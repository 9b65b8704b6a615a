"""How far a new version of a reference list is written: progress, a way to go on when it was cut off, the result."""

from django.contrib import admin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import health
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import attempt, page, require
from imrf_portal.times import HEADQUARTERS

from .. import reference_import
from ..models import ReferenceFile, ReferenceList, VerdictReview

PROGRESS = "admin:accreditation_referencelist_progress"


def progress(request, pk):
    """GET shows how far it is; POST writes some of the rows that are missing, for whom the worker keeps waiting."""
    require(request, Capability.CONFIGURE if request.method == "POST" else Capability.VIEW)
    version = get_object_or_404(ReferenceList.objects.select_related("forum", "imported_by"), pk=pk)
    if request.method == "POST":
        attempt(request, lambda: reference_import.go_on(version, by=request.user))
        return redirect(PROGRESS, pk)
    review = VerdictReview.objects.filter(reference_list=version).first()
    has_file = ReferenceFile.objects.filter(reference_list=version).exists()
    state = _state(version, has_file=has_file)
    return page(
        request,
        "admin/accreditation/referencelist/progress.html",
        admin.site,
        {
            "title": _("Import: %(list)s") % {"list": version.title},
            "version": version,
            "state": state,
            "left": version.entry_count - version.written_count,
            "moved_at": reference_import.moved_at(version),
            "review": review,
            "found": version.consequences.visible_to(request.user).count() if review else 0,
            "is_moving": state in ("waiting", "writing") or (review and review.finished_at is None),
            "may_go_on": state in ("away", "cut_off") and may(request.user, Capability.CONFIGURE),
            "may_import": may(request.user, Capability.CONFIGURE),
            "zone": HEADQUARTERS,
            "crumbs": [
                (reverse("admin:accreditation_referencelist_changelist"), _("Reference lists")),
                (reverse("admin:accreditation_referencelist_change", args=[pk]), str(version)),
            ],
        },
    )


def _state(version, *, has_file):
    """In one word, what the page says of it."""
    if version.is_complete:
        return "done"
    if not has_file:
        return "no_file"
    if reference_import.stands_still(version):
        return "cut_off"
    if health.worker_is_away():
        return "away"
    return "writing" if version.written_count else "waiting"


admin.site.add_page("accreditation/referencelist/<int:pk>/progress/", progress, "accreditation_referencelist_progress")
