"""A frozen list taken out of the portal by the desk: as table, and as the letter with its annex. Each is an event."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from imrf_portal import audit
from imrf_portal.access import Capability
from imrf_portal.admin_tools import require
from imrf_portal.spreadsheets import as_download, csv_response, xlsx_response

from ..exports import file_name, list_code, list_table
from ..letters import covering_letter
from ..models import StakeholderList


def take(request, pk, kind):
    """The same list gives the same bytes, whoever takes it and whenever."""
    require(request, Capability.EXPORT)
    lists = StakeholderList.objects.visible_to(request.user).exclude(frozen_at=None).select_related("forum")
    listed = get_object_or_404(lists, pk=pk)
    match kind:
        case "csv":
            response = csv_response(file_name(listed, "csv"), *list_table(listed))
        case "xlsx":
            response = xlsx_response(file_name(listed, "xlsx"), *list_table(listed), sheet=list_code(listed))
        case "pdf" if listed.circulated_at and listed.kind == StakeholderList.Kind.PROPOSED:
            letter = HttpResponse(covering_letter(listed), content_type="application/pdf")
            response = as_download(letter, file_name(listed, "pdf"))
        case _other:
            raise Http404
    audit.record("list.export", listed, by=request.user, version=listed.version, sha256=listed.sha256, kind=kind)
    return response
