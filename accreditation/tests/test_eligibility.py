import pytest

from accreditation import csonet, eligibility
from accreditation.eligibility import decide


def match(kind="ecosoc", **values):
    return {
        "list_kind": kind, "is_exact": True, "same_country": None, "status": "special", "matched_kind": "current",
    } | values  # fmt: skip


NEAR = match(is_exact=False)
CASES = {
    "on the ECOSOC list": ("ngo", [match()], "ecosoc", ("listed",)),
    "on it under a former name": ("ngo", [match(matched_kind="former")], "ecosoc", ("listed_former",)),
    "on it as a merged body": ("ngo", [match(matched_kind="merged")], "ecosoc", ("listed_merged",)),
    "on the Global Compact list": ("ngo", [match("gcm")], "gcm", ("listed",)),
    "on both": ("ngo", [match("gcm"), match()], "ecosoc", ("listed",)),
    "on the list of institutions": ("other", [match("nhri")], "nhri", ("listed",)),
    "an institution by its type": ("nhri", [], "nhri", ("type_nhri",)),
    "an institution with a near name": ("nhri", [NEAR], "nhri", ("type_nhri",)),
    "only a near name": ("ngo", [NEAR], "special", ("near",)),
    "the same name in another country": ("ngo", [match(same_country=False)], "special", ("other_country",)),
    "a status that has ended": ("ngo", [match(status="Given up")], "special", ("ended",)),
    "accredited to an earlier Forum": ("ngo", [match("forum", status="")], "special", ("earlier_forum",)),
    "nothing": ("local_authority", [], "special", ("nothing_found",)),
}


@pytest.mark.parametrize(("organization_type", "matches", "route", "reasons"), CASES.values(), ids=CASES)
def test_the_route(organization_type, matches, route, reasons):
    decision = decide(organization_type=organization_type, matches=matches)

    assert (decision.route, decision.reasons) == (route, reasons)


# T-A05
def test_a_profile_alone_is_no_status():
    decision = decide(organization_type="ngo", matches=[], has_profile=True)

    assert (decision.route, decision.reasons) == ("special", ("nothing_found", "profile_is_no_status"))


def test_without_a_list_a_person_checks():
    assert decide(organization_type="ngo", matches=[], lists_were_read=False).reasons == ("no_lists",)


def test_a_claim_leads_to_the_route_of_that_list_and_a_dispute_to_the_application():
    decision = eligibility.claimed(NEAR)

    assert (decision.route, decision.reasons) == ("ecosoc", ("claimed",))
    assert eligibility.claimed(match(status="given up")).route == "special"


SITE = "esango.un.org/civilsociety"
ADDRESSES = {
    "a profile": (f"https://{SITE}/showProfileDetail.do?method=showProfileDetails&profileCode=641", "profile"),
    "a profile without scheme": (f"{SITE}/consultativeStatusSummary.do?profileCode=1331", "profile"),
    "a search": (f"http://{SITE}/displayConsultativeStatusSearch.do?method=search&sessionCheck=false", "search"),
    "an advanced search": (f"https://{SITE}/displayAdvancedSearch.do", "search"),
    "the sign-in page": (f"https://{SITE}/login.do", "other_page"),
    "a number that is none": (f"https://{SITE}/showProfileDetail.do?profileCode=abc", "other_page"),
    "another site": ("https://ecosoc-profile.example/10417?profileCode=1", "other_site"),
    "a lookalike host": ("https://esango.un.org.example/x?profileCode=1", "other_site"),
    "a script": ("javascript:alert(1)", "other_site"),
    "a broken address": ("http://[esango.un.org/", "other_site"),
}


@pytest.mark.parametrize(("address", "kind"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_is_told_apart(address, kind):
    assert csonet.read(address).kind == kind


def test_nothing_pasted_is_no_address():
    assert csonet.read("  ") is None
