"""Every address of the portal, read from the URL configuration, with a path into the world of ``world.py``."""

from dataclasses import dataclass

from django.apps import apps
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

CATCH_ALL = "admin:catch_all"
OLD_CHANGE = "_old_change"


@dataclass(frozen=True)
class Address:
    """One named address: its pattern as written, and the parameters it takes."""

    name: str
    pattern: str
    parameters: tuple

    def __str__(self):
        return self.name

    @property
    def model(self):
        """The model that an address of the admin is about, or None."""
        parts = self.name.removeprefix("admin:").split("_")
        if not self.name.startswith("admin:"):
            return None
        for cut in range(1, len(parts)):
            for end in range(cut + 1, len(parts) + 1):
                try:
                    return apps.get_model("_".join(parts[:cut]), "".join(parts[cut:end]))
                except LookupError:
                    continue
        return None


def addresses():
    """All of them, once each, in the order of the URL configuration."""
    found = {}
    for address in _walk(get_resolver(), (), "", ()):
        found.setdefault(address.name, address)
    return list(found.values())


def _walk(resolver, namespaces, prefix, taken):
    for pattern in resolver.url_patterns:
        written = prefix + str(pattern.pattern)
        parameters = (*taken, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern, inner, written, parameters)
            continue
        name = pattern.name or _name_of_unnamed(written)
        yield Address(":".join((*namespaces, name)), written, parameters)


def _name_of_unnamed(written):
    """Django's admin leaves two kinds without a name: the catch-all, and the old form of each change page."""
    if written.endswith("(?P<url>.*)$"):
        return CATCH_ALL.partition(":")[2]
    _admin, app, model, _rest = written.split("/", 3)
    return f"{app}_{model}{OLD_CHANGE}"


def path_of(address, arguments):
    """The path of an address, with what ``arguments`` (of the world) names for it; raises when nothing does."""
    if address.name == CATCH_ALL:
        return reverse("admin:index") + "no-such-page/"
    if address.name.endswith(OLD_CHANGE):
        listed = reverse(address.name.removesuffix(OLD_CHANGE) + "_changelist")
        return f"{listed}{arguments(address)['object_id']}/"
    given = arguments(address)
    missing = set(address.parameters) - set(given)
    if missing:
        raise NoReverseMatch(f"the world names nothing for {sorted(missing)} of {address.name} ({address.pattern})")
    return reverse(address.name, kwargs={name: given[name] for name in address.parameters})
