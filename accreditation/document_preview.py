"""One document on the screen of an officer: the page as a picture, its neighbours, larger, turned; who looked."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from imrf_portal import audit, clock, previews
from imrf_portal.access import Audience, Capability, may
from imrf_portal.audit import Event
from imrf_portal.previews import PagePreview

from . import checklists, conflicts
from . import documents as links
from .models import Application, ApplicationDocument, DocumentCheck

TURNS = (0, 90, 180, 270)
ONE_LOOK = timedelta(minutes=30)
"""Looking at a page again within this time is the same opening."""
LINKS_EACH_WAY = 3
"""Pages before and after the present one that have a link of their own."""


def find(pk, *, by):
    """The document, for staff who may read its application; to anyone else it does not exist (404).

    An officer who must say first whether she has a conflict of interest is led there.
    """
    if Audience.of(by) != Audience.SECRETARIAT or not may(by, Capability.VIEW):
        raise Http404
    readable = Application.objects.visible_to(by)
    document = (
        ApplicationDocument.objects.filter(application__in=readable)
        .select_related("application__forum", "application__call", "file")
        .prefetch_related("checks__checked_by")
        .filter(pk=pk)
        .first()
    )
    if document is None:
        raise Http404
    conflicts.require_answered(document.application, by, going_to=reverse("document", args=[pk]))
    return document


@dataclass
class ShownPage:
    """What ``admin/accreditation/includes/preview.html`` needs: one page, and the addresses around it."""

    document: ApplicationDocument
    preview: PagePreview | None
    why_not: str
    number: int
    count: int
    turn: int
    is_large: bool
    pages: list
    addresses: dict

    @property
    def picture(self):
        return reverse("document_page", args=[self.document.pk, self.number])

    @property
    def box(self):
        """Width and height as the page lies after the turn."""
        size = self.preview.width, self.preview.height
        return size[::-1] if self.turn in (90, 270) else size

    @property
    def placing(self):
        """The SVG transformation that turns the picture within its box."""
        width, height = self.box
        corner = {0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[self.turn]
        return f"translate({corner[0]} {corner[1]}) rotate({self.turn})"


def shown(document, params, *, path, fragment=""):
    """The page that ``params`` (a QueryDict) ask for: ``page``, ``turn``, ``size``; other parameters are kept.

    Asks the worker for pages that are not drawn yet. ``path`` is the address of the page that shows it, ``fragment``
    the place on it.
    """
    file = document.file
    count = previews.page_count(file)
    number = min(max(_number(params.get("page"), 1), 1), count)
    turn = _number(params.get("turn"), 0)
    turn = turn if turn in TURNS else 0
    is_large = params.get("size") == "large"
    why_not = file.withheld_because() or ""
    if not why_not and not previews.is_drawable(file):
        why_not = _("There is no preview of a Word document. Download the original.")
    preview = None if why_not else previews.ask(file, number)
    if preview and preview.state == PagePreview.State.FAILED:
        why_not = preview.failure()

    def address(**changes):
        wanted = {"doc": document.pk, "page": number, "turn": turn, "size": "large" if is_large else ""} | changes
        return f"{path}?{_query(params, **wanted)}{fragment}"

    near = [n for n in range(1, count + 1) if n in (1, count) or abs(n - number) <= LINKS_EACH_WAY]
    return ShownPage(
        document=document,
        preview=preview,
        why_not=why_not,
        number=number,
        count=count,
        turn=turn,
        is_large=is_large,
        pages=[(n, address(page=n, turn=0)) for n in near] if preview and count > 1 else [],
        addresses={
            "again": address(),
            "size": address(size="" if is_large else "large"),
            "turn": address(turn=(turn + 90) % 360),
        },
    )


def _query(params, **changes):
    """``params`` in an address with these changes; what is empty is left out."""
    kept = {name: values for name, values in params.lists() if name not in changes}
    return urlencode(kept | {name: value for name, value in changes.items() if value}, doseq=True)


def _number(text, default):
    return int(text) if text and text.isdecimal() and len(text) < 7 else default


def panel(documents, params, user, *, path, fragment=""):
    """The context of ``includes/documents.html``: the documents as tabs, the one asked for (``doc``), else the first
    that is not checked, with its page, its checklist, and whether ``user`` may fill it in. None without documents.

    ``documents`` with their ``file``, ``application`` and ``checks``.
    """
    if not documents:
        return None
    wanted = _number(params.get("doc"), 0)
    asked_for = [document for document in documents if document.pk == wanted]
    unchecked = [document for document in documents if not all(line.answer for line in checklists.lines(document))]
    document = [*asked_for, *unchecked, *documents][0]
    may_check = may(user, Capability.SCREEN) and document.application.status in checklists.CHECKABLE
    return {
        "document": document,
        "shown": shown(document, params, path=path, fragment=fragment),
        "original": links.link_for(user, document),
        "checklist": checklists.lines(document),
        "answers": DocumentCheck.Answer.choices,
        "is_unchecked": document in unchecked,
        "after_checks": _after_checks(params, path, fragment, is_last=len(documents) == 1),
        "may_check": may_check and document.replaced_at is None,
        "tabs": [_tab(other, params, path, fragment, is_current=other is document) for other in documents],
    }


def _after_checks(params, path, fragment, *, is_last):
    """Where keeping the checks leads: to the first document that is not checked, or back to the only one."""
    query = _query(params, **({} if is_last else dict.fromkeys(("doc", "page", "turn", "size"))))
    return f"{path}?{query}{fragment}" if query else f"{path}{fragment}"


def _tab(document, params, path, fragment, *, is_current):
    query = _query(params, doc=document.pk, page=None, turn=None)
    kept = checklists.lines(document)
    return {
        "document": document,
        "address": f"{path}?{query}{fragment}",
        "is_current": is_current,
        "checked": sum(1 for line in kept if line.answer),
        "total": len(kept),
    }


def record_look(document, page, *, by):
    """An event for each page an officer looks at; looking again within half an hour is the same look."""
    seen = Event.objects.about(document.application).filter(
        verb="document.look", actor=by, happened_at__gt=clock.now() - ONE_LOOK
    )
    if seen.filter(detail__sha256=document.file.sha256, detail__page=page).exists():
        return
    audit.record(
        "document.look",
        document.application,
        by=by,
        internal=True,
        document=document.kind,
        name=document.file.name,
        sha256=document.file.sha256,
        page=page,
    )
