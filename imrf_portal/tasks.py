"""Sweeps of the foundation. Running one twice, or late, changes nothing more."""

from celery import shared_task

from . import mail


@shared_task
def deliver_letters():
    """Post the letters that are due."""
    return mail.deliver_due()
