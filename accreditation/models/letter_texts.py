"""The words of a letter that a Forum writes itself, in place of the portal's own."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

COMMON = {
    "reference": _("reference of the application"),
    "name": _("name of the organization"),
    "head_name": _("head of the organization"),
    "contact_name": _("contact person"),
    "forum": _("title of the Forum"),
    "closes_at": _("instant at which the call closes"),
    "address": _("address of the application’s page"),
}
"""What every letter about an application can say."""

ANSWER_BY, QUESTIONS, REASON = "answer_by", "questions", "reason"
LETTERS = {
    "application_received": (_("We received your application"), {}, {"reference"}),
    "information_request": (
        _("Questions to the applicant"),
        {ANSWER_BY: _("answer date"), QUESTIONS: _("the questions")},
        {ANSWER_BY, QUESTIONS},
    ),
    "information_reminder": (_("Answer still missing"), {ANSWER_BY: _("answer date")}, {ANSWER_BY}),
    "application_closed": (_("Closed without an answer"), {ANSWER_BY: _("answer date")}, set()),
    "draft_reminder": (_("Not sent yet"), {}, {"closes_at"}),
    "accredited": (_("Accredited"), {}, {"name"}),
    "not_accredited": (_("Not accredited"), {REASON: _("reason, where the Forum tells it")}, {"name"}),
    "accreditation_revoked": (_("Revoked"), {}, {"name"}),
}
"""Each letter a Forum may word: its title, what it can say beyond ``COMMON``, and what it must say."""


def placeholder_problems(typed, own=()):
    """``{field: sentence}`` of the texts with a placeholder that is unknown, or a brace doubled or left open.

    ``own`` are the placeholders that a letter has beyond ``COMMON``.
    """
    known, problems = [*COMMON, *own], {}
    for field, text in typed.items():
        unknown = sorted({f"{{{name}}}" for name in PLACEHOLDER.findall(text) if name not in known})
        if "{{" in text or "}}" in text:
            problems[field] = _t("A placeholder is written with one brace on each side: {name}.")
        elif unknown:
            problems[field] = _t("%(unknown)s is not known in this letter. You can use: %(known)s.") % {
                "unknown": ", ".join(unknown),
                "known": ", ".join(f"{{{name}}}" for name in known),
            }
        elif re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            problems[field] = _t("A brace is left open. A placeholder is written {name}.")
    return problems


class LetterText(models.Model):
    """Subject and text of one letter of one Forum in one language; ``{name}`` stands for what differs."""

    forum = models.ForeignKey("imrf_portal.Forum", on_delete=models.PROTECT, related_name="letter_texts")
    letter = models.CharField(
        _("letter"), max_length=40, choices=[(key, title) for key, (title, _own, _must) in LETTERS.items()]
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=5000)

    class Meta:
        verbose_name = _("wording of a letter")
        verbose_name_plural = _("wordings of letters")
        ordering = ["forum", "letter", "language"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "letter", "language"], name="letter_worded_once_per_language")
        ]

    def __str__(self):
        return f"{self.forum}: {self.get_letter_display()}"

    def clean(self):
        """Refuse an unknown placeholder, a brace left open, and a letter that lacks what it must say."""
        _title, own, must = LETTERS.get(self.letter, ("", {}, set()))
        problems = placeholder_problems({field: getattr(self, field) or "" for field in ("subject", "body")}, own)
        missing = sorted(name for name in must if f"{{{name}}}" not in f"{self.subject} {self.body}")
        if missing and "body" not in problems:
            problems["body"] = _t("This letter must say %(missing)s.") % {
                "missing": ", ".join(f"{{{name}}}" for name in missing)
            }
        if problems:
            raise ValidationError(problems)

    def placeholders(self):
        """The placeholders the text uses."""
        return set(PLACEHOLDER.findall(f"{self.subject} {self.body}"))
