"""Sweeps of the foundation. Running one twice, or late, changes nothing more."""

from celery import shared_task

from . import files, mail


@shared_task
def deliver_letters():
    """Post the letters that are due."""
    return mail.deliver_due()


@shared_task
def scan_waiting_files():
    """Scan the documents that came while the scanner was away."""
    return files.scan_waiting()


@shared_task
def erase_orphaned_files():
    """Delete what an upload left behind that was cut off before its row was written."""
    return files.erase_orphans()
