"""Finding an application by what an officer types, whatever the case, accents, punctuation or script.

Both sides are written in one form: small Latin letters, without accents and punctuation. ``words_of`` is kept in
``Application.search_words`` by the verbs that write names (``drafting``); ``select`` looks for the typed words in it.
"""

import re
from copy import copy

from anyascii import anyascii
from django.db.models import Q

from . import names
from .models import Application, OrganizationName

MOST_WORDS = 8
ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ے": "ي"})
"""Letters of one sound that keyboards and languages write differently; marks above and below go with the accents."""

FOUND_BY = {
    "name",
    "acronym",
    "former_names",
    "homepage",
    "contact_name",
    "contact_email",
    "contact_phone",
}
"""The answers that an application is found by, besides its reference."""

WEB_PREFIX = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?", re.IGNORECASE)


def latin(text):
    """The text in small Latin letters and digits, words separated by one blank."""
    letters = names.fold_letters(str(text)).translate(ARABIC)
    return names.fold(anyascii(letters))


def _forms(name):
    """The ways in which a name is looked for: as written, spelled out without its legal form, and without blanks."""
    key = latin(names.key(name))
    return latin(name), key, names.compact(key)


def words_of(application, **changed):
    """What ``application`` is found by, for ``search_words``; parts that belong together stand between bars.

    ``changed`` are answers about to be written: who blanks one of ``FOUND_BY`` writes these words with it.
    """
    if changed:
        application = copy(application)
        for name, value in changed.items():
            setattr(application, name, value)
    parts = [latin(application.reference), names.compact(latin(application.reference)), *_forms(application.name)]
    parts.append(names.compact(latin(application.acronym)))
    for former in application.former_names.splitlines():
        parts += _forms(former)
    parts.append(latin(WEB_PREFIX.sub("", application.homepage)))
    parts += [latin(application.contact_name), latin(application.contact_email)]
    parts.append(re.sub(r"\D", "", application.contact_phone))
    return "|".join(part for part in dict.fromkeys(parts) if part)


def _typed(words):
    """For each typed word the forms of which one must be found; legal forms at the end are left out."""
    typed = [word for word in words.split() if latin(word)][:MOST_WORDS]
    while len(typed) > 1 and latin(typed[-1]) in names.LEGAL_FORMS:
        typed.pop()
    for word in typed:
        form = latin(WEB_PREFIX.sub("", word)) or latin(word)
        yield dict.fromkeys([form, names.compact(form), latin(names.key(word))])


def select(applications, words):
    """Those in which every typed word stands in the reference, a name, the acronym, the contact or the web address."""
    looked_for = list(_typed(words))
    if not looked_for:
        return applications if not words.strip() else applications.none()
    found, formerly = Q(), Q()
    for forms in looked_for:
        one_of, raw = Q(), Q()
        for form in forms:
            one_of |= Q(search_words__contains=form)
            raw |= Q(name__icontains=form)
        found &= one_of
        formerly &= raw
    renamed = OrganizationName.objects.filter(formerly).values("organization")
    keys = Application.objects.order_by().values("pk")
    return applications.filter(pk__in=keys.filter(found).union(keys.filter(organization__in=renamed)))
