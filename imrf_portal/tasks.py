"""Sweeps of the foundation. Running one twice, or late, changes nothing more."""

from celery import shared_task

from . import bounces, erasure, files, health, mail, previews, retention, sign_in


@shared_task
def deliver_letters():
    """Post the letters that are due."""
    return mail.deliver_due()


@shared_task
def read_bounces():
    """Mark the letters that mail servers sent back."""
    return bounces.sweep()


@shared_task
def scan_waiting_files():
    """Scan the documents that came while the scanner was away."""
    return files.scan_waiting()


@shared_task
def erase_orphaned_files():
    """Delete what an upload left behind that was cut off before its row was written."""
    return files.erase_orphans()


@shared_task
def erase_due_accounts():
    """Erase the accounts whose owners asked for it, on the set date."""
    return erasure.erase_due_accounts()


@shared_task
def erase_what_is_due():
    """Erase what the retention dates of the Forums say, but for records on hold; the reports stay."""
    return len(retention.erase_due())


@shared_task
def forget_old_codes():
    """Delete yesterday's sign-in codes, and the text of the letters that carried them."""
    return sign_in.forget_old_codes()


@shared_task
def record_beat():
    """Show that beat asks and a worker answers."""
    health.record_beat()


@shared_task
def draw_pages_of(file_pk):
    """Draw the pages of one document that staff opened."""
    previews.draw_file(file_pk)


@shared_task
def draw_waiting_pages():
    """Draw the pages that no worker took up."""
    return previews.draw_waiting()
