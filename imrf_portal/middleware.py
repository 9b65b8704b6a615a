"""One moment and one name for each request."""

import ipaddress
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.middleware.gzip import GZipMiddleware

from . import clock
from .error_views import bad_request

_request_id = ContextVar("request_id", default="-")
ARRIVED = re.compile(r"\d{10}\.\d{3}")


class RequestMoment:
    """Freezes the clock at the instant the request's header arrived, and gives the request an id.

    Behind a proxy (``PROXY_COUNT`` of at least 1) the instant is the proxy's ``X-Arrived`` header (seconds since the
    epoch with milliseconds, overwritten there); else it is the instant this process read the header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = secrets.token_hex(6)
        token = _request_id.set(request.id)
        arrival = self.arrival(request)
        try:
            with clock.frozen(arrival, lag=clock.now() - arrival):
                response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-Id"] = request.id
        return response

    @staticmethod
    def arrival(request):
        arrived = request.headers.get("X-Arrived", "")
        if settings.PROXY_COUNT and ARRIVED.fullmatch(arrived):
            return datetime.fromtimestamp(float(arrived), UTC)
        return clock.now()


class WithoutNul:
    """Takes the NUL character out of addresses: it means nothing there, and PostgreSQL refuses to compare with it.

    A field of a form refuses it in words; where none stands between a request and the database, the answer is 400. So
    is the answer to JSON of brackets within brackets without end.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "").replace("\x00", "")
        if "\x00" in request.path_info:
            request.path_info = request.path_info.replace("\x00", "\ufffd")
        return self.get_response(request)

    def process_exception(self, request, exception):
        unreadable = {ValueError: "NUL (0x00)", RecursionError: "decoding a JSON"}
        if any(isinstance(exception, kind) and words in str(exception) for kind, words in unreadable.items()):
            return bad_request(request)
        return None


class CompressedPages(GZipMiddleware):
    """Compresses pages and texts (padded at random, which guards the tokens in them); never documents or streams."""

    def process_response(self, request, response):
        if response.streaming or not response.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)


class PrivatePages:
    """What a person who is signed in reads is kept by no browser and no cache on the way."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response


class RequestIdFilter(logging.Filter):
    """Puts the id of the running request into every log line."""

    def filter(self, record):
        record.request_id = _request_id.get()
        return True


def client_address(request):
    """The address of the client as text: what the outermost trusted proxy saw, else the peer of this connection.

    Only the last ``PROXY_COUNT`` entries of X-Forwarded-For were written by proxies we trust; a client may forge the
    others, so they are never read.
    """
    seen = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    if settings.PROXY_COUNT:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(hops) >= settings.PROXY_COUNT:
            seen = hops[-settings.PROXY_COUNT]
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return "127.0.0.1"


def client_network(request):
    """The client as limits count it: of IPv6 the network of 64 bits, in which one client has every address."""
    seen = ipaddress.ip_address(client_address(request))
    if seen.version == 6:
        seen = ipaddress.ip_network((seen, 64), strict=False).network_address
    return str(seen)
