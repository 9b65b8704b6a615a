"""What an application must hold before it can be sent: pure functions over answers and documents."""

from django.utils.translation import gettext_lazy as _

from imrf_portal import texts

STEPS = {
    "organization": ("name", "acronym", "former_names", "country", "type", "women_led"),
    "contact": ("head_name", "head_title", "contact_name", "contact_email", "contact_phone", "languages"),
    "homepage": ("homepage",),
    "scope": ("scope", "compact"),
    "reason": ("reason",),
    "legal_status": (),
    "head_letter": (),
    "declaration": ("declared",),
}
"""The steps of the form in order, each with the answers it owns. The two document steps bear the document's kind."""

OPTIONAL = {"acronym", "former_names", "women_led", "contact_phone", "languages", "head_title"}
DOCUMENT_STEPS = ("legal_status", "head_letter")


def step_of(target):
    """The step that owns an answer or document kind."""
    return next(step for step, fields in STEPS.items() if target == step or target in fields)


SENTENCES = {
    "name": _("Enter the official name of your organization."),
    "country": _("Choose the country of your headquarters."),
    "type": _("Choose the type of your organization."),
    "head_name": _("Enter the name of the head of your organization."),
    "contact_name": _("Enter the name of the contact person."),
    "contact_email": _("Enter the e-mail address of the contact person."),
    "homepage": _("Enter the web address of your homepage or social media page."),
    "scope": _("Describe the work of your organization on migration."),
    "compact": _("Describe your part in the Global Compact for Migration."),
    "reason": _("Say why you want to take part."),
    "legal_status": _("Upload the proof of legal status."),
    "head_letter": _("Upload the letter from the head of your organization."),
    "declared": _("Confirm the declaration."),
}
"""What is said of each required answer or document while it is not there."""
LONG_ANSWERS = ("scope", "compact", "reason")
"""Answers measured against the limit of the Call. A draft may hold more; what is sent may not."""


def missing(answers, documents, *, asked, text_limit=None):
    """What is missing or too long, as ``{target: sentence}`` in the order of the form.

    ``answers`` maps answer names to values, ``documents`` is the set of kinds given, ``asked`` maps the kinds of
    documents the Call asks for to whether each is required, ``text_limit`` is the Call's limit of long answers.
    """
    gaps = {}
    for step, fields in STEPS.items():
        if step in DOCUMENT_STEPS and asked.get(step) and step not in documents:
            gaps[step] = str(SENTENCES[step])
        for field in fields:
            if field not in OPTIONAL and not answers.get(field):
                gaps[field] = str(SENTENCES[field])
            elif field in LONG_ANSWERS and text_limit and (over := texts.over_limit(answers[field], text_limit)):
                gaps[field] = texts.over_limit_sentence(over, text_limit)
    return gaps


def step_states(answers, documents, *, asked, text_limit=None, waived=frozenset()):
    """``{step: "done" | "progress" | "todo"}`` for the task list; a waived document counts as done."""
    gaps = missing(answers, documents, asked=asked, text_limit=text_limit)
    states = {}
    for step, fields in STEPS.items():
        if step in DOCUMENT_STEPS:
            if step in asked:
                states[step] = "done" if step in documents or step in waived else "todo"
            continue
        if not any(field in gaps for field in fields):
            states[step] = "done"
        else:
            states[step] = "progress" if any(answers.get(field) for field in fields) else "todo"
    return states
