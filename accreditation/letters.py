"""The papers of a list as PDF: the covering letter with its annex, and the certificate. Each download is an event."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from imrf_portal import audit, papers, times
from imrf_portal.forum import Forum
from imrf_portal.spreadsheets import as_download

from . import mission_pages, outcome
from .list_codes import CERTIFICATE, LETTER, code_of
from .mission_pages import for_readers
from .models import StakeholderList

ASKING = gettext_lazy(
    "Before then, your mission may ask for the homepage of an organization, and for its reason for taking part."
)
CLAUSES = {
    Forum.Clause.BARE: gettext_lazy("It may also object. No basis is asked."),
    Forum.Clause.VOLUNTARY: gettext_lazy("It may also object. A basis may be given; it is not required."),
    Forum.Clause.ON_REQUEST: gettext_lazy(
        "It may also object, with a general basis, which is disclosed to the Office and to the State that asks for it."
    ),
    Forum.Clause.ASSEMBLY_DECIDES: gettext_lazy(
        "It may also object, with a general basis; the General Assembly decides on the names objected to."
    ),
}


def _check(listed, code):
    """Where anybody can check the paper: the page, and the address in the QR code."""
    return {
        "verify_page": settings.PORTAL_URL + reverse("verify"),
        "verify_url": f"{settings.PORTAL_URL}{reverse('verify_code', args=[code])}?f={listed.sha256}",
    }


def covering_letter(listed):
    """The bytes of the letter with the list as its annex, as the list was sent."""
    forum, code = listed.forum, code_of(listed, LETTER)
    entries = listed.entries.select_related("country")
    return papers.list_letter(
        code=code,
        place=times.city_of(forum.time_zone),
        written_on=listed.circulated_at.astimezone(ZoneInfo(forum.time_zone)).date(),
        forum=forum.title,
        list_title=listed.title,
        number=listed.number,
        version=listed.version,
        names=[(entry.position, entry.name, entry.country.name) for entry in entries],
        sha256=listed.sha256,
        closes_at=listed.closes_at,
        opening=listed.letter,
        paragraphs=[
            " ".join([str(ASKING), str(CLAUSES[forum.clause])]),
            _("If the date moves, or a name is corrected, all missions are told."),
        ],
        zone=forum.time_zone,
        **_check(listed, code),
    )


def certificate(listed, *, reader_zone=""):
    """The bytes of the certificate of a closed list, stamped with the announced instant."""
    counts = outcome.outcome_of(listed)
    forum, code = listed.forum, code_of(listed, CERTIFICATE)
    versions = [
        _("%(version)s (%(sent)s)")
        % {"version": version.version, "sent": times.short_at_zone(version.circulated_at, forum.time_zone)}
        for version in outcome.versions_of(listed)
    ]
    return papers.certificate(
        code=code,
        forum=forum.title,
        list_title=_("%(title)s, version %(version)s") % {"title": listed.title, "version": listed.version},
        version=listed.version,
        sent_at=listed.circulated_at,
        ended_at=listed.closes_at,
        extensions=[extension.new_closes_at for extension in listed.extensions.all()],
        names=counts.names,
        clear=counts.cleared,
        referred=counts.referred,
        withdrawn=counts.withdrawn,
        versions="; ".join(versions),
        sha256=listed.sha256,
        zone=forum.time_zone,
        reader_zone=reader_zone or None,
        **_check(listed, code),
    )


@require_safe
@for_readers
def letter_pdf(request, pk):
    listed = mission_pages.shared_list(request.user, pk)
    if listed.kind != StakeholderList.Kind.PROPOSED:
        raise Http404
    audit.record("list.letter", listed, by=request.user, version=listed.version)
    return _pdf(covering_letter(listed), f"{code_of(listed, LETTER)}.pdf")


@require_safe
@for_readers
def certificate_pdf(request, pk):
    listed = mission_pages.closed_list(request.user, pk)
    audit.record("list.certificate", listed, by=request.user, version=listed.version)
    return _pdf(certificate(listed, reader_zone=times.reader_zone(request)), f"{code_of(listed, CERTIFICATE)}.pdf")


def _pdf(content, name):
    return as_download(HttpResponse(content, content_type="application/pdf"), name)
