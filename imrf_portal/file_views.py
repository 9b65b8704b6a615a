"""How a private document leaves the portal: as a download that no browser runs, keeps or guesses about."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header

from .errors import Refused

LINK_SECONDS = 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def send(file, *, as_attachment=True, before_scan=False):
    """The response with the content of a PrivateFile; who may have it was decided, and recorded, by the caller.

    On S3 it is a redirect to a link of 60 seconds that forces type and disposition. Only pictures may be shown in the
    page (``as_attachment=False``). ``before_scan`` is for the person who uploaded it. Raises Refused while withheld.
    """
    if (reason := file.withheld_because()) and not (before_scan and file.erased_at is None):
        raise Refused(reason)
    as_attachment = as_attachment or not file.content_type.startswith("image/")
    disposition = content_disposition_header(as_attachment, file.name) or "inline"
    if getattr(default_storage, "querystring_auth", False):
        response = HttpResponseRedirect(presigned_link(file, disposition))
    else:
        response = FileResponse(default_storage.open(file.key), content_type=file.content_type)
        response["Content-Disposition"] = disposition
        response["Content-Length"] = str(file.size)
    for header, value in HEADERS.items():
        response[header] = value
    return response


def presigned_link(file, disposition):
    forced = {"ResponseContentDisposition": disposition, "ResponseContentType": file.content_type}
    return default_storage.url(file.key, parameters=forced, expire=LINK_SECONDS)
