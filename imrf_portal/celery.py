"""Celery for the portal: sweeps that find what has fallen due, and nudges that only hint."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imrf_portal.settings")

app = Celery("imrf_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def ask_at_once(**_sender):
    """Whatever fell due while nobody looked is done now, not after each sweep's first pause."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry["options"])
