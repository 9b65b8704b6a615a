"""The address of an organization's homepage: any public page, written as people write it.

Only the writing is judged here. The address is never opened, nor its name looked up, from the server's own network
(``docs/decisions/homepages-are-asked-from-outside.md``), so nothing typed here can reach an internal network.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

import idna
from django.utils.translation import gettext as _

from .errors import Refused
from .texts import clean_name

LONGEST_ADDRESS = 500
INTERNAL_ENDINGS = {
    "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private",
}  # fmt: skip
WEB_SCHEME = re.compile(r"(https?):/*", re.IGNORECASE)
OTHER_SCHEME = re.compile(r"([a-z][a-z0-9+-]*):(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
NUMBER = re.compile(r"(0x[0-9a-f]*|\d+)", re.IGNORECASE)
UNSAFE_IN_PATH = re.compile(r"[\s<>\"'`{}|^\[\]]")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that look alike; a name that mixes them is shown in its ASCII form."""


def homepage(value):
    """``value`` as a web address with scheme; ``facebook.com/ourgroup`` becomes ``https://facebook.com/ourgroup``.

    Raises Refused, with a sentence that says what to enter instead.
    """
    typed = clean_name(value)
    if not typed:
        raise Refused(_("Enter the address of a website or a page on social media, such as example.org."))
    if len(typed) > LONGEST_ADDRESS:
        raise Refused(
            _("This address has more than %(limit)s characters. Give the address of the homepage itself.")
            % {"limit": LONGEST_ADDRESS}
        )
    scheme, rest = split_scheme(typed)
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError:
        raise Refused(not_an_address())
    if "@" in parts.netloc or "\\" in rest:
        raise Refused(_("Leave out the user name and password: an address looks like https://example.org."))
    address = f"{scheme}://{public_host(parts.hostname or '')}"
    if port not in (None, 80, 443):
        address += f":{port}"
    address += escaped(parts.path)
    if parts.query:
        address += "?" + escaped(parts.query)
    if parts.fragment:
        address += "#" + escaped(parts.fragment)
    if len(address) > LONGEST_ADDRESS:
        raise Refused(not_an_address())
    return address


def split_scheme(typed):
    """(``http`` or ``https``, what follows); refused for any other scheme and for e-mail addresses."""
    if web := WEB_SCHEME.match(typed):
        return web[1].lower(), typed[web.end() :]
    if re.fullmatch(r"(mailto:)?[^/@\s]+@[^/@\s]+", typed, re.IGNORECASE):
        raise Refused(
            _("This is an e-mail address. Enter the address of a website or a page, such as https://example.org.")
        )
    if other := OTHER_SCHEME.match(typed):
        raise Refused(
            _("An address that begins with “%(scheme)s:” cannot be opened as a web page. Use http:// or https://.")
            % {"scheme": other[1]}
        )
    return "https", typed.lstrip("/")


def public_host(host):
    """The host in lower case, in the script of its owner; refused unless it is a name on the public internet."""
    host = unicodedata.normalize("NFKC", host).lower().replace("。", ".").rstrip(".")
    labels = host.split(".")
    if ":" in host or NUMBER.fullmatch(labels[-1]):
        raise Refused(
            _("Enter the address by its name, such as example.org. An address made of numbers may be an internal one.")
        )
    if labels[-1] in INTERNAL_ENDINGS or host.endswith("home.arpa"):
        raise Refused(_("“%(host)s” is an address inside a private network. Enter a public one.") % {"host": host})
    if len(labels) < 2:
        raise Refused(not_an_address())
    try:
        ascii_host = idna.encode(host, uts46=True).decode("ascii")
        shown = ".".join(shown_label(label) for label in ascii_host.split("."))
    except (idna.IDNAError, UnicodeError):
        raise Refused(not_an_address())
    return shown


def shown_label(ascii_label):
    readable = idna.ulabel(ascii_label)
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in readable if letter.isalpha()}
    return ascii_label if len(scripts.intersection(SCRIPTS)) > 1 else readable


def escaped(part):
    return UNSAFE_IN_PATH.sub(lambda found: quote(found[0], safe=""), part)


def not_an_address():
    return _("This is not the address of a public web page. It looks like example.org or https://example.org/about.")
