"""The wordings of letters: checked when saved, shown as they would read, and sent to oneself as a test."""

from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from imrf_portal import audit, sight
from imrf_portal.access import Capability
from imrf_portal.admin_tools import CapabilityAdmin, is_key, require

from .. import correspondence
from .. import wording as filling
from ..models import LetterText
from ..models.letter_texts import COMMON, LETTERS


@admin.register(LetterText)
class LetterTextAdmin(CapabilityAdmin):
    sees = Capability.VIEW
    changes = adds = Capability.CONFIGURE
    list_display = ("forum", "letter", "language", "subject")
    list_filter = ("forum", "letter", "language")
    list_select_related = ("forum",)
    change_form_template = "admin/accreditation/letter_text.html"

    def get_urls(self):
        test = self.admin_site.admin_view(require_POST(send_test))
        return [path("<int:pk>/test/", test, name="accreditation_lettertext_test"), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        known = self.get_queryset(request).select_related("forum")
        wording = known.filter(pk=object_id).first() if is_key(object_id) else None
        context = {
            "common": COMMON,
            "letters": [(title, own, must) for title, own, must in LETTERS.values()],
            "wording": wording,
            "reader": wording and reader_of(wording, request.user, request.GET.get("as", "")),
            "translations": wording and LetterText.objects.filter(forum=wording.forum, letter=wording.letter),
            "left_empty": wording and filling.left_empty(wording),
        }
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        audit.record("letter_text.save", obj, by=request.user, internal=True, letter=obj.letter)


def reader_of(wording, user, reference):
    """The letter as the application of that reference gets it, else the newest; with the references around it."""
    known = filling.recipients(wording).visible_to(user)
    rows = known.select_related("call", "forum")
    chosen = rows.filter(reference__iexact=reference.strip()).first() if reference else None
    missing = bool(reference) and chosen is None
    chosen = chosen or rows.last()
    if chosen is None:
        return None
    return {
        "application": chosen,
        "missing": missing,
        "words": filling.example(wording, chosen),
        "previous": known.filter(reference__lt=chosen.reference).values_list("reference", flat=True).last(),
        "next": known.filter(reference__gt=chosen.reference).values_list("reference", flat=True).first(),
    }


def send_test(request, pk):
    """Send the wording, filled as on the page, to the officer who asks."""
    require(request, Capability.CONFIGURE)
    known = sight.visible(LetterText.objects.select_related("forum"), request.user)
    wording = get_object_or_404(known, pk=pk)
    reader = reader_of(wording, request.user, request.POST.get("as", ""))
    if reader is None:
        messages.error(request, _("This Forum has no application yet, so there is nothing to fill the letter with."))
    else:
        correspondence.send_test(
            reader["words"],
            template=wording.letter,
            language=wording.language,
            by=request.user,
            about=reader["application"].reference,
        )
        messages.success(request, _("A test letter is on its way to %(to)s.") % {"to": request.user.email})
    return redirect(reverse("admin:accreditation_lettertext_change", args=[wording.pk]))
