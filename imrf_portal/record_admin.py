"""The record in the admin: events and changes of dates, which nobody edits."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import event_words
from .admin_tools import ShownOnly
from .audit import Event
from .forum import DateChange
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


@admin.register(DateChange)
class DateChangeAdmin(ShownOnly):
    list_display = [
        "changed_at",
        "forum",
        "what",
        "old_at",
        "new_at",
        "old_on",
        "new_on",
        "reason",
        "changed_by",
        "signed_by",
    ]
    list_filter = ["forum"]
    list_select_related = ["forum", "changed_by", "signed_by"]
