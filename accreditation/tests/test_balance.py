"""The balance of a list: everyone is counted, and the totals add up."""

from collections import Counter

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accreditation import balance, circulation
from accreditation.models import Application
from imrf_portal import clock
from imrf_portal.country_data import rows
from imrf_portal.geography import Country
from imrf_portal.tests.clients import PortalClient

from .cast import AFTER, make_eligible, make_person

COUNTRIES = {row["iso2"]: Country(**row) for row in rows()}


def one(country="KE", kind="ngo", women_led=""):
    return Application(country=COUNTRIES.get(country), type=kind, women_led=women_led)


def counted(table, column=0):
    return {row.label: row.counts[column][0] for row in table.rows}


@pytest.fixture(autouse=True)
def _shares(monkeypatch):
    states = Counter(c.regional_group for c in COUNTRIES.values() if c.kind == Country.Kind.MEMBER_STATE)
    monkeypatch.setattr(
        balance, "member_state_shares", lambda: {g: balance.share(n, sum(states.values())) for g, n in states.items()}
    )


# T-S28
def test_countries_without_a_group_have_their_own_heading_by_name():
    pool = [one("KE"), one("PS"), one("VA"), one("AS"), one("AS"), one(None)]
    table = balance.by_group([("Pool", pool)])
    shown = {label: number for label, number in counted(table).items() if number}
    assert shown == {
        "African States": 1,
        "Without a regional group": 4,
        "Holy See (Observer State)": 1,
        "State of Palestine (Observer State)": 1,
        "American Samoa (Other country or area)": 2,
        "No country given": 1,
    }
    assert [row.label for row in table.rows if row.level == 1] == [
        "Holy See (Observer State)",
        "State of Palestine (Observer State)",
        "American Samoa (Other country or area)",
    ]


# T-S28
@given(
    st.lists(
        st.builds(
            one,
            st.sampled_from([*COUNTRIES, None]),
            st.sampled_from(["ngo", "youth", "migrant", ""]),
            st.sampled_from(["yes", "no", ""]),
        ),
        max_size=40,
    )
)
def test_the_totals_of_every_table_add_up(pool):
    saved, what_if = pool[::2], pool[::3]
    for table in balance.tables(what_if, pool, saved=saved):
        assert table.totals == [len(what_if), len(saved), len(pool)]
        if table.key != "situation":
            for column, total in enumerate(table.totals):
                assert sum(row.counts[column][0] for row in table.rows if row.level == 0) == total
                parts = sum(row.counts[column][0] for row in table.rows if row.level == 1)
                assert parts == counted(table, column).get("Without a regional group", 0)


def test_a_country_in_two_situations_is_counted_in_both_and_the_table_says_so():
    table = balance.by_situation([("Pool", [one("AF"), one("KE"), one("AS"), one(None)])])
    assert counted(table) == {
        "Least developed countries": 1,
        "Landlocked developing countries": 1,
        "Small island developing States": 1,
        "None of these": 2,
    }
    assert table.note == "A country can be in two of these groups."


def test_not_answered_is_shown_even_when_all_answered():
    table = balance.by_leadership([("Pool", [one(women_led="yes"), one(women_led="no"), one(women_led="yes")])])
    assert counted(table) == {"Women-led": 2, "Not women-led": 1, "Not answered": 0}
    assert [row.counts[0][1] for row in table.rows] == [67, 33, 0]


def test_regions_are_those_of_m49():
    assert counted(balance.by_region([("Pool", [one("KE"), one("PS"), one("AQ")])])) == {
        "Africa": 1,
        "Asia": 1,
        "In no region": 1,
    }


def test_an_empty_list_has_a_balance():
    assert [table.totals for table in balance.tables([], [])] == [[0, 0]] * 5


# T-S28
def test_the_list_builder_shows_pool_draft_and_what_if(call, chen, noor):
    desk = PortalClient()
    desk.force_login(chen)
    pool = [
        make_eligible(
            call,
            make_person(f"one@{country}.example"),
            by=chen,
            signed_by=noor,
            name=f"Body {country}",
            country=country,
        )
        for country in ("KE", "PS", "AS")
    ]
    with clock.frozen(AFTER):
        listed = circulation.compile_list(call.forum, pool[:1], by=chen)
        address = reverse("admin:accreditation_stakeholderlist_change", args=[listed.pk])
        answer = desk.post(address, {"step": "balance", "add": [pool[1].pk]})
    tables = {table.key: table for table in answer.context["balance"]}
    assert [table.totals for table in tables.values()] == [[2, 1, 3]] * 5
    assert counted(tables["group"], 2)["Without a regional group"] == 2
    assert "State of Palestine (Observer State)" in answer.content.decode()
    assert listed.entries.count() == 1
