from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccreditationConfig(AppConfig):
    name = "accreditation"
    verbose_name = _("Accreditation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from imrf_portal import countersigned, dates, erasure, health, retention, support_look, verification

        from . import call_dates, erasing, extensions, list_codes, places, receipts, reference_import, seen_as, waivers  # noqa: F401

        dates.bring(call_dates.lines)
        for group in call_dates.GROUPS:
            dates.concern(group)

        countersigned.register(extensions.KIND)
        countersigned.register(waivers.KIND)
        health.watch("reference lists", reference_import.oldest_due)
        retention.register(erasing.DOCUMENTS)
        retention.register(erasing.CONTACTS)
        erasure.also(erasing.forget_person)
        retention.register_records_of_people(erasing.applications_of)

        support_look.OPEN_PAGES.update(seen_as.OPEN_PAGES)
        support_look.NOT_HERS.append(seen_as.is_withheld)
        support_look.RECORDS.append(seen_as.tell_the_applications)

        verification.register(list_codes.CERTIFICATE, list_codes.find_certificate)
        verification.register(list_codes.LETTER, list_codes.find_letter)
        verification.register(receipts.PREFIX, receipts.find)
