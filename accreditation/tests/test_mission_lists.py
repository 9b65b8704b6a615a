"""The pages of Member States: lists, names, what is shared; and that nothing else of an application is anywhere."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accreditation import circulation, objections, review
from accreditation.list_codes import code_of
from accreditation.models import ListEntry, Objection, StateRequest
from imrf_portal import clock
from imrf_portal.audit import Event
from imrf_portal.forum import Forum
from imrf_portal.mail import OutgoingMail

from .cast import (
    AFTER,
    make_call,
    make_circulated,
    make_delegate,
    make_eligible,
    make_forum,
    make_person,
    make_submitted,
)
from .mission_browser import body, get, post, text_of_pdf, words

SECRETS = {
    "acronym": "SEKRET1",
    "former_names": "Formerly Sekret2 Union",
    "homepage": "https://sekret3.example",
    "scope": "Scope sekret4.",
    "compact": "Compact sekret5.",
    "reason": "Reason sekret6.",
    "head_name": "Head Sekret7",
    "head_title": "Title Sekret8",
    "contact_name": "Contact Sekret9",
    "contact_email": "sekret10@contact.example",
    "contact_phone": "+254 700 000 011",
    "languages": "Sekret12ish",
}
STAFF = ("chen@secretariat", "noor@secretariat", "Chen", "Noor", "amina@")


@pytest.fixture
def listed(call, amina, chen, noor):
    application = make_eligible(call, amina, by=chen, signed_by=noor, **SECRETS)
    return make_circulated([application], by=chen)


def many_eligible(call, count, *, by, signed_by):
    return [
        make_eligible(
            call,
            make_person(f"person{n}@org{n}.example"),
            by=by,
            signed_by=signed_by,
            name=f"Körper {n:03}",
            country="NO",
        )
        for n in range(count)
    ]


def every_page(listed, key):
    """Every address of a Mission about one list and one name, by GET."""
    return [
        reverse("lists"),
        reverse("our_requests"),
        reverse("our_requests_csv"),
        *(reverse(name, args=[listed.pk]) for name in ("list", "list_print", "list_csv", "list_difference")),
        *(reverse(name, args=[listed.pk]) for name in ("list_letter", "list_certificate", "list_certificate_pdf")),
        reverse("list", args=[listed.pk]) + "?q=sekret4",
        reverse("entry", args=[listed.pk, key]),
        reverse("object", args=[listed.pk, key]),
        reverse("entry", args=[listed.pk, "N000000000"]),
        reverse("list", args=[listed.pk + 99]),
    ]


# T-M01
@pytest.mark.parametrize("is_closed", [False, True], ids=["under silence", "closed"])
def test_no_page_export_or_error_holds_more_than_name_and_country(client, listed, dara, emil, is_closed):
    entry = listed.entries.get()
    with clock.frozen(AFTER):
        mine = objections.object_to(entry, by=dara, on_behalf_of=[emil.member_state])
        objections.ask(entry, "homepage", by=dara)
    reference = entry.application.reference
    client.force_login(dara)
    shown = []
    with clock.frozen(listed.closes_at if is_closed else AFTER):
        for address in [*every_page(listed, entry.key), reverse("objection", args=[mine.receipt_code])]:
            response = client.get(address)
            content = body(response)
            if response["Content-Type"] == "application/pdf":
                content = text_of_pdf(content)
            shown.append(content)
            for secret in (*SECRETS.values(), reference, *STAFF):
                assert secret.encode() not in content, (address, secret)
    assert sum(b"Harbour Lights" in content for content in shown) >= 8


# T-M01
def test_letters_to_missions_hold_nothing_else(dara, emil, listed):
    with clock.frozen(AFTER):
        objections.object_to(listed.entries.get(), by=dara, on_behalf_of=[emil.member_state])
    letters = OutgoingMail.objects.filter(recipient__in=[dara, emil])
    assert set(letters.values_list("template", flat=True)) == {
        "list_circulated",
        "objection_recorded",
        "objection_on_your_behalf",
    }
    for letter in letters:
        for secret in (*SECRETS.values(), *STAFF):
            assert secret not in letter.body + letter.subject + letter.body_html


# T-M02
def test_a_guessed_address_answers_like_one_that_does_not_exist(client, call, listed, boris, dara, eve):
    other = make_submitted(call, boris, name="Not Listed")
    client.force_login(dara)
    for address in (f"/applications/{other.reference}/", f"/lists/{listed.pk}/{other.reference}/"):
        there = client.get(address)
        nowhere = client.get(address.replace(other.reference, "TST26-9999-A"))
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert "Not Listed" not in there.content.decode()
    client.force_login(eve)
    for address in every_page(listed, listed.entries.get().key):
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(reverse("list", args=[listed.pk])).status_code == 302


# T-M02
def test_a_list_that_is_not_circulated_is_not_there(call, amina, chen, noor, dara):
    application = make_eligible(call, amina, by=chen, signed_by=noor)
    with clock.frozen(AFTER):
        compiled = circulation.compile_list(call.forum, [application], by=chen)
        circulation.freeze(compiled, by=chen)
    for name in ("list", "list_csv", "list_letter", "list_print", "list_difference"):
        assert get(dara, name, compiled.pk).status_code == 404


# T-M20
def test_an_organization_of_the_own_country_is_shown_like_any_other(listed, dara, emil):
    assert listed.entries.get().country == dara.member_state
    seen = [body(get(user, "list_csv", listed.pk)) for user in (dara, emil)]
    assert seen[0] == seen[1]


def test_filters_find_names_without_case_and_accents_and_stay_in_the_address(call, chen, noor, dara, amina):
    listed = make_circulated(
        [*many_eligible(call, 2, by=chen, signed_by=noor), make_eligible(call, amina, by=chen, signed_by=noor)], by=chen
    )
    response = get(dara, "list", listed.pk, q="KORPER", region="western_european")
    assert [row.entry.name for row in response.context["names"].rows] == ["Körper 000", "Körper 001"]
    assert 'value="KORPER"' in response.content.decode()
    assert "q=KORPER&amp;region=western_european&amp;sort=country" in response.content.decode()
    assert [row.entry.name for row in get(dara, "list", listed.pk, country="KE").context["names"].rows] == [
        "Harbour Lights"
    ]
    nothing = get(dara, "list", listed.pk, q="nobody is called so")
    assert "No name fits these filters" in words(nothing)
    assert len(get(dara, "list", listed.pk, region="nonsense").context["names"].rows) == 3


def test_the_category_is_shown_only_where_the_forum_says_so(call, listed, chen, noor, boris, dara):
    assert "Migrant organization" not in words(get(dara, "list", listed.pk))
    Forum.objects.filter(pk=call.forum_id).update(states_see_category=True)
    second = make_eligible(call, boris, by=chen, signed_by=noor, name="Other Body")
    shown = make_circulated([second], by=chen)
    assert "Migrant organization" in words(get(dara, "list", shown.pk))


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_list_costs_the_same_statements_at_any_length(
    client, call, chen, noor, dara, emil, django_assert_num_queries, count
):
    listed = make_circulated(many_eligible(call, count, by=chen, signed_by=noor), by=chen)
    with clock.frozen(AFTER):
        for entry in listed.entries.all():
            objections.ask(entry, "homepage", by=dara)
            objections.object_to(entry, by=emil, on_behalf_of=[dara.member_state])
    client.force_login(dara)
    with clock.frozen(AFTER + timedelta(hours=1)), django_assert_num_queries(8):
        assert len(client.get(reverse("list", args=[listed.pk])).context["names"].rows) == count


# T-M03
def test_five_names_asked_at_once_are_one_request_of_five_lines(call, chen, noor, dara, emil):
    listed = make_circulated(many_eligible(call, 5, by=chen, signed_by=noor), by=chen)
    keys = list(listed.entries.values_list("key", flat=True))
    response = post(dara, "list_ask", listed.pk, entry=keys, what=["homepage"])
    assert "Your request has 5 lines" in words(response)
    assert StateRequest.objects.values("asked_at", "asked_by").distinct().count() == 1
    with clock.frozen(AFTER + timedelta(hours=2)):
        released = objections.answer_request(StateRequest.objects.first(), by=chen, release=True)
    assert "https://harbour-lights.example" in words(get(dara, "entry", listed.pk, released.entry.key))
    assert "https://harbour-lights.example" not in words(get(emil, "entry", listed.pk, released.entry.key))
    record = words(get(dara, "our_requests"))
    assert record.count("You asked about Körper") == 5
    assert "Shared about Körper 000: Homepage" in record
    told = Event.objects.about(released.entry.application).public_to_applicant().filter(verb="application.disclosed")
    assert [event.detail for event in told] == [{"what": "homepage"}]


def test_what_is_released_to_all_is_read_by_all(listed, call, dara, emil):
    Forum.objects.filter(pk=call.forum_id).update(release="at_once", released_to="all")
    entry = listed.entries.get()
    post(dara, "list_ask", listed.pk, one=entry.key)
    assert "sekret3.example" in words(get(emil, "entry", listed.pk, entry.key))


def test_asking_for_nothing_or_about_nobody_says_what_to_do(listed, dara):
    key = listed.entries.get().key
    assert "Choose at least one name" in words(post(dara, "list_ask", listed.pk, what="homepage"))
    assert "Choose what you ask for" in words(post(dara, "list_ask", listed.pk, entry=key))
    assert post(dara, "list_ask", listed.pk, entry="N00", what="homepage").status_code == 404
    assert not StateRequest.objects.exists()


# T-M04
def test_asking_after_the_close_is_told_closed_or_allowed_by_the_rule(listed, call, dara):
    key = listed.entries.get().key
    closed = post(dara, "list_ask", listed.pk, at=listed.closes_at, entry=key, what="reason")
    assert closed.status_code == 403
    assert "The non-objection period closed on" in words(closed)
    Forum.objects.filter(pk=call.forum_id).update(requests_after_close=True)
    post(dara, "list_ask", listed.pk, at=listed.closes_at, entry=key, what="reason")
    assert StateRequest.objects.get().what == "reason"


# T-M19
def test_a_download_carries_its_version_and_the_page_says_that_there_is_a_newer_one(listed, chen, dara):
    taken = get(dara, "list_csv", listed.pk)
    content = body(taken).decode("utf-8-sig")
    assert "TST26-L1-v1-" in taken["Content-Disposition"]
    assert content.count(listed.sha256) == 1
    assert '"TST26-L1","1"' in content
    with clock.frozen(AFTER + timedelta(hours=2)):
        second = circulation.new_version(listed, by=chen)
    later = AFTER + timedelta(hours=3)
    assert "You have version 1, now there is version 2" in words(get(dara, "list", listed.pk, at=later))
    assert "You have version 1, taken by Dara; now there is version 2" in words(get(dara, "list", second.pk, at=later))
    old = get(dara, "list_csv", listed.pk, at=later)
    assert body(old).decode("utf-8-sig") == content


# T-M12
@pytest.mark.parametrize("restarts", [False, True], ids=["same end", "starts again"])
def test_a_corrected_name_makes_a_version_with_its_difference(listed, call, amina, chen, dara, restarts):
    Forum.objects.filter(pk=call.forum_id).update(correction_restarts_silence=restarts)
    with clock.frozen(AFTER):
        mine = objections.object_to(listed.entries.get(), by=dara)
    version = listed.entries.get().application.versions.first()
    version.pk, version.number = None, version.number + 1
    version.answers = {**version.answers, "name": "Harbor Lights"}
    version.receipt_code, version.revision = "R-CORRECTED", version.revision + 1
    version.save(force_insert=True)
    with clock.frozen(AFTER + timedelta(hours=1)):
        second = circulation.new_version(listed, by=chen)
        if restarts:
            assert get(dara, "list", second.pk).status_code == 404
            circulation.freeze(second, by=chen)
            second = circulation.circulate(second, by=chen, closes_at=AFTER + timedelta(days=20))
    assert (second.closes_at == listed.closes_at) is not restarts
    page = get(dara, "list_difference", second.pk, at=AFTER + timedelta(hours=2))
    assert "1 name was corrected" in words(page)
    mine.refresh_from_db()
    assert mine.entry == second.entries.get()
    assert "Harbour Lights" in words(get(dara, "list", listed.pk, at=AFTER + timedelta(hours=2)))


# T-M14
def test_the_certificate_stands_without_a_worker_and_has_the_announced_instant(listed, dara):
    assert get(dara, "list_certificate", listed.pk).status_code == 404
    late = listed.closes_at + timedelta(hours=5)
    page = words(get(dara, "list_certificate", listed.pk, at=late))
    assert "ended on Monday 6 April 2026, 17:00:00 New York (EDT)" in page
    assert listed.sha256[:4] in page
    assert "1 clear" in page
    with clock.frozen(late):
        circulation.close_due()
    assert words(get(dara, "list_certificate", listed.pk, at=late)) == page
    paper = get(dara, "list_certificate_pdf", listed.pk, at=late)
    assert b"17:00:00" in text_of_pdf(body(paper))


def test_the_certificate_counts_what_stood_at_the_close(call, chen, noor, dara):
    from accreditation import workflow

    applications = many_eligible(call, 4, by=chen, signed_by=noor)
    listed = make_circulated(applications, by=chen)
    entries = list(listed.entries.all())
    with clock.frozen(AFTER):
        for entry in entries[:3]:
            objections.object_to(entry, by=dara)
        objections.withdraw(Objection.objects.get(entry=entries[0]), by=dara)
        workflow.withdraw(entries[3].application, by=entries[3].application.applicant)
    with clock.frozen(listed.closes_at):
        objections.withdraw(Objection.objects.get(entry=entries[1]), by=dara)
    page = words(get(dara, "list_certificate", listed.pk, at=listed.closes_at))
    assert "1 clear 2 referred to the President, because an objection stood. 1 withdrawn by the organization" in page


# T-M13
def test_an_extension_moves_the_clock_and_keeps_the_old_end(listed, chen, dara):
    end = listed.closes_at
    with clock.frozen(AFTER):
        circulation.extend(listed, by=chen, closes_at=end + timedelta(days=2), reason="By letter of the President.")
    assert "You may" not in words(get(dara, "list", listed.pk, at=end))
    assert get(dara, "list", listed.pk, at=end).context["under_silence"]
    page = words(get(dara, "list_certificate", listed.pk, at=end + timedelta(days=2)))
    assert "By letter of the President." in page
    assert OutgoingMail.objects.filter(template="list_extended", recipient=dara).count() == 1


def test_the_final_list_shows_the_difference_to_what_was_proposed(call, chen, noor, dara):
    first, second, third = many_eligible(call, 3, by=chen, signed_by=noor)
    listed = make_circulated([first, second], by=chen)
    with clock.frozen(listed.closes_at):
        circulation.close_due()
        review.accredit(first, by=noor)
    considered = make_circulated([third], by=chen, closes_at=listed.closes_at + timedelta(days=9))
    with clock.frozen(listed.closes_at):
        final = circulation.final_list(call.forum, by=chen)
    after = listed.closes_at + timedelta(days=1)
    page = words(get(dara, "list_difference", listed.pk, at=after))
    assert "1 name is not on the later list. Organization Country Körper 001 Norway" in page
    assert "1 name is the same" in page
    assert "1 organization is accredited to take part" in words(get(dara, "list", final.pk, at=after))
    page = words(get(dara, "list_difference", final.pk, at=after))
    assert "Körper 001" in page and "Körper 002" not in page
    assert "Nothing to compare yet" in words(get(dara, "list_difference", considered.pk, at=after))


def test_no_list_says_what_will_happen(db, dara):
    assert "No list is under consideration" in words(get(dara, "lists"))
    assert "No requests and no objections" in words(get(dara, "our_requests"))


def test_the_letter_holds_the_list_as_its_annex(listed, dara):
    response = get(dara, "list_letter", listed.pk)
    assert response["Content-Type"] == "application/pdf"
    text = text_of_pdf(body(response))
    assert b"Harbour Lights" in text
    assert b"Kenya" in text
    assert Event.objects.filter(verb="list.letter", actor=dara).count() == 1


def test_downloads_stand_in_the_record_of_the_mission_alone(listed, dara, emil):
    body(get(dara, "list_csv", listed.pk))
    assert "version 1, was downloaded (CSV)" in words(get(dara, "our_requests"))
    assert "was downloaded" not in words(get(emil, "our_requests"))


def test_a_second_forum_is_another_list(listed, call, amina, boris, chen, noor, dara):
    other = make_call(make_forum("OTH26", title="Other Forum"))
    make_circulated([make_eligible(other, boris, by=chen, signed_by=noor, name="Other Body")], by=chen)
    page = words(get(dara, "lists"))
    assert "Test Forum 2026" in page
    assert "Other Forum" in page
    assert ListEntry.objects.count() == 2


def test_the_secretariat_reads_what_states_see_and_does_not_act(listed, chen):
    page = get(chen, "list", listed.pk)
    assert "This page is what Member States see" in words(page)
    key = listed.entries.get().key
    assert post(chen, "list_ask", listed.pk, one=key).status_code == 404
    assert get(chen, "object", listed.pk, key).status_code == 404
    assert make_delegate("x@mission-se.example", "SE").audience == "member_state"


@pytest.mark.parametrize("prefix", ["C", "LP"])
def test_anybody_can_check_a_paper_of_a_list_by_its_code(client, listed, chen, prefix):
    code = code_of(listed, prefix)
    at_close = listed.closes_at
    with clock.frozen(at_close):
        page = client.get(reverse("verify_code", args=[code]))
        forged = client.get(reverse("verify_code", args=[code]), {"f": "0" * 64})
    assert "Valid" in words(page)
    assert "Harbour Lights" not in words(page)
    assert "Does not match" in words(forged)
    with clock.frozen(at_close - timedelta(days=1)):
        circulation.new_version(listed, by=chen)
    with clock.frozen(at_close):
        assert "Replaced" in words(client.get(reverse("verify_code", args=[code])))


def test_a_certificate_is_unknown_before_the_period_ended(client, listed):
    with clock.frozen(AFTER):
        assert client.get(reverse("verify_code", args=[code_of(listed, "C")])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "statements"), [("lists", 4), ("our_requests", 10)])
def test_the_other_lists_cost_the_same_statements_too(
    client, call, chen, noor, dara, emil, django_assert_num_queries, name, statements, count
):
    for application in many_eligible(call, count, by=chen, signed_by=noor):
        listed = make_circulated([application], by=chen)
        with clock.frozen(AFTER):
            objections.ask(listed.entries.get(), "homepage", by=dara)
            objections.object_to(listed.entries.get(), by=dara, on_behalf_of=[emil.member_state])
            objections.object_to(listed.entries.get(), by=emil, on_behalf_of=[dara.member_state])
    client.force_login(dara)
    with clock.frozen(AFTER), django_assert_num_queries(statements):
        assert client.get(reverse(name)).status_code == 200
