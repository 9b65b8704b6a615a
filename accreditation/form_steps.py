"""The pages of the application form: their titles, order and addresses."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from . import completeness


@dataclass(frozen=True)
class Step:
    """One page with questions. ``key`` is its address and its key in ``completeness.STEPS``."""

    key: str
    part: str
    title: str
    lead: str
    hint: str

    @property
    def answers(self):
        return completeness.STEPS[self.key]


PART_ORGANIZATION = _("Your organization")
PART_WORK = _("Your work")
PART_DOCUMENTS = _("Your documents")
PART_SEND = _("Check and send")

STEPS = {
    step.key: step
    for step in (
        Step(
            "organization",
            PART_ORGANIZATION,
            _("Name, country and type"),
            _("Write the name as it stands on the certificate of your organization."),
            _("As on your certificate"),
        ),
        Step(
            "contact",
            PART_ORGANIZATION,
            _("Head and contact person"),
            _("Who leads your organization, and who we write to about this application."),
            _("Who we write to about this application"),
        ),
        Step(
            "homepage",
            PART_WORK,
            _("Homepage"),
            _("One address where people can read about your organization."),
            _("A website, a social media page or any web address"),
        ),
        Step(
            "scope",
            PART_WORK,
            _("Scope of your work"),
            _(
                "Tell us what your organization does. Short and concrete is best. You can write in any of the six "
                "official languages."
            ),
            _("Two short texts"),
        ),
        Step(
            "reason",
            PART_WORK,
            _("Reason for taking part"),
            _("Say what you would bring to this meeting, and what you hope for."),
            _("One short text"),
        ),
    )
}
"""The steps with questions, in the order of the form; documents and the declaration have pages of their own."""

ORDER = (*STEPS, *completeness.DOCUMENT_STEPS, "check")
"""All tasks of the form in order, as they are counted."""


def after(key):
    """The address name of the page after this step."""
    keys = list(STEPS)
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else "documents"


def address(application, key):
    """The address of a step, or of ``documents`` or ``check``."""
    if key in STEPS:
        return reverse("application_step", args=[application.reference, key])
    return reverse(f"application_{key}", args=[application.reference])


def address_of(application, target):
    """Where an answer or document is given, down to its control."""
    if target in completeness.DOCUMENT_STEPS:
        return f"{address(application, 'documents')}#id_{target}"
    if target == "declared":
        return f"{address(application, 'check')}#id_declared"
    return f"{address(application, completeness.step_of(target))}#id_{target}"
