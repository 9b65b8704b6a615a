import re
from pathlib import Path

import pytest
from django.conf import settings

from imrf_portal import event_words
from imrf_portal.audit import Event

WRITTEN = re.compile(r'audit\.(?:record|event)\(\s*"([a-z_]+\.[a-z_]+)"')


def written_verbs():
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(settings.BASE_DIR).parts):
            yield from WRITTEN.findall(path.read_text(encoding="utf-8"))


def test_each_verb_that_is_written_has_words_for_people():
    verbs = set(written_verbs())

    assert len(verbs) > 50
    assert verbs - set(event_words.VERBS) == set()


@pytest.mark.parametrize(
    ("subject", "value", "words"),
    [
        ("accreditation.application", "not_accredited", "Not accredited"),
        ("accreditation.application", "Officer One", "Officer One"),
        ("imrf_portal.user", "reviewer", "reviewer"),
        ("gone.model", "old", "old"),
        ("accreditation.application", "", ""),
    ],
)
def test_a_stored_status_is_shown_in_words(subject, value, words):
    assert event_words.state_in_words(Event(subject_type=subject), value) == words
