"""An organization that is asked about something that is right says so, and why; the secretariat alone reads it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import drafting, erasing, review, workflow
from accreditation.models import InformationItem, LateRequest, Status
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.errors import Refused
from imrf_portal.tests.clients import signed_in

from .cast import AFTER, make_submitted
from .test_applicant_journey import at_work, get, post, words

__all__ = ["at_work"]
ANSWER_BY = AFTER + timedelta(days=5)
WHY = "The register calls the town Modeline too."


@pytest.fixture
def asked(call, amina, chen):
    application = make_submitted(call, amina)
    items = [("scope", "Which towns?"), ("head_letter", "Who signed it?"), ("contact_name", "Is she still there?")]
    with clock.frozen(AFTER):
        review.request_information(application, by=chen, items=items, answer_by=ANSWER_BY)
    application.refresh_from_db()
    return application


def answer(client, application, moment=AFTER, **data):
    return post(client, moment, "application_answer", application.reference, data=data)


def review_page(officer, application):
    with clock.frozen(AFTER):
        return words(signed_in(officer).get(reverse("admin:accreditation_application_change", args=[application.pk])))


def test_what_is_right_is_sent_as_it_stands_with_the_reason(at_work, asked, chen):
    assert "It is right as it stands" in words(get(at_work, AFTER, "application_answer", asked.reference))
    refused = answer(at_work, asked, why_scope="  ", send="1")
    assert refused.status_code == 422
    assert "or write why it is right as it stands" in words(refused)
    saved = answer(at_work, asked, why_scope=WHY, save="why_scope")
    assert saved.status_code == 302
    page = words(get(at_work, AFTER, "application_answer", asked.reference))
    assert WHY in page and "1 of 3 answered." in page
    assert WHY not in review_page(chen, asked), "it is not sent yet"

    sent = answer(at_work, asked, why_head_letter="Our new head, since May.", why_reason="Not asked.", send="1")
    assert sent.url == asked.get_absolute_url()
    asked.refresh_from_db()
    new, old = asked.versions.all()
    assert (asked.status, new.answers, new.is_answer) == (Status.SUBMITTED, old.answers, True)
    kept = dict(InformationItem.objects.values_list("target", "explanation"))
    assert kept == {"scope": WHY, "head_letter": "Our new head, since May.", "contact_name": ""}
    page = review_page(chen, asked)
    assert page.count("They say it is right as it stands:") == 2
    assert WHY in page and "Our new head, since May." in page
    said = Event.objects.filter(verb="application.explain")
    assert [event.detail["targets"] for event in said.order_by("pk")] == [["scope"], ["head_letter"]]
    assert not any("Modeline" in str(row) or "since May" in str(row) for row in Event.objects.values())


def test_two_tabs_lose_no_word(at_work, asked):
    first = {"why_scope": WHY, "seen_why_scope": ""}
    second = {"why_scope": "Ask the mayor.", "seen_why_scope": "", "scope": "Modeline."}
    assert answer(at_work, asked, **first, save="why_scope").status_code == 302
    page = words(answer(at_work, asked, **second, save="why_scope"))
    assert f"Someone wrote here after you opened this page: “{WHY}”" in page and "Ask the mayor." in page
    asked.refresh_from_db()
    assert asked.scope == "Modeline.", "the other answers of the page are saved"
    assert InformationItem.objects.get(target="scope").explanation == WHY
    stale = {"why_scope": "", "seen_why_scope": "", "why_head_letter": "New head.", "seen_why_head_letter": ""}
    assert answer(at_work, asked, **stale, save="why_head_letter").status_code == 302
    assert InformationItem.objects.get(target="scope").explanation == WHY, "a field left alone undoes nothing"
    both = {"why_scope": f"{WHY} Ask the mayor.", "seen_why_scope": WHY}
    assert answer(at_work, asked, **both, save="why_scope").status_code == 302
    assert InformationItem.objects.get(target="scope").explanation == f"{WHY} Ask the mayor."


def test_one_that_is_too_long_stays_on_the_page(at_work, asked):
    page = answer(at_work, asked, why_scope="a" * 1001, save="why_scope")
    assert page.status_code == 422
    assert "a" * 1001 in page.text and 'href="#id_why_scope"' in page.text


def test_it_waits_for_who_signs_in_again(client, amina, asked):
    address = reverse("application_answer", args=[asked.reference])
    with clock.frozen(AFTER):
        assert client.post(address, {"why_scope": WHY, "seen_why_scope": "", "save": "why_scope"}).status_code == 302
        client.force_login(amina)
        assert WHY in words(client.get(address))
    assert InformationItem.objects.get(target="scope").explanation == ""


def test_after_the_time_to_answer_it_is_given_back_and_can_be_taken_late(at_work, asked, noor):
    rescued = answer(at_work, asked, ANSWER_BY, why_scope=WHY, send="1")
    assert rescued.status_code == 409
    assert WHY in words(rescued)
    too_long = "a" * 1001
    data = {"kept_why_scope": WHY, "kept_why_head_letter": too_long, "reason": "Flood.", "use": "1"}
    assert WHY in post(at_work, ANSWER_BY, "application_text", asked.reference, data=data).content.decode()
    post(at_work, ANSWER_BY, "application_late", asked.reference, data=data)
    late = LateRequest.objects.get()
    page = signed_in(noor).get(reverse("admin:accreditation_late_request", args=[late.pk]))
    assert "why it is right" in words(page) and WHY in words(page)
    with clock.frozen(ANSWER_BY):
        review.decide_late_request(late, by=noor, granted=True, answer="Taken.")
    post(at_work, ANSWER_BY, "application_late_use", asked.reference)
    assert InformationItem.objects.get(target="scope").explanation == WHY
    assert InformationItem.objects.get(target="head_letter").explanation == "", "the limit of the form holds here too"
    assert answer(at_work, asked, ANSWER_BY, send="1").url == asked.get_absolute_url()


def test_only_who_may_answer_explains_and_only_what_was_asked(asked, amina, boris):
    with clock.frozen(AFTER):
        with pytest.raises(Refused, match="Ask its owner"):
            drafting.explain(asked, {"scope": WHY}, by=boris, seen={})
        with pytest.raises(Refused, match="Only what the secretariat asked for"):
            drafting.explain(asked, {"reason": WHY}, by=amina, seen={})
    assert not InformationItem.objects.exclude(explanation="").exists()


def test_it_goes_with_the_people_it_may_name(asked, amina):
    with clock.frozen(AFTER):
        drafting.explain(asked, {"scope": WHY}, by=amina, seen={})
        drafting.save_answers(asked, {"contact_name": "Rosa Orchard"}, by=amina)
        workflow.answer(asked, by=amina)
    late = LateRequest.objects.create(application=asked, asked_by=amina, reason="Power cut.", kept={"scope": WHY})
    asked.refresh_from_db()
    assert asked in erasing.CONTACTS.due(asked.forum)
    erasing.CONTACTS.erase(asked)
    told = InformationItem.objects.values_list("explanation", "old_value", "new_value")
    assert WHY not in str(list(told)) and "Rosa" not in str(list(told))
    late.refresh_from_db()
    assert late.kept == {}
    late.kept = {"scope": WHY}
    late.save(update_fields=["kept"])
    assert asked in erasing.CONTACTS.due(asked.forum), "what was typed too late is erased on its own, too"
    erasing.CONTACTS.erase(asked)
    assert asked not in erasing.CONTACTS.due(asked.forum)
