"""Colleagues named in internal notes: ``@name`` puts the note on their front page until they have read it."""

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from imrf_portal import clock
from imrf_portal.access import ROLES, Audience, Capability
from imrf_portal.errors import Refused
from imrf_portal.users import User

from .models import Application, NoteMention

MOST_SHOWN = 10


def colleagues():
    """Those who may read applications and so can be named, by name: one statement."""
    reading = [name for name, capabilities in ROLES.items() if Capability.VIEW in capabilities]
    people = User.objects.with_access().filter(
        Q(groups__name__in=reading) | Q(is_superuser=True), audience=Audience.SECRETARIAT
    )
    return sorted(people.distinct(), key=lambda person: str(person).casefold())


def named_in(text):
    """The colleagues whose name, or address up to the “@”, stands after an “@” in the text, each once.

    The longest name counts: “@Noor Haddad” does not name another Noor. An address within the text names nobody.
    """
    if "@" not in text:
        return []
    known = {}
    for person in colleagues():
        for called in (str(person), person.email.partition("@")[0]):
            known.setdefault(called.casefold(), person)
    called = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    found = re.findall(rf"(?<![\w.+-])@({called})(?![\w@])", text.casefold()) if known else []
    return list(dict.fromkeys(known[name] for name in found))


def keep(note, *, by):
    """Put the note before the colleagues named in it; refused when one of them may not see the application."""
    people = [person for person in named_in(note.text) if person.pk != by.pk]
    for person in people:
        if not Application.objects.visible_to(person).filter(pk=note.application_id).exists():
            raise Refused(_("%(who)s does not see this application. Take out the “@”.") % {"who": person}, field="text")
    NoteMention.objects.bulk_create(NoteMention(note=note, officer=person) for person in people)
    return people


def waiting_for(user):
    """The notes that name this person and are not read, newest first, on applications they may see."""
    return (
        NoteMention.objects.filter(officer=user, read_at=None)
        .filter(note__application__in=Application.objects.visible_to(user).values("pk"))
        .select_related("note__application", "note__written_by")
    )


def mark_read(mention, *, by):
    """Take the note off the front page of the person it names."""
    if mention.officer_id != by.pk:
        raise Refused(_("This note names somebody else."))
    NoteMention.objects.filter(pk=mention.pk, read_at=None).update(read_at=clock.now())
    mention.refresh_from_db()
    return mention
