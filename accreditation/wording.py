"""Filling a Forum's own wording of a letter; what it would leave empty, and for whom."""

from django.conf import settings
from django.utils import translation

from imrf_portal.times import at_zone

from .models import Application, LetterText
from .models.letter_texts import PLACEHOLDER


def values_for(application, *, request=None, items=(), closes_at=None, **_context):
    """What the placeholders stand for, as text; empty where there is nothing to say."""
    forum = application.forum
    return {
        "reference": application.reference,
        "name": application.name,
        "head_name": application.head_name,
        "contact_name": application.contact_name,
        "forum": forum.title,
        "closes_at": at_zone(closes_at or application.call.closes_at, forum.time_zone),
        "address": settings.PORTAL_URL + application.get_absolute_url(),
        "answer_by": at_zone(request.answer_by, forum.time_zone) if request else "",
        "questions": "\n".join(f"{number}. {question}" for number, (_target, question) in enumerate(items, start=1)),
        "reason": application.decision_reason if forum.reason_told_to_applicant else "",
    }


def words_for(application, letter, *, language, **context):
    """``(subject, body)`` of the Forum's own wording in the language, else in English, else None."""
    texts = {text.language: text for text in LetterText.objects.filter(forum_id=application.forum_id, letter=letter)}
    wording = texts.get(language) or texts.get("en")
    if wording is None:
        return None
    with translation.override(wording.language):
        values = values_for(application, **context)
    return fill(wording.subject, values), fill(wording.body, values)


def fill(text, values):
    """Put values in place of placeholders, once: a value that looks like a placeholder stays as typed."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def left_empty(wording, *, most=50):
    """``[(application, [placeholders])]`` of applications with nothing to say for what the wording uses.

    Placeholders that are known only when the letter is written (answer date, questions, reason) are left out.
    """
    used = wording.placeholders() & {"name", "head_name", "contact_name"}
    if not used:
        return []
    rows = Application.objects.filter(forum=wording.forum, submitted_at__isnull=False).order_by("reference")
    empty = []
    for application in rows.only("reference", *used).iterator(chunk_size=500):
        gaps = sorted(name for name in used if not getattr(application, name).strip())
        if gaps:
            empty.append((application, gaps))
        if len(empty) == most:
            break
    return empty


def recipients(wording):
    """The applications of the Forum that such a letter can be about, in the order of their references."""
    return Application.objects.filter(forum=wording.forum_id, submitted_at__isnull=False).order_by("reference")


def example(wording, application):
    """``(subject, body)`` as the letter about this application would read; what is known later stands as an example."""
    with translation.override(wording.language):
        values = values_for(application, items=[("", "…")])
    values["answer_by"] = values["answer_by"] or values["closes_at"]
    return fill(wording.subject, values), fill(wording.body, values)
