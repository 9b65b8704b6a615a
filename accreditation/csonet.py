"""Reading an address of CSOnet, the database of civil society organizations. The address is never opened.

A profile there says that somebody typed the organization in. It is no status.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext_lazy as _

HOSTS = {"esango.un.org", "csonet.org", "csonet.desa.un.org"}
EXAMPLE = "https://esango.un.org/civilsociety/showProfileDetail.do?method=showProfileDetails&profileCode=1234"
SEARCH_PAGES = re.compile(r"search|advanced|browse", re.IGNORECASE)

EXPLANATIONS = {
    "search": _(
        "This is the address of a search, not of a profile. Open your organization in the results and copy the address "
        "of that page. It ends in profileCode= and a number, for example %(example)s"
    ),
    "other_page": _(
        "This is a page of CSOnet, but not the profile of an organization. The address of a profile ends in "
        "profileCode= and a number, for example %(example)s"
    ),
    "other_site": _(
        "This address is not one of CSOnet. The address of a profile looks like this: %(example)s If you have none, "
        "leave this empty."
    ),
}


@dataclass(frozen=True)
class ProfileAddress:
    """``kind`` is ``profile`` (then ``code`` is its number) or a key of ``EXPLANATIONS``."""

    kind: str
    code: str = ""

    @property
    def explanation(self):
        """What is wrong with the address, in a sentence; "" for a profile."""
        return "" if self.kind == "profile" else EXPLANATIONS[self.kind] % {"example": EXAMPLE}


def read(address):
    """The ``ProfileAddress`` of what a person pasted; None for nothing."""
    address = str(address or "").strip()
    if not address:
        return None
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ProfileAddress("other_site")
    if host not in HOSTS or parts.scheme not in {"", "http", "https"}:
        return ProfileAddress("other_site")
    code = parse_qs(parts.query).get("profileCode", [""])[0]
    if re.fullmatch(r"[0-9]{1,10}", code):
        return ProfileAddress("profile", code)
    return ProfileAddress("search" if SEARCH_PAGES.search(f"{parts.path}?{parts.query}") else "other_page")
