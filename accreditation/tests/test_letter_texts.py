"""The Forum's own wording of letters."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accreditation import review, wording
from accreditation.models import LetterText
from imrf_portal import clock
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.clients import PortalClient

from .cast import AFTER, make_officer, make_submitted


def make_text(forum, **fields):
    return LetterText(
        **{
            "forum": forum,
            "letter": "information_request",
            "subject": "{reference}: questions",
            "body": "Dear {contact_name}, please answer by {answer_by}:\n\n{questions}",
            **fields,
        }
    )


BAD = {
    "an unknown placeholder": ({"body": "{questions} {answer_by} {nmae}"}, "body", "{nmae} is not known"),
    "an empty one": ({"body": "{questions} {answer_by} {}"}, "body", "{} is not known"),
    "two braces": ({"body": "{questions} {answer_by} {{ name }}"}, "body", "one brace on each side: {name}"),
    "an open brace": ({"body": "{questions} {answer_by} {name"}, "body", "left open"),
    "what it must say": ({"body": "Hello {questions}"}, "body", "must say {answer_by}"),
    "one of another letter": ({"subject": "{reason}"}, "subject", "{reason} is not known"),
}


# T-S11
@pytest.mark.parametrize(("fields", "field", "sentence"), BAD.values(), ids=BAD)
def test_a_wording_that_would_go_wrong_is_not_saved(call, fields, field, sentence):
    with pytest.raises(ValidationError) as refusal:
        make_text(call.forum, **fields).full_clean()
    assert sentence in refusal.value.message_dict[field][0]


# T-S11
def test_the_admin_refuses_it_at_its_field_and_keeps_what_was_typed(call):
    client = PortalClient()
    client.force_login(make_officer("configures@secretariat.example", "Administrator"))
    fields = {
        "forum": call.forum.pk,
        "letter": "accredited",
        "language": "en",
        "subject": "Welcome",
        "body": "To {nobody} and {name}",
    }
    page = client.post("/admin/accreditation/lettertext/add/", fields)
    assert "{nobody} is not known in this letter" in page.content.decode()
    assert "To {nobody} and {name}" in page.content.decode()
    assert not LetterText.objects.exists()


# T-S11
def test_recipients_with_nothing_to_fill_in_are_listed_before_sending(call, amina, boris):
    text = make_text(call.forum, body="{head_name} {questions} {answer_by}")
    make_submitted(call, amina)
    gap = make_submitted(call, boris, name="Other Body")
    type(gap).objects.filter(pk=gap.pk).update(head_name=" ")
    assert [(row.reference, gaps) for row, gaps in wording.left_empty(text)] == [(gap.reference, ["head_name"])]


# T-A48
def test_a_value_that_looks_like_a_placeholder_stays_as_typed(call, amina, chen):
    text = make_text(call.forum, subject="{name}")
    text.full_clean()
    text.save()
    application = make_submitted(call, amina, name="{reference} & <b>Friends</b> {{ name }}")
    with clock.frozen(AFTER):
        review.request_information(
            application, by=chen, items=[("scope", "Where?")], answer_by=AFTER + timedelta(days=5)
        )
    letter = OutgoingMail.objects.get(template="information_request")
    assert letter.subject == "{reference} & <b>Friends</b> {{ name }}"
    assert "1. Where?" in letter.body


def test_a_test_letter_goes_to_the_officer_who_asks(call, amina):
    make_submitted(call, amina)
    text = make_text(call.forum)
    text.save()
    officer = make_officer("configures@secretariat.example", "Administrator")
    client = PortalClient()
    client.force_login(officer)
    assert "How it reads" in client.get(f"/admin/accreditation/lettertext/{text.pk}/change/").content.decode()
    client.post(f"/admin/accreditation/lettertext/{text.pk}/test/")
    assert OutgoingMail.objects.get(to=officer.email).subject.startswith("[Test] ")
