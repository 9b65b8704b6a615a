"""Applications in the admin: the queue, the review screen, and the addresses of the verbs. No row is edited here."""

from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Window
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imrf_portal import file_views, retention_admin, seals
from imrf_portal.access import Capability, may
from imrf_portal.admin_tools import ShownOnly, attempt, back_to, page, require

from .. import desk_verbs, documents, likenesses, mentions, queue, queue_export, queue_rows, review, saved_views, sealed
from ..desk_forms import NoteForm
from ..models import Application, NoteMention
from . import asking, comparing, conflict_pages, late_requests, review_page, verb_pages
from .cases import find


@admin.register(Application)
class ApplicationAdmin(ShownOnly):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("export/<slug:kind>/", wrap(export), name="accreditation_application_export"),
            path("document/<str:token>/", wrap(open_document), name="accreditation_document"),
            path("<int:pk>/take/", wrap(take), name="accreditation_application_take"),
            path("<int:pk>/note/", wrap(note), name="accreditation_application_note"),
            path("mention/<int:pk>/read/", wrap(read_mention), name="accreditation_mention_read"),
            path("<int:pk>/ask/", wrap(asking.ask), name="accreditation_application_ask"),
            path("<int:pk>/hold/", wrap(hold), name="accreditation_application_hold"),
            path("<int:pk>/alike/<int:other>/", wrap(comparing.compare), name="accreditation_application_alike"),
            path("<int:pk>/conflict/", wrap(conflict_pages.answer), name="accreditation_application_conflict"),
            path("late/<int:pk>/", wrap(late_requests.decide), name="accreditation_late_request"),
            path("<int:pk>/do/<slug:verb>/", wrap(verb_pages.confirm), name="accreditation_application_do"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        require(request, Capability.VIEW)
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        all_forums = queue.all_forums(request.user)
        forums = [forum for forum in all_forums if forum.has_applications]
        filters = queue.QueueFilters.read(request.GET, forums)
        counts = queue.counts(request.user)
        keys, address = page_of_keys(filters, request.user, counts), filters.address(page=filters.page)
        by_need = filters.order == "need"
        alike = likenesses.nearest([key for key, _need in keys], request.user)
        return page(
            request,
            "admin/accreditation/application/change_list.html",
            self.admin_site,
            {
                "title": _("Work queue"),
                "opts": self.opts,
                "filters": filters,
                "page_obj": keys,
                "rows": queue_rows.table(queue.rows(keys), request.user, kept=address, by_need=by_need, alike=alike),
                "tabs": [
                    {
                        "name": name,
                        "label": label,
                        "count": counts[name],
                        "address": filters.address(tab=name),
                        "tone": "bad" if name == "overdue" and counts[name] else "",
                    }
                    for name, (label, _rule) in queue.TABS.items()
                    if counts[name] or name in {"work", "unassigned", "mine", "second", "all", filters.tab}
                ],
                "counts": counts,
                "sealed": sealed.counts(request.user, forums=all_forums),
                "may_open_seals": may(request.user, seals.KIND.proposes),
                "chips": list(filters.chips(forums)),
                "saved_views": saved_views.of(request.user),
                "view_address": filters.address(),
                "menus": filter_menus(filters, forums),
                "orders": [
                    (name, label, filters.address(order=name))
                    for name, label in (("need", _("Due")), ("name", _("Organization")), ("received", _("Waiting")))
                ],
                "address": address,
                "bulk_choices": desk_verbs.bulk_choices(request.user),
                "may_screen": may(request.user, Capability.SCREEN),
                "may_export": may(request.user, Capability.EXPORT),
            },
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        return review_page.show(request, find(request, object_id), self.admin_site)

    def history_view(self, request, object_id, extra_context=None):
        return review_page.history(request, find(request, object_id), self.admin_site)


def page_of_keys(filters, user, counts):
    """The ``Page`` of ``filters.keys`` that the address asks for, or the last one there is.

    What narrows a queue is counted in the statement that reads it: looking through all search words once is enough.
    """
    pages = Paginator(filters.keys(user), queue.PER_PAGE)
    if not filters.narrows():
        pages.count = counts[filters.tab]
        return pages.get_page(filters.page)
    start = (filters.page - 1) * queue.PER_PAGE
    found = pages.object_list.annotate(total=Window(Count("pk")))[start : start + queue.PER_PAGE]
    keys, totals = [(key, need) for key, need, _total in found], [total for _key, _need, total in found]
    if not keys and filters.page > 1:
        return pages.get_page(filters.page)
    pages.count = totals[0] if totals else 0
    return Page(keys, filters.page, pages)


def filter_menus(filters, forums):
    """The filters of several values: label, field and its choices."""
    choices = {"forum": {forum.slug: forum.short_title for forum in forums}, **queue.CHOICES}
    menus = []
    for name, known in choices.items():
        chosen = filters.chosen.get(name, ())
        if name != "forum" or len(forums) > 1:
            rows = [(value, label, value in chosen) for value, label in known.items()]
            menus.append({"name": name, "label": queue.LABELS[name], "count": len(chosen), "choices": rows})
    return menus


def take(request, pk):
    """Assign to me, in one click."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    application = find(request, pk)
    attempt(
        request,
        lambda: review.assign(application, by=request.user),
        done=_("You hold %(reference)s now.") % {"reference": application.reference},
    )
    return back_to(request, reverse("admin:accreditation_application_changelist"))


def note(request, pk):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    application = find(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return review_page.show(request, application, admin.site, note_form=form, status=422)
    kept = attempt(request, lambda: review.note(application, by=request.user, text=form.cleaned_data["text"]))
    if kept is None:
        return review_page.show(request, application, admin.site, note_form=form, status=422)
    for mention in kept.mentions.select_related("officer"):
        messages.success(request, _("%(who)s sees your note on the front page.") % {"who": mention.officer})
    return back_to(request, reverse("admin:accreditation_application_change", args=[pk]))


def read_mention(request, pk):
    """Take a note that names this officer off their front page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    require(request, Capability.VIEW)
    mention = get_object_or_404(NoteMention.objects.filter(officer=request.user), pk=pk)
    attempt(request, lambda: mentions.mark_read(mention, by=request.user))
    return back_to(request, reverse("admin:index"))


def hold(request, pk):
    """Keep the application from being erased on its retention dates, or let it be."""
    application = find(request, pk)
    back = reverse("admin:accreditation_application_change", args=[pk])
    crumbs = [(reverse("admin:accreditation_application_changelist"), _("Queue")), (back, application.reference)]
    return retention_admin.hold_page(request, application, back=back, crumbs=crumbs)


def open_document(request, token):
    """Send a document to the person for whom the link was made; recorded, also when refused."""
    document = documents.open_document(token, by=request.user)
    response = attempt(request, lambda: file_views.send(document.file))
    if response is None:
        return back_to(request, reverse("admin:accreditation_application_change", args=[document.application_id]))
    documents.record_opening(document, by=request.user)
    return response


def export(request, kind):
    require(request, Capability.EXPORT)
    if kind not in {"csv", "xlsx"}:
        raise Http404
    filters = queue.QueueFilters.read(request.GET, queue.forums(request.user))
    return queue_export.queue_table(filters, by=request.user, kind=kind)


def work(user):
    return queue.visible(user).filter(queue.TABS["work"][1](user))


admin.site.add_to_menu(gettext_lazy("Queue"), "admin:accreditation_application_changelist", rows=work, position=10)
