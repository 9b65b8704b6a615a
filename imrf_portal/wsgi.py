"""The portal as the web server runs it."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imrf_portal.settings")
application = get_wsgi_application()

# What the portal itself is made of stays for as long as the process lives: looking through it for what could go takes a
# tenth of a second, in the middle of somebody's page.
get_resolver().url_patterns  # noqa: B018 - loads every view
gc.collect()
gc.freeze()
