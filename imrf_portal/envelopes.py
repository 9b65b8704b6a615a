"""How a letter that comes back says which one it was: its Message-ID, and the address on its envelope.

Both carry the letter's number with a seal, so that nobody can make another letter look returned by counting up.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

MARK = re.compile(r"letter-(\d{1,17})-([0-9a-f]{16})")


def mark(pk):
    return f"letter-{pk}-{_seal(pk)}"


def _seal(pk):
    return salted_hmac("imrf_portal.envelopes", str(pk)).hexdigest()[:16]


def message_id(pk):
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{mark(pk)}@{domain}>"


def return_address(pk):
    """The envelope's sender, where mail servers send what they cannot deliver: ``BOUNCE_ADDRESS`` with the mark.

    Without ``BOUNCE_ADDRESS`` it is the sender of all letters.
    """
    if not settings.BOUNCE_ADDRESS:
        return settings.DEFAULT_FROM_EMAIL
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{mark(pk)}@{domain}"


def letter_in(text):
    """The number of the letter whose mark stands in the text; None without a mark whose seal is ours."""
    for number, seal in MARK.findall(text):
        if constant_time_compare(seal, _seal(int(number))):
            return int(number)
    return None
