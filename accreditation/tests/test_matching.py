from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accreditation import committee_data, matching, names
from accreditation.matching import Index, Listed, likeness, rank


@cache
def real_rows():
    return committee_data.rows()


@cache
def real_index():
    listed = [Listed(place, row.name) for place, row in enumerate(real_rows())]
    listed += [
        Listed(place, other.name, other.kind, other.year)
        for place, row in enumerate(real_rows())
        for other in row.others
    ]
    return Index(listed)


def small(*given_names):
    return Index(Listed(place, name) for place, name in enumerate(given_names))


def found(name, index, **options):
    return [(match.listed.name, match.is_exact) for match in rank(name, index, **options)]


@given(st.integers(min_value=0, max_value=6000), st.sampled_from([str, str.upper, str.lower, lambda t: f" {t}. "]))
def test_every_real_name_is_found_however_written(place, written):
    row = real_rows()[place]

    best = rank(written(row.name), real_index())[0]

    assert (best.is_exact, best.score) == (True, 100)
    named = [real_rows()[best.listed.entry].name, *(other.name for other in real_rows()[best.listed.entry].others)]
    assert names.long_key(row.name) in {names.long_key(name) for name in named}


@given(st.text(max_size=120))
def test_only_equal_keys_score_a_hundred(name):
    for match in rank(name, real_index()):
        assert match.is_exact == (match.score == 100)
        keys = {names.compact(names.key(match.listed.name)), names.compact(names.long_key(match.listed.name))}
        assert match.is_exact == (names.compact(names.key(name)) in keys)
        assert matching.NEAR <= match.score <= 100


def test_the_organization_called_28_jun_is_found():
    assert found("28. Jun", real_index())[0] == ("28. Jun", True)


def test_a_former_name_finds_the_entry():
    match = rank("international lesbian & gay association", real_index())[0]

    assert (match.is_exact, match.listed.kind, match.listed.year) == (True, "former", 2024)
    assert real_rows()[match.listed.entry].name == "ILGA World"


def test_a_merged_body_finds_the_entry():
    match = rank("Stiftung Brot fur Alle", real_index())[0]

    assert (match.is_exact, match.listed.kind) == (True, "merged")


def test_one_entry_is_shown_once_by_its_best_name():
    index = Index([Listed(1, "Harbour Lights"), Listed(1, "Harbor Light", "former"), Listed(2, "Harbour Nights")])

    assert found("Harbour Lights", index) == [("Harbour Lights", True), ("Harbour Nights", False)]


def test_an_acronym_is_never_proof():
    index = Index(
        [Listed(1, "World Federation of Sailors (WFS)"), Listed(2, "Women for Sudan"), Listed(2, "WFS", "acronym")]
    )

    matches = rank("WFS", index)

    assert {match.is_exact for match in matches} == {False}
    assert {match.listed.entry for match in matches} == {1, 2}
    assert matches[0].differences == ("same_acronym",)


def test_a_name_that_is_a_part_of_another_is_near_and_unrelated_names_are_not():
    index = small("Sample Coastal Migrants Network of the Eastern Mediterranean Sea", "Network of Bakers", "The Sea")

    assert found("Sample Coastal Migrants", index) == [
        ("Sample Coastal Migrants Network of the Eastern Mediterranean Sea", False)
    ]


def test_words_in_another_order_are_near():
    assert found("Rights of Migrants Forum", small("Forum of Migrants Rights"))[0][1] is False


def test_the_limit_is_kept():
    assert len(rank("Association of Women", real_index(), limit=3)) == 3


@pytest.mark.parametrize("name", ["", "   ", "\u200b"])
def test_nothing_finds_nothing(name):
    assert rank(name, real_index()) == []


def test_an_empty_list_finds_nothing():
    assert rank("Harbour Lights", Index([])) == []


HARBOUR = {
    "name": "Harbour Lights Association",
    "country": "MT",
    "homepage": "https://www.harbour-lights.example/en/",
    "phone": "+356 2123 4567",
    "file_hashes": ["aa"],
}
OTHERS = {
    "the same but for spelling": ({"name": "HARBOR LIGHTS ASSN.", "country": "MT"}, True),
    "a former name": ({"name": "New Shore", "former_names": ["Harbour Lights Association"]}, True),
    "the same file": ({"name": "Blue Whale", "file_hashes": ["aa"]}, True),
    "homepage and telephone": (
        {"name": "Blue Whale", "homepage": "harbour-lights.example", "phone": "02123 4567"},
        True,
    ),
    "only the country": ({"name": "Blue Whale", "country": "MT"}, False),
    "nothing": ({"name": "Blue Whale"}, False),
    "nothing at all": ({}, False),
}


# T-A38
@pytest.mark.parametrize(("other", "worth"), OTHERS.values(), ids=OTHERS)
def test_two_applications_of_one_organization_are_worth_a_look(other, worth):
    assert likeness(HARBOUR, other).is_worth_a_look is worth


def test_likeness_says_each_reason():
    alike = likeness(HARBOUR, HARBOUR)

    assert alike.score == 100
    assert [str(reason) for _points, reason in alike.reasons] == [
        "The same name, however written",
        "The same homepage",
        "The same telephone number",
        "The same file was sent",
        "The same country",
    ]


def test_a_page_on_a_shared_host_is_somebodys_only_with_its_path():
    assert matching.homepage_identity("https://m.facebook.com/HarbourLights/") == "facebook.com/harbourlights"
    assert matching.homepage_identity("https://facebook.com/") == ""


sides = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Harbour Lights", "Harbor Light", "Blue Whale", ""]),
        "former_names": st.lists(st.sampled_from(["Harbour Lights", "Old Whale"]), max_size=2),
        "country": st.sampled_from(["MT", "KE", ""]),
        "homepage": st.sampled_from(["a.example", "https://www.a.example/x", "facebook.com/a", ""]),
        "phone": st.text(alphabet="0123456789+ ()", max_size=16),
        "file_hashes": st.lists(st.sampled_from(["aa", "bb"]), max_size=2),
    },
)


@given(sides, sides)
def test_likeness_is_the_same_both_ways_and_within_bounds(a, b):
    assert likeness(a, b) == likeness(b, a)
    assert 0 <= likeness(a, b).score <= 100
