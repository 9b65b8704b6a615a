"""Which section of an application was changed last by whom: for colleagues who work on it at the same time (T-A26)."""

from imrf_portal.audit import Event

from . import answer_labels, completeness, form_steps

CHANGES = ("application.save", "application.attach", "application.detach")
MOST_READ = 200


def last_changes(application, *, reader):
    """``[{"key", "title", "who", "at", "is_own"}]`` in the order of the form; none where only the reader wrote."""
    found = {}
    events = Event.objects.about(application).filter(verb__in=CHANGES).order_by("-pk")
    for actor, name, at, detail in events.values_list("actor", "actor_name", "happened_at", "detail")[:MOST_READ]:
        for target in detail.get("answers") or [detail.get("document")]:
            step = completeness.step_of(target)
            found.setdefault(step, {"key": step, "who": name, "at": at, "is_own": actor == reader.pk})
    if all(change["is_own"] for change in found.values()):
        return []
    return [found[key] | {"title": _title(key)} for key in form_steps.ORDER if key in found]


def _title(key):
    return form_steps.STEPS[key].title if key in form_steps.STEPS else answer_labels.label_of(key)
