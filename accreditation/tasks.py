"""Sweeps of this app, run by beat; the rules are in ``calendar`` and ``circulation``."""

from celery import shared_task

from . import bulk, calendar, circulation, consequences, homepages, likenesses, reference_import, teams


@shared_task
def remind_drafts():
    return calendar.remind_drafts()


@shared_task
def remind_unanswered():
    return calendar.remind_unanswered()


@shared_task
def close_unanswered():
    return calendar.close_unanswered()


@shared_task
def close_non_objection_periods():
    return circulation.close_due()


@shared_task
def erase_old_drafts():
    return calendar.erase_old_drafts()


@shared_task
def check_homepages():
    return homepages.check_due()


@shared_task
def report_unexplained_states():
    return calendar.report_states_without_event()


@shared_task
def continue_bulk_run(pk):
    """Take up a run that an officer confirmed; what is done already stays done."""
    return bulk.carry_on_by_key(pk)


@shared_task
def continue_bulk_runs():
    """Take up runs that were cut off."""
    return bulk.carry_on_left_behind()


@shared_task
def write_reference_list(pk):
    """Write the rows of a version that an officer confirmed; goes on where it was cut off."""
    return reference_import.carry_on_by_key(pk)


@shared_task
def write_reference_lists():
    """Take up versions that were cut off."""
    return reference_import.carry_on_left_behind()


@shared_task
def review_stored_verdicts():
    """Run stored answers again over the lists that came into use; goes on where it was cut off."""
    return consequences.carry_on()


@shared_task
def forget_invitations_run_out():
    """Erase the addresses of invitations to teams that nobody used in time."""
    return teams.forget_run_out()


@shared_task
def note_likenesses():
    """Compare what was sent with the other applications of its Forum."""
    return likenesses.note_due()
