"""The portal as embedded, but for collected static files, which cost the same on both sides."""

from imrf_portal.settings import *  # noqa: F403
from imrf_portal.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["*"]
LOGGING = None
