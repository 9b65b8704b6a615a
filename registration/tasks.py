"""Sweeps of this app, run by beat. Each finds what is due by itself: late or twice, it does nothing wrong."""

from celery import shared_task

from . import notices, people, speaking, suspension, waiting


@shared_task
def tell_changes():
    return notices.tell_changes()


@shared_task
def remind_of_deadlines():
    return notices.remind_of_deadlines()


@shared_task
def follow_accreditations():
    """Suspend what stands under an accreditation that ended; give back where it is in force again."""
    return suspension.suspend_due() + suspension.restore_due()


@shared_task
def pass_on_places():
    """End the offers whose time has passed, then give what is free to the next."""
    return waiting.expire_due() + waiting.fill_due()


@shared_task
def erase_due_passports():
    return people.erase_due_passports()


@shared_task
def submit_requests_to_speak():
    return speaking.submit_confirmed()
