"""The applicant’s pages from the first visit to the confirmation, as a browser without scripts sees them."""

import re

import pytest
from django.urls import reverse

from accreditation import drafting, workflow
from accreditation.models import Application, ApplicationVersion, Status
from imrf_portal import clock, geography
from imrf_portal.forum import Call
from imrf_portal.mail import OutgoingMail
from imrf_portal.tests.file_samples import pdf, upload
from imrf_portal.tests.test_weight import first_visit

from .cast import ANSWERS, CLOSES, DURING, MOMENT, OPENS, make_call, make_draft, make_forum, make_submitted

DECLARED = {"declared": "on", "understood": "on"}
STATEMENTS_OF_A_JOURNEY = 110
"""From “Start” to the confirmation, 16 requests, with those for session, person and savepoints."""


@pytest.fixture
def at_work(client, amina):
    client.force_login(amina)
    return client


def get(client, moment, name, *args, **query):
    with clock.frozen(moment):
        return client.get(reverse(name, args=args), query)


def post(client, moment, name, *args, data=None, **options):
    with clock.frozen(moment):
        return client.post(reverse(name, args=args), data or {}, **options)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


# T-A02
def test_before_the_call_opens_there_is_a_blank_form_and_after_it_a_start_button(client, call):
    slug = call.forum.slug
    before = get(client, OPENS - MOMENT, "apply", slug).content.decode()
    after = get(client, OPENS, "apply", slug).content.decode()
    assert reverse("blank_form", args=[slug]) in before
    assert "Start your application" not in before and "Sign in to start" not in before
    assert "opens on Monday 2 March 2026, 09:00 New York (EST)" in before
    assert "Sign in to start" in after
    assert "What does your organization do" in get(client, OPENS - MOMENT, "blank_form", slug).content.decode()


def test_a_start_before_the_opening_makes_no_draft(at_work, call):
    response = post(at_work, OPENS - MOMENT, "apply", call.forum.slug)
    assert response.status_code == 302
    assert Application.objects.count() == 0


def test_the_whole_journey_by_plain_forms(at_work, call, amina, django_assert_max_num_queries):
    geography.names()
    with django_assert_max_num_queries(STATEMENTS_OF_A_JOURNEY):
        walk(at_work, call)


def walk(at_work, call):
    response = post(at_work, DURING, "apply", call.forum.slug)
    application = Application.objects.get()
    assert response.url == application.get_absolute_url()
    for step, values in {
        "organization": {
            "name": "Harbour Lights", "country": "KE", "type": "migrant", "acronym": "HL", "former_names": "",
            "women_led": "",
        },
        "contact": {
            "head_name": "Head One", "contact_name": "Amina One", "contact_email": "amina@harbour-lights.example",
        },
        "homepage": {"homepage": "facebook.com/ourgroup"},
        "scope": {"scope": "We advise people.", "compact": "We took part."},
        "reason": {"reason": "To report."},
    }.items():  # fmt: skip
        assert get(at_work, DURING, "application_step", application.reference, step).status_code == 200
        response = post(at_work, DURING, "application_step", application.reference, step, data=values)
        assert response.status_code == 302, words(response)
    assert response.url == reverse("application_documents", args=[application.reference])
    files = {"legal_status": upload(pdf()), "head_letter": upload(pdf(2), "letter.pdf"), "continue": "1"}
    response = post(at_work, DURING, "application_documents", application.reference, data=files)
    assert response.url == reverse("application_check", args=[application.reference])
    response = post(at_work, DURING, "application_check", application.reference, data=DECLARED)
    assert response.url == reverse("application_sent", args=[application.reference])
    page = get(at_work, DURING, "application_sent", application.reference)
    assert application.reference in page.content.decode()
    version = ApplicationVersion.objects.get()
    assert version.answers["homepage"] == "https://facebook.com/ourgroup"
    assert set(version.documents) == {"legal_status", "head_letter"}


# T-A12
def test_a_homepage_without_scheme_is_shown_with_one(at_work, call, amina):
    application = make_draft(call, amina)
    data = {"homepage": "facebook.com/ourgroup", "later": "1"}
    post(at_work, DURING, "application_step", application.reference, "homepage", data=data)
    assert (
        "https://facebook.com/ourgroup"
        in get(at_work, DURING, "application_check", application.reference).content.decode()
    )


# T-A13
@pytest.mark.parametrize("typed", ["javascript:alert(1)", "ftp://x.example", "a@b.example", "http://127.0.0.1/"])
def test_a_homepage_that_is_none_is_refused_at_its_field(at_work, call, amina, typed):
    application = make_draft(call, amina)
    response = post(at_work, DURING, "application_step", application.reference, "homepage", data={"homepage": typed})
    assert response.status_code == 422
    assert 'id="id_homepage_error"' in response.content.decode()
    assert words(response).strip().startswith("Error:")
    application.refresh_from_db()
    assert application.homepage == ANSWERS["homepage"]


# T-A15
def test_an_arabic_text_over_the_limit_is_kept_and_told_by_how_much(at_work, call, amina):
    application = make_draft(call, amina)
    text = "م" * 2003
    response = post(
        at_work, DURING, "application_step", application.reference, "scope", data={"scope": text, "compact": "Part."}
    )
    assert response.status_code == 422
    assert "This is 3 characters over the limit of 2,000." in words(response)
    assert text in response.content.decode()
    application.refresh_from_db()
    assert (application.scope, application.compact) == (text, "Part.")
    with clock.frozen(DURING), pytest.raises(workflow.Incomplete) as refusal:
        workflow.submit(application, by=amina)
    assert set(refusal.value.gaps) == {"scope"}


# T-A23
def test_what_was_saved_on_leaving_a_field_is_there_on_another_device(at_work, call, amina, client):
    application = make_draft(call, amina)
    data = {"scope": "Half a sent", "seen_scope": ANSWERS["scope"]}
    saved = post(
        at_work, DURING, "application_step", application.reference, "scope", data=data,
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert saved.status_code == 200 and "Draft saved" in saved.content.decode()
    assert 'id="seen_scope" name="seen_scope" value="Half a sent"' in saved.content.decode()
    page = get(at_work, DURING, "application_step", application.reference, "scope").content.decode()
    assert "Half a sent</textarea>" in page
    assert "Tue 10 Mar 2026, 08:00:00 EDT (UTC−4)" in page


# T-A24
def test_what_was_typed_after_the_session_ended_is_in_the_form_after_sign_in(client, call, amina):
    application = make_draft(call, amina)
    data = {"reason": "Typed for an hour.", "seen_reason": ANSWERS["reason"]}
    response = post(client, DURING, "application_step", application.reference, "reason", data=data)
    assert response.status_code == 302
    client.force_login(amina)
    page = get(client, DURING, "application_step", application.reference, "reason").content.decode()
    assert "Typed for an hour.</textarea>" in page
    post(client, DURING, "application_step", application.reference, "reason", data=data)
    application.refresh_from_db()
    assert application.reason == "Typed for an hour."


# T-A25
def test_two_tabs_on_one_answer_show_both_texts_and_the_person_chooses(at_work, call, amina):
    application = make_draft(call, amina)
    before = {"seen_scope": ANSWERS["scope"], "seen_compact": ANSWERS["compact"]}
    first = {"scope": "First tab.", "compact": ANSWERS["compact"], **before}
    post(at_work, DURING, "application_step", application.reference, "scope", data=first)
    second = {"scope": "Second tab.", "compact": "Changed here.", **before}
    conflict = post(at_work, DURING, "application_step", application.reference, "scope", data=second)
    assert conflict.status_code == 409
    assert "First tab." in words(conflict).replace("[different: ", "").replace("]", "")
    assert 'name="mine_scope" value="Second tab."' in conflict.content.decode()
    application.refresh_from_db()
    assert (application.scope, application.compact) == ("First tab.", "Changed here.")
    chosen = {"keep_scope": "mine", "mine_scope": "Second tab.", "seen_scope": "First tab."}
    assert post(
        at_work, DURING, "application_step", application.reference, "scope", data=chosen
    ).status_code == 302  # fmt: skip
    application.refresh_from_db()
    assert (application.scope, application.compact) == ("Second tab.", "Changed here.")


def test_an_answer_left_as_it_was_does_not_undo_what_a_colleague_wrote(at_work, call, amina):
    application = make_draft(call, amina)
    with clock.frozen(DURING):
        drafting.save_answers(application, {"scope": "By a colleague."}, by=amina)
    data = {
        "scope": ANSWERS["scope"], "seen_scope": ANSWERS["scope"],
        "compact": "Mine.", "seen_compact": ANSWERS["compact"],
    }  # fmt: skip
    response = post(at_work, DURING, "application_step", application.reference, "scope", data=data)
    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.scope, application.compact) == ("By a colleague.", "Mine.")


# T-A30
def test_an_incomplete_application_is_not_sent_and_the_summary_links_to_what_is_missing(at_work, call, amina):
    application = make_draft(call, amina)
    with clock.frozen(DURING):
        drafting.save_answers(application, {"scope": "", "homepage": ""}, by=amina)
    response = post(at_work, DURING, "application_check", application.reference, data=DECLARED)
    assert response.status_code == 422
    page = response.content.decode()
    assert re.search(r"<title>\s*Error:", page)
    assert f'href="{reverse("application_step", args=[application.reference, "scope"])}#id_scope"' in page
    assert f'href="{reverse("application_step", args=[application.reference, "homepage"])}#id_homepage"' in page
    assert "data-takes-focus" in page
    assert ApplicationVersion.objects.count() == 0
    tasks = words(get(at_work, DURING, "application", application.reference))
    assert "5 of 8 tasks completed." in tasks


# T-A31
def test_pressed_twice_it_is_sent_once(at_work, call, amina):
    application = make_draft(call, amina)
    for _press in range(2):
        response = post(at_work, DURING, "application_check", application.reference, data=DECLARED)
        assert response.url == reverse("application_sent", args=[application.reference])
    late = post(at_work, CLOSES + MOMENT, "application_check", application.reference, data=DECLARED)
    assert late.url == reverse("application_sent", args=[application.reference])
    assert ApplicationVersion.objects.count() == 1
    assert OutgoingMail.objects.filter(template="application_received").count() == 1


# T-A32
def test_what_reached_the_server_in_the_last_second_counts(at_work, call, amina):
    application = make_draft(call, amina)
    post(at_work, CLOSES - MOMENT, "application_check", application.reference, data=DECLARED)
    page = get(at_work, CLOSES, "application_sent", application.reference)
    assert "Friday 27 March 2026, 16:59:59 New York (EDT)" in words(page)


# T-A36
def test_the_countdown_starts_from_the_servers_moment(at_work, call, amina):
    application = make_draft(call, amina)
    page = get(at_work, DURING, "application", application.reference).content.decode()
    assert f'data-now="{DURING.isoformat(timespec="milliseconds")}"' in page
    assert f'data-until="{CLOSES.isoformat()}"' in page
    assert "17 days left to apply" in page


# T-A35
@pytest.mark.parametrize(
    ("zone", "local"),
    {
        "Asia/Kathmandu": "Sat 28 Mar 2026, 02:45",
        "Pacific/Pago_Pago": "Fri 27 Mar 2026, 10:00",
        "Pacific/Kiritimati": "Sat 28 Mar 2026, 11:00",
    }.items(),
)
def test_the_deadline_is_shown_in_new_york_first_and_for_the_reader(at_work, call, amina, zone, local):
    application = make_draft(call, amina)
    at_work.cookies["tz"] = zone
    page = words(get(at_work, DURING, "application", application.reference))
    assert page.index("Fri 27 Mar 2026, 17:00 EDT (UTC−4)") < page.rindex(local)


# T-A38
def test_a_spelling_variant_is_warned_about_without_a_word_of_the_other(at_work, call, amina, boris):
    other = make_submitted(call, boris, name="Harbor Lights", contact_name="Boris Two", homepage="https://b.example")
    application = make_draft(call, amina)
    page = get(at_work, DURING, "application_check", application.reference).content.decode()
    assert "This looks like an application we already have" in page
    for secret in (other.reference, "Harbor Lights", "Boris Two"):
        assert secret not in page
    assert post(at_work, DURING, "application_check", application.reference, data=DECLARED).status_code == 302


# T-A48
def test_a_name_with_markup_is_shown_as_typed(at_work, call, amina):
    application = make_draft(call, amina)
    data = {"name": "{{ 7 }} <b>Harbour</b>\nLights", "country": "KE", "type": "migrant"}
    post(at_work, DURING, "application_step", application.reference, "organization", data=data)
    post(at_work, DURING, "application_check", application.reference, data=DECLARED)
    shown = "{{ 7 }} &lt;b&gt;Harbour&lt;/b&gt; Lights"
    for name in ("application", "application_check", "application_sent"):
        assert shown in get(at_work, DURING, name, application.reference).content.decode()
    assert shown in get(at_work, DURING, "my_applications").content.decode()
    letter = OutgoingMail.objects.get(template="application_received")
    assert "{{ 7 }} <b>Harbour</b> Lights" in letter.subject and "\n" not in letter.subject


def test_somebody_elses_application_is_not_there(client, call, amina, boris, chen, dara):
    application = make_submitted(call, amina)
    document = application.documents.first()
    addresses = [
        reverse(name, args=[application.reference, *more])
        for name, more in [
            ("application", []), ("application_check", []), ("application_sent", []), ("application_documents", []),
            ("application_step", ["scope"]), ("application_document", [document.pk]), ("application_receipt", [1]),
            ("application_text", []), ("application_withdraw", []), ("application_answer", []),
        ]
    ]  # fmt: skip
    for stranger in (boris, chen, dara):
        client.force_login(stranger)
        assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)


def test_every_question_has_a_page_and_an_audience(call, amina):
    from accreditation import form_steps, forms
    from accreditation.visibility import ANSWERS as CLASSIFIED

    assert set(forms.QUESTIONS) | {"declared"} == set(CLASSIFIED)
    assert {name for step in form_steps.STEPS.values() for name in step.answers} == set(forms.QUESTIONS)


def test_my_applications_costs_the_same_for_one_and_for_three(at_work, amina, django_assert_num_queries):
    for number in range(3):
        forum = make_forum(f"TS{number}", slug=f"tst-{number}", title=f"Forum {number}")
        make_submitted(make_call(forum), amina)
        with django_assert_num_queries(3):
            assert get(at_work, DURING, "my_applications").status_code == 200


@pytest.mark.parametrize(
    ("name", "more", "most"),
    [("application", [], 6), ("application_step", ["scope"], 3), ("application_documents", [], 5)],
)
def test_statements_of_the_pages_of_a_draft(at_work, call, amina, django_assert_num_queries, name, more, most):
    application = make_draft(call, amina)
    get(at_work, DURING, name, application.reference, *more)
    with django_assert_num_queries(most):
        get(at_work, DURING, name, application.reference, *more)


def test_first_visit_of_a_step_weighs_at_most_60_kilobytes_in_8_requests(at_work, call, amina):
    application = make_draft(call, amina)
    with clock.frozen(DURING):
        weight, requests = first_visit(at_work, reverse("application_step", args=[application.reference, "scope"]))
    assert requests <= 8
    assert weight <= 60


def test_pages_are_compressed_and_documents_are_not(at_work, call, amina):
    application = make_draft(call, amina)
    document = application.documents.first()
    accepting = {"headers": {"Accept-Encoding": "gzip"}}
    page = at_work.get(reverse("application", args=[application.reference]), **accepting)
    address = reverse("application_document", args=[application.reference, document.pk])
    assert page["Content-Encoding"] == "gzip"
    assert not at_work.get(address, **accepting).has_header("Content-Encoding")


def test_no_application_yet_says_what_to_do(at_work, db):
    assert "You have no application" in words(get(at_work, DURING, "my_applications"))


def test_a_kind_of_call_that_is_not_for_applications_has_no_apply_page(client, db):
    forum = make_forum()
    Call.objects.create(forum=forum, kind=Call.Kind.REGISTRATION, opens_at=OPENS, closes_at=CLOSES)
    assert get(client, DURING, "apply", forum.slug).status_code == 404


def test_statuses_are_told_by_their_public_names_only(at_work, call, amina, chen):
    from accreditation import review

    application = make_submitted(call, amina)
    with clock.frozen(DURING):
        review.recommend_against(application, by=chen, reason_code="out_of_scope", reason_text="Not on migration.")
    application.refresh_from_db()
    assert application.status == Status.ASSESSED
    page = words(get(at_work, DURING, "application", application.reference))
    assert "Under consideration" in page
    for secret in ("ssessed", "ecommend", "Not on migration", "Chen"):
        assert secret not in page
