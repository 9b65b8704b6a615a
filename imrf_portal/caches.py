"""A Redis cache whose absence costs nothing but speed."""

import logging
import time

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
SILENCE = 5
"""Seconds in which Redis is not asked again after it did not answer."""


def _forgiving(name, default):
    asked = getattr(RedisCache, name)

    def ask(self, *args, **kwargs):
        if time.monotonic() < self.silent_until:
            return default(args, kwargs)
        try:
            return asked(self, *args, **kwargs)
        except (RedisError, OSError) as problem:
            type(self).silent_until = time.monotonic() + SILENCE
            logger.warning("Cache away (%s)", type(problem).__name__)
            return default(args, kwargs)

    ask.__name__ = name
    return ask


class ForgivingRedisCache(RedisCache):
    """While Redis is away or frozen, everything is a miss and nothing is stored.

    Rate limits therefore rest for that time: people go on working, and passwords are still checked by argon2.
    """

    silent_until = 0.0

    get = _forgiving("get", lambda args, kwargs: kwargs.get("default", args[1] if len(args) > 1 else None))
    get_many = _forgiving("get_many", lambda args, kwargs: {})
    add = _forgiving("add", lambda args, kwargs: True)
    set = _forgiving("set", lambda args, kwargs: None)
    set_many = _forgiving("set_many", lambda args, kwargs: list(args[0]))
    delete = _forgiving("delete", lambda args, kwargs: False)
    delete_many = _forgiving("delete_many", lambda args, kwargs: None)
    touch = _forgiving("touch", lambda args, kwargs: False)
    has_key = _forgiving("has_key", lambda args, kwargs: False)
    incr = _forgiving("incr", lambda args, kwargs: args[1] if len(args) > 1 else kwargs.get("delta", 1))
    clear = _forgiving("clear", lambda args, kwargs: False)
