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
    """A first start does not wait half a minute to show that beat and worker are well."""
    app.tasks["imrf_portal.tasks.record_beat"].apply_async(expires=30)
