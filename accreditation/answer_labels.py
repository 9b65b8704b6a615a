"""What the answers and documents of an application are called, and how a stored value reads."""

from django.utils.translation import gettext as _

from imrf_portal.forum import CallDocument

from .models import Application, OrganizationType
from .visibility import ANSWERS, Level

DOCUMENTS = frozenset(CallDocument.Kind.values)
TYPES = frozenset(OrganizationType.values)


def label_of(target):
    """The words for an answer or a kind of document."""
    if target in DOCUMENTS:
        return CallDocument.Kind(target).label
    return str(Application._meta.get_field(target).verbose_name)


def sections():
    """``(title, level, answers)`` in the order in which staff read them."""
    titles = {
        Level.STATES: _("Organization"),
        Level.REQUEST: _("Homepage and reason"),
        Level.SECRETARIAT: _("Type, people and work"),
    }
    return [(title, level, [name for name in ANSWERS if ANSWERS[name] == level]) for level, title in titles.items()]


def shown_value(name, value, countries):
    """A stored answer as text for people, with ``geography.names()``; an empty text where nothing was answered."""
    match name:
        case "country":
            return countries.get(value, value or "")
        case "type":
            return str(OrganizationType(value).label) if value in TYPES else value or ""
        case "women_led":
            return str(Application.WomenLed(value).label) if value else ""
        case "declared":
            return _("Yes") if value else _("No")
    return value or ""
