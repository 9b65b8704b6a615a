"""The page that checks a paper: one address for all codes, each answered by the app that gave it."""

import pytest
from django.urls import reverse

from imrf_portal import codes, verification
from imrf_portal.verification import Verdict

CODE = codes.with_check_letter("X-7KQ4-M2XW")


@pytest.fixture
def specimen(monkeypatch):
    asked = []

    def find(code, fingerprint, day):
        asked.append((code, fingerprint, day and day.isoformat()))
        return Verdict("valid", kind="Specimen paper", rows=[("Initials", "A. O.")]) if code == CODE else None

    monkeypatch.setattr(verification, "_finders", {"X": find})
    return asked


def test_a_code_is_answered_by_the_one_who_gave_it(client, db, specimen):
    page = client.get(reverse("verify_code", args=[CODE]), {"f": "AB12", "day": "2026-05-01"})
    assert page.status_code == 200
    assert 'data-state="valid"' in page.text
    assert "Specimen paper" in page.text
    assert specimen == [(CODE, "ab12", "2026-05-01")]


def test_a_code_typed_carelessly_leads_to_its_own_address(client, db, specimen):
    page = client.get(reverse("verify"), {"code": f" {CODE.lower().replace('-', ' ')} "})
    assert page.url == reverse("verify_code", args=[CODE])


def test_the_day_on_the_paper_is_typed_with_its_month_in_letters(client, db, specimen):
    """As on every page; what cannot be read is said, and not left out of the check."""
    asked = client.get(reverse("verify"), {"code": CODE, "day": "1 May 2026"})
    assert asked.url == f"{reverse('verify_code', args=[CODE])}?day=2026-05-01"
    assert "Specimen paper" in client.get(asked.url).text
    unclear = client.get(reverse("verify"), {"code": CODE, "day": "03/04/2026"})
    assert unclear.status_code == 422
    assert 'href="#id_day"' in unclear.text
    assert 'value="03/04/2026"' in unclear.text
    assert CODE in unclear.text
    assert "Specimen paper" not in unclear.text
    assert client.get(reverse("verify"), {"code": CODE, "day": ""}).url == reverse("verify_code", args=[CODE])


def test_a_code_nobody_gave_is_not_known(client, db, specimen):
    page = client.get(reverse("verify_code", args=["Y-2222-3333-A"]))
    assert page.status_code == 404
    assert "We do not know this code" in page.text


def test_initials_tell_no_name():
    assert verification.initials("Representative One") == "R. O."
    assert verification.initials("Suharto") == "S."
    assert verification.initials("“” --") == "–"
