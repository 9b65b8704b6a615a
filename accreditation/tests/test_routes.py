import re
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from accreditation import reference_files, reference_import, references, routes_views
from accreditation.models import Application, RouteVerdict
from accreditation.tests.cast import CLOSES, DURING, make_call, make_forum
from accreditation.tests.test_reference_import import HEADER, TWO
from imrf_portal import clock
from imrf_portal.forum import ForumRoute

pytestmark = pytest.mark.django_db
PROFILE = "https://esango.un.org/civilsociety/showProfileDetail.do?profileCode=641"
SEARCH = "https://esango.un.org/civilsociety/displayAdvancedSearch.do?method=search"


@pytest.fixture(autouse=True)
def forgotten_counts():
    cache.clear()


@pytest.fixture
def call():
    return make_call()


def keep(text=TWO, kind="ecosoc", as_of=date(2025, 12, 31)):
    rows = reference_files.read(text.encode()).rows
    return reference_import.keep(rows, kind=kind, title=f"The {kind} list", as_of=as_of, by=None)[0]


def ask(client, call, name, country="MT", organization_type="ngo", **more):
    answers = {"name": name, "country": country, "type": organization_type, **more}
    with clock.frozen(DURING):
        return client.post(reverse("route_finder", args=[call.forum.slug]), answers)


def verdict_page(client, call, name, **more):
    response = ask(client, call, name, **more)
    assert response.status_code == 302
    with clock.frozen(DURING):
        return client.get(response.url).content.decode()


def text_of(page):
    return " ".join(page.split())


def test_the_question_is_public_and_shows_when_the_call_closes(client, call):
    with clock.frozen(DURING):
        page = client.get(reverse("route_finder", args=[call.forum.slug]), {"name": "Open Door"})

    assert page.status_code == 200
    assert 'value="Open Door"' in page.content.decode()
    assert "Fri 27 Mar 2026, 17:00" in text_of(page.content.decode())


# T-A03
def test_an_ecosoc_organization_is_told_not_to_apply(client, call):
    keep()

    page = text_of(verdict_page(client, call, "notional maritime welfare international"))

    assert "You do not need to apply" in page
    assert "<strong>special consultative status, since 2009</strong>" in page
    assert "The ecosoc list, as of 31 December 2025" in page
    assert "Please do not send an application." in page


# T-A03
def test_this_is_not_us_goes_on_and_is_flagged(client, call):
    keep()
    url = ask(client, call, "Notional Maritime Welfare International").url

    with clock.frozen(DURING):
        response = client.post(f"{url}not-us/", {"note": "We are a branch."})
        page = text_of(client.get(response.url).content.decode())

    verdict = RouteVerdict.objects.get()
    assert (verdict.route, verdict.is_disputed, verdict.disputed_at, verdict.dispute_note) == (
        "ecosoc",
        True,
        DURING,
        "We are a branch.",
    )
    assert verdict.needs_staff
    assert "You need to apply" in page
    assert "We are a branch." in page


# T-A04
@pytest.mark.parametrize(
    ("typed", "country", "today"),
    [
        ("Notional Sea-farers Relief Assn", "MT", "Notional Maritime Welfare International"),
        ("Shore Fund", "KE", "Sample Coastal Workers Forum"),
    ],
)
def test_a_former_name_or_a_merged_body_shows_both_names(client, call, typed, country, today):
    keep()

    page = text_of(verdict_page(client, call, typed, country=country))

    assert "You do not need to apply" in page
    assert f"<strong><bdi>{today}</bdi></strong>" in page
    assert RouteVerdict.objects.get().evidence["matches"][0]["name"] == today
    assert "until 20" in page


# T-A05
def test_a_search_address_is_explained_and_what_was_typed_is_kept(client, call):
    response = ask(client, call, "Open Door", csonet_url=SEARCH)

    page = text_of(response.content.decode())
    assert response.status_code == 422
    assert "This is the address of a search, not of a profile." in page
    assert "profileCode=1234" in page
    assert 'value="Open Door"' in page
    assert RouteVerdict.objects.count() == 0


# T-A05
def test_a_profile_alone_is_not_taken_as_status(client, call):
    keep()

    page = text_of(verdict_page(client, call, "Blue Whale Trust", csonet_url=PROFILE))

    assert "You need to apply" in page
    assert "A profile in CSOnet alone is not consultative status." in page
    assert "Number 641." in page


# T-A06
def test_a_national_human_rights_institution_has_its_own_route(client, call):
    ForumRoute.objects.create(
        forum=call.forum,
        route="nhri",
        registers_here=False,
        office="OHCHR, National Institutions",
        office_url="https://ohchr.example/nhri",
        words="Write to OHCHR before 1 May.",
    )

    page = text_of(verdict_page(client, call, "Human Rights Commission", organization_type="nhri"))

    assert "You have a route of your own" in page
    assert "Write to OHCHR before 1 May." in page
    assert 'href="https://ohchr.example/nhri"' in page
    assert "Start your application" not in page


def test_an_organization_of_the_global_compact_list_need_not_apply(client, call):
    keep(HEADER + "Open Door,,,,,\n", kind="gcm")

    assert "You do not need to apply" in verdict_page(client, call, "OPEN DOOR")


def test_a_near_name_is_shown_with_the_difference_and_refuses_nobody(client, call):
    keep()

    page = text_of(verdict_page(client, call, "Sample Coastal Migrants Forum", country="KE"))

    assert "You need to apply" in page
    assert '<bdi>Sample Coastal <mark class="ga-diff">Workers</mark> Forum</bdi>' in page
    assert "One word" in page


def test_the_result_leads_to_the_form_with_what_was_typed(client, call, amina):
    url = ask(client, call, "Notional Orchard Union", organization_type="diaspora").url
    with clock.frozen(DURING):
        page = client.get(url).content.decode()
        start = re.search(r'href="([^"]+)">Start your application<', page)[1]
        client.force_login(amina)
        assert "Notional Orchard Union" in client.get(start).content.decode()
        client.post(start)

    application = Application.objects.get(name="Notional Orchard Union")
    assert application.country_id == "MT"
    assert application.type == "diaspora"


def test_a_name_of_another_country_is_near_only(client, call):
    keep()

    page = text_of(verdict_page(client, call, "Sample Coastal Workers Forum", country="NO"))

    assert "You need to apply" in page
    assert "The same name is on a list, but for another country." in page


def test_this_is_us_makes_a_new_verdict_for_staff_to_confirm(client, call):
    keep()
    first = ask(client, call, "Sample Coastal Migrants Forum", country="KE").url

    with clock.frozen(DURING):
        second = client.post(f"{first}us/0/").url
        page = text_of(client.get(second).content.decode())

    claimed = RouteVerdict.objects.get(claimed_entry__isnull=False)
    assert second == claimed.get_absolute_url() != first
    assert (claimed.route, claimed.claimed_entry.name) == ("ecosoc", "Sample Coastal Workers Forum")
    assert "A person of the Secretariat compares the names" in page


def test_a_place_that_is_not_there_claims_nothing(client, call):
    url = ask(client, call, "Open Door").url

    assert client.post(f"{url}us/7/").url == url
    assert RouteVerdict.objects.count() == 1


# T-S20
def test_a_verdict_stays_with_the_version_it_was_made_from(client, call):
    old = keep()
    url = ask(client, call, "Notional Maritime Welfare International").url
    new = keep(HEADER + "Open Door,,,,,\n", as_of=date(2026, 1, 31))

    page = text_of(client.get(url).content.decode())
    again = ask(client, call, "Notional Maritime Welfare International").url

    assert old.short_version in page
    assert "You do not need to apply" in page
    assert [list(RouteVerdict.objects.get(key=u.split("/")[-2]).lists.all()) for u in (url, again)] == [[old], [new]]


REFUSED = {
    "no name": {"name": " "},
    "no letters": {"name": "…!"},
    "no country": {"country": "ZZ"},
    "a type": {"type": "x"},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_incomplete_questions_are_answered_at_the_field(client, call, wrong):
    response = client.post(
        reverse("route_finder", args=[call.forum.slug]),
        {"name": "Open Door", "country": "MT", "type": "ngo", **wrong},
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)


# T-A48
def test_a_name_with_markup_is_shown_as_typed(client, call):
    page = verdict_page(client, call, "<b>{{ Open }}</b> Door")

    assert "&lt;b&gt;{{ Open }}&lt;/b&gt; Door" in page
    assert "<b>{{" not in page


def test_questions_from_one_network_are_limited(client, call, monkeypatch):
    monkeypatch.setattr(routes_views, "MOST_ANSWERS", 2)
    statuses = [ask(client, call, "Open Door").status_code for _attempt in range(3)]

    assert statuses == [302, 302, 429]


def test_what_is_not_there_is_not_found(client, call):
    hidden = make_forum("HID26", is_published=False)
    url = ask(client, call, "Open Door").url

    assert client.get(reverse("route_finder", args=[hidden.slug])).status_code == 404
    assert client.get(url.replace(call.forum.slug, hidden.slug)).status_code == 404
    assert client.get(reverse("route_verdict", args=[call.forum.slug, "V-2222-2222-A"])).status_code == 404
    assert client.get(f"{url}not-us/").status_code == 405


def test_after_the_close_the_finder_still_answers_and_says_so(client, call):
    with clock.frozen(CLOSES):
        response = client.post(
            reverse("route_finder", args=[call.forum.slug]), {"name": "Open Door", "country": "MT", "type": "ngo"}
        )

        page = text_of(client.get(response.url).content.decode())

    assert "closed on Friday 27 March 2026, 17:00 New York (EDT)." in page
    assert "You can apply now." not in page


def test_looking_up_takes_the_same_statements_whatever_the_size(client, call, django_assert_num_queries):
    keep()
    references.find_matches("Open Door", country="MT")

    with django_assert_num_queries(2):
        references.find_matches("Sample Coastal Workers Forum", country="MT")


def test_pages_take_few_statements(client, call, django_assert_num_queries):
    keep()
    url = ask(client, call, "Notional Maritime Welfare International").url

    with django_assert_num_queries(3):
        client.get(reverse("route_finder", args=[call.forum.slug]))
    with django_assert_num_queries(5):
        client.get(url)
