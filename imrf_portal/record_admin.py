"""The record in the admin: events and changes of dates, which nobody edits, and the letters."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import audit, event_words, mail
from .access import Capability, may
from .admin_tools import CapabilityAdmin, ShownOnly, page, require
from .audit import Event
from .forum import DateChange
from .mail import OutgoingMail
from .times import short_at_zone


@admin.register(Event)
class EventAdmin(ShownOnly):
    list_display = ["happened", "what", "subject_name", "actor_name", "audience", "was", "became"]
    list_filter = ["audience", "is_internal", "happened_at"]
    search_fields = ["verb", "subject_name", "actor_name", "reason"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("happened at"), ordering="happened_at")
    def happened(self, event):
        return short_at_zone(event.happened_at)

    @admin.display(description=_("what"), ordering="verb")
    def what(self, event):
        return event_words.words_of(event.verb)

    @admin.display(description=_("from"), ordering="before")
    def was(self, event):
        return event_words.state_in_words(event, event.before)

    @admin.display(description=_("to"), ordering="after")
    def became(self, event):
        return event_words.state_in_words(event, event.after)


def _kind_in_words(template):
    return template.replace("_", " ").capitalize()


class LetterFilter(admin.AllValuesFieldListFilter):
    """The kinds of letters, by their names with spaces."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield choice | {"display": _kind_in_words(str(choice["display"]))}


@admin.register(DateChange)
class DateChangeAdmin(ShownOnly):
    list_display = ["changed_at", "forum", "what", "old_at", "new_at", "old_on", "new_on", "reason", "changed_by"]
    list_filter = ["forum"]
    list_select_related = ["forum", "changed_by"]


@admin.register(OutgoingMail)
class OutboxAdmin(CapabilityAdmin):
    """Letters with their state. What was written is never edited; it can be held, tried again or discarded."""

    list_display = ["subject", "to", "state", "about", "written", "due", "attempts", "last_error"]
    list_filter = ["state", ("template", LetterFilter), "written_at"]
    search_fields = ["subject", "to", "about"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["hold", "send_again", "discard"]

    @admin.display(description=_("written at"), ordering="written_at")
    def written(self, letter):
        return short_at_zone(letter.written_at)

    @admin.display(description=_("due at"), ordering="due_at")
    def due(self, letter):
        return short_at_zone(letter.due_at)

    def get_queryset(self, request):
        return mail.readable_by_staff().order_by(*self.get_ordering(request))

    def has_change_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        """Whoever may ask applicants may also act on letters."""
        return super().get_actions(request) if self._may_act(request) else {}

    @staticmethod
    def _may_act(request):
        return may(request.user, Capability.SCREEN) or may(request.user, Capability.CIRCULATE)

    def _each(self, request, letters, verb, name):
        if not self._may_act(request):
            require(request, Capability.SCREEN)
        changed = 0
        for letter in letters:
            before = letter.state
            if verb(letter):
                changed += 1
                letter.refresh_from_db()
                audit.record(
                    f"letter.{name}", letter, by=request.user, internal=True, before=before, after=letter.state
                )
        left = len(letters) - changed
        messages.info(
            request,
            ngettext("%(count)s letter changed.", "%(count)s letters changed.", changed) % {"count": changed}
            + (" " + _t("%(left)s could not be: look at their state.") % {"left": left} if left else ""),
        )

    @admin.action(description=_("Hold the selected letters"))
    def hold(self, request, queryset):
        self._each(request, list(queryset), mail.hold, "hold")

    @admin.action(description=_("Send again, or let go, the selected letters"))
    def send_again(self, request, queryset):
        self._each(request, list(queryset), mail.replay, "replay")

    @admin.action(description=_("Discard the selected letters"))
    def discard(self, request, queryset):
        self._each(request, list(queryset), mail.discard, "discard")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One letter as it was written."""
        require(request, Capability.VIEW)
        letter = self.get_object(request, object_id)
        if letter is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            verb = {"hold": mail.hold, "replay": mail.replay, "discard": mail.discard}.get(request.POST.get("do"))
            if verb:
                self._each(request, [letter], verb, request.POST["do"])
                letter.refresh_from_db()
        return page(
            request,
            "admin/desk/outbox_letter.html",
            self.admin_site,
            {
                "title": letter.subject,
                "letter": letter,
                "kind": _kind_in_words(letter.template),
                "may_act": self._may_act(request),
                "may_hold": letter.state == OutgoingMail.State.QUEUED,
                "may_send": letter.state in {"failed", "bounced", "held"},
                "may_discard": letter.state in {"queued", "failed", "bounced", "held"},
            },
        )


def did_not_arrive(request):
    return mail.readable_by_staff().filter(state__in=[OutgoingMail.State.FAILED, OutgoingMail.State.BOUNCED])
