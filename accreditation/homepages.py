"""Whether the homepages of applications answer: a hint for the applicant and for staff, never a hurdle (T-A14)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from imrf_portal import clock, outward

from .models import Application, HomepageCheck, Status

LOOKED_AT = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
TRIED_AGAIN_AFTER = timedelta(days=1)
"""An address that did not answer is tried again after this long."""

AT_ONCE = 50
"""Addresses of one sweep: each may keep it waiting."""


def check_of(application):
    """The last check of the address that stands in the application now, or None; no statement where none is made."""
    if not (outward.is_possible() and application.homepage):
        return None
    return HomepageCheck.objects.filter(application=application, address=application.homepage).first()


def check_due():
    """Ask for the homepages that were not looked at yet, or did not answer a day ago; returns how many."""
    if not outward.is_possible():
        return 0
    settled = HomepageCheck.objects.filter(application=OuterRef("pk"), address=OuterRef("homepage")).exclude(
        answer=outward.Answer.NO, checked_at__lte=clock.now() - TRIED_AGAIN_AFTER
    )
    due = Application.objects.filter(~Exists(settled), status__in=LOOKED_AT).exclude(homepage="").order_by("pk")
    checked = 0
    for key, address in due.values_list("pk", "homepage")[:AT_ONCE]:
        HomepageCheck.objects.update_or_create(
            application_id=key,
            address=address,
            defaults={"answer": outward.answer_of(address), "checked_at": clock.now()},
        )
        checked += 1
    return checked
