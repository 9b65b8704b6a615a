"""One file at the desk: found by its key when this officer may know of it, opened when she may work on it."""

from django.http import Http404

from imrf_portal import written
from imrf_portal.access import Capability
from imrf_portal.admin_tools import is_key, require

from .. import conflicts, queue, workflow
from . import exceptions


def find(request, pk):
    """The application with all that a row shows; 404 when this person may not know that it exists.

    Where something ties her to it, the question about conflicts of interest comes first.
    """
    require(request, Capability.VIEW)
    if not is_key(pk):
        raise Http404
    user = request.user
    found = written.found(lambda key: known(user).filter(pk=key), int(pk), what=written.rights_of(user))
    if not found:
        raise Http404
    application = found[0]
    application.current_documents = list(workflow.current_documents(application).values())
    if application.may_be_tied:
        going_to = request.get_full_path() if request.method == "GET" else ""
        conflicts.require_answered(application, request.user, going_to=going_to)
    return application


def known(user):
    return conflicts.marked(exceptions.marked(queue.for_page(user)), user)
