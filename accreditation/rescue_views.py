"""What was typed when it could no longer be saved, given back in full: on a page, as a text, with a late request."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _

from imrf_portal import clock, texts, times
from imrf_portal.forum import CallDocument
from imrf_portal.times import at_zone

from . import answer_forms, completeness, forms, text_differences
from .form_steps import STEPS
from .models import Status
from .visibility import ANSWERS
from .workflow import answers_of, current_documents, open_request

LONGEST = 100_000


@dataclass(frozen=True)
class Kept:
    """One answer as it was typed, beside what the draft holds."""

    name: str
    label: str
    text: str
    parts: list
    is_new: bool

    @property
    def length(self):
        return len(self.text)

    @property
    def new_length(self):
        return sum(len(text) for text, is_new in self.parts if is_new)


def page(request, application, refusal, *, typed=None, file_name="", form=None, status=409):
    """The rescue page (T-A34): what happened and when, everything typed with the new words marked, what the draft
    holds, and the way to ask for a late submission where there is one."""
    typed = typed or {}
    asked = open_request(application) if application.status == Status.RETURNED else None
    context = {
        "application": application,
        "forum": application.forum,
        "refusal": refusal,
        "kept": kept(application, typed),
        "file_name": file_name,
        "saved": _moment(request, application, application.saved_at),
        "closed": _moment(request, application, asked.answer_by if asked else application.call.closes_at),
        "arrived": _moment(request, application, clock.now()),
        "answering": asked is not None or application.status == Status.CLOSED,
        "window": application.call.window() if not asked else None,
        "may_ask": may_ask(application),
        "form": form or forms.ReasonForm(),
        "steps": _tasks(application),
        "erased_at": application.call.drafts_end_at(),
    }
    return render(request, "accreditation/rescue.html", context, status=status)


def _moment(request, application, moment):
    """One of the moments side by side: the clock to the second where the meeting is, the day, the reader's own time."""
    zone, own = application.forum.time_zone, times.reader_zone(request)
    return {
        "machine": times.machine_time(moment, zone),
        "clock": times.clock_of(moment, zone, seconds=True),
        "day": times.short_at_zone(moment, zone, seconds=True),
        "own": f"{times.day_and_clock(moment, own, seconds=True)}, {times.city_of(own)}" if own else "",
    }


def may_ask(application):
    """Whether a late submission (or late answer) may be asked for."""
    if application.status == Status.DRAFT:
        return application.call.late_requests
    return application.status in {Status.RETURNED, Status.CLOSED}


def kept(application, typed):
    """What was typed, the new words marked, in the order of the form; only what the form asks."""
    stored = _stored(application, typed)
    found = []
    for name, label in labels().items():
        if name not in typed:
            continue
        text = str(typed[name])[:LONGEST].strip()
        before = str(stored[name] or "")
        found.append(
            Kept(
                name,
                label,
                text,
                text_differences.new_words(before, text),
                texts.LINE_BREAKS.sub("\n", text) != before,
            )
        )
    return found


def labels():
    """What can be typed, with the words above it: ``{name in a form: label}``."""
    answers = [name for name in ANSWERS if name != "declared"]
    explained = [*ANSWERS, *CallDocument.Kind.values]
    return {name: str(forms.question(name)) for name in answers} | {
        answer_forms.name_of(target): answer_forms.label_of(target) for target in explained
    }


def _stored(application, typed):
    """What is kept under the same names; of explanations, those beside the newest questions."""
    said = dict.fromkeys(labels(), "")
    if not typed.keys() <= ANSWERS.keys():
        newest = application.information_requests.first()
        items = newest.items.all() if newest else []
        said |= {answer_forms.name_of(item.target): item.explanation for item in items}
    return said | answers_of(application)


def _tasks(application):
    states = completeness.step_states(
        answers_of(application),
        set(current_documents(application)),
        asked=dict.fromkeys(completeness.DOCUMENT_STEPS, True),
        text_limit=application.call.text_limit,
    )
    return [
        {"title": STEPS[key].title if key in STEPS else forms.question(key), "state": state}
        for key, state in states.items()
        if key != "declaration"
    ]


def as_text(application, typed):
    """Everything as a plain text to save: what the draft holds, and what was typed and is not in it."""
    stored = _stored(application, typed)
    lines = [
        f"{application.forum.title}",
        f"{application.reference}",
        _("Written on %(when)s") % {"when": at_zone(clock.now(), application.forum.time_zone, seconds=True)},
        _("Last saved on %(when)s")
        % {"when": at_zone(application.saved_at, application.forum.time_zone, seconds=True)},
        "",
    ]
    for name, label in labels().items():
        if name in ANSWERS:
            lines += [f"## {label}", "", str(forms.display(name, application) or "–"), ""]
        text = str(typed.get(name, ""))[:LONGEST].strip()
        if name in typed and texts.LINE_BREAKS.sub("\n", text) != str(stored[name] or ""):
            lines += [f"## {label}: " + _("what you typed, not in the draft"), "", text, ""]
    return "\n".join(lines).replace("\n", "\r\n")


def kept_fields(data):
    """``kept_<name>`` of a posted rescue form as ``{name: text}``; only what the form asks."""
    return {
        name: texts.LINE_BREAKS.sub("\n", data[f"kept_{name}"])[:LONGEST]
        for name in labels()
        if data.get(f"kept_{name}")
    }
