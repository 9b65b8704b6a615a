from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accreditation import reference_import, tasks
from accreditation.models import ReferenceFile, ReferenceList, RouteVerdict
from accreditation.tests.cast import make_forum, make_officer, make_person
from accreditation.tests.mission_browser import words
from accreditation.tests.test_reference_import import HEADER, TWO
from imrf_portal import clock, health
from imrf_portal.audit import Event
from imrf_portal.geography import Country

pytestmark = pytest.mark.django_db
PROGRESS = "admin:accreditation_referencelist_progress"
IMPORT = "admin:accreditation_referencelist_import"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {"kind": "ecosoc", "title": "The ECOSOC list", "as_of": "2025-12-31", "source": "the branch"}


@pytest.fixture
def administrator(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "second_factor" not in name]
    person = make_officer("chen@portal.example", "Administrator")
    client.force_login(person)
    return person


def send(client, text, **more):
    file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    return client.post(reverse(IMPORT), {**ABOUT, "file": file, **more})


def confirm(client, preview, **more):
    return client.post(reverse(IMPORT), {**ABOUT, "kept": preview.context["preview"]["token"], "confirm": "1", **more})


def test_a_preview_shows_the_difference_and_keeps_nothing(client, administrator):
    page = send(client, TWO)

    assert page.status_code == 200
    assert [(label, count) for label, count, _names in page.context["preview"]["groups"]] == [
        ("Added", 2),
        ("Removed", 0),
        ("Changed", 0),
    ]
    assert ReferenceList.objects.count() == 0


def test_the_confirmation_keeps_what_was_shown(client, administrator):
    response = confirm(client, send(client, TWO))

    kept = ReferenceList.objects.get()
    assert response.url == reverse(PROGRESS, args=[kept.pk])
    assert (kept.imported_by, kept.entry_count, kept.source, kept.is_current) == (administrator, 2, "the branch", True)
    assert Event.objects.get(verb="referencelist.import").actor == administrator
    assert "2 of 2 rows written" in words(client.get(response.url))


@pytest.fixture
def long_list(monkeypatch):
    """Lists of two are long: the worker writes them, one row at a time."""
    monkeypatch.setattr(reference_import, "AT_ONCE", 1)
    monkeypatch.setattr(reference_import, "BATCH", 1)


# T-S19
def test_the_rows_of_a_long_list_are_written_by_the_worker_who_goes_on_where_it_was_cut_off(
    client, administrator, long_list
):
    at = NOW
    with clock.frozen(at):
        health.record_beat()
        address = confirm(client, send(client, TWO)).url
        kept = ReferenceList.objects.get()
        assert "Waiting for the worker" in words(client.get(address))
        assert client.post(address, follow=True).status_code == 200  # the worker is there: nothing is done twice
        assert (kept.entries.count(), kept.is_complete) == (0, False)
        assert reference_import.carry_on(kept, at_most=1).written_count == 1
        shown = words(client.get(address))
        assert "1 of 2 rows written" in shown
        assert "Being written" in shown
        assert "reference lists 0 s" in client.get("/readyz").content.decode()

    at += reference_import.PATIENCE
    with clock.frozen(at):
        health.record_beat()
        assert "Cut off" in words(client.get(address))
        tasks.write_reference_lists()
        done = words(client.get(address))
        tasks.write_reference_list(kept.pk)

    kept.refresh_from_db()
    assert (kept.is_complete, kept.is_current, kept.entries.count()) == (True, True, 2)
    assert "2 of 2 rows written" in done
    assert "This version is in use." in done
    assert not ReferenceFile.objects.exists()
    assert Event.objects.get(verb="referencelist.import").actor == administrator


# T-S19
def test_without_a_worker_the_page_says_so_and_an_officer_goes_on_there(client, administrator, long_list):
    address = confirm(client, send(client, TWO)).url
    kept = ReferenceList.objects.get()
    assert "The worker does not answer" in words(client.get(address))

    client.post(address)
    assert kept.entries.count() == 1
    client.post(address)
    assert "All rows are written already." in words(client.post(address, follow=True))

    kept.refresh_from_db()
    assert (kept.is_complete, kept.entries.count()) == (True, 2)


def test_who_does_not_configure_only_looks_on(client, administrator, long_list):
    address = confirm(client, send(client, TWO)).url
    client.force_login(make_officer("noor@portal.example", "Coordinator"))

    assert "Go on here" not in words(client.get(address))
    assert client.post(address).status_code == 403
    assert ReferenceList.objects.get().written_count == 0


def test_a_version_whose_file_is_gone_says_to_import_the_file_again(client, administrator, long_list):
    address = confirm(client, send(client, TWO)).url
    ReferenceFile.objects.all().delete()

    assert "Import the same file again" in words(client.get(address))
    assert "Import the same file again" in words(client.post(address, follow=True))
    confirm(client, send(client, TWO))
    client.post(address)
    client.post(address)
    assert ReferenceList.objects.get().is_complete


# T-S21
def test_the_same_file_again_says_that_nothing_would_change(client, administrator):
    confirm(client, send(client, TWO))

    page = send(client, TWO)
    confirm(client, page)

    assert "which was imported before" in page.content.decode()
    assert ReferenceList.objects.count() == 1


# T-S19
def test_a_missing_column_is_named_at_the_file(client, administrator):
    page = send(client, TWO.replace("acronym", "short"))

    assert page.status_code == 422
    assert page.context["form"].errors["file"] == ["The column “acronym” is missing. Nothing was imported."]


def test_names_that_look_like_dates_wait_for_a_person(client, administrator):
    preview = send(client, HEADER + "28-Jun,,,,,\n")

    refused = confirm(client, preview)
    assert list(refused.context["form"].errors) == ["names_are_right"]
    assert refused.context["preview"]["date_like"] == [(2, "28-Jun")]
    assert ReferenceList.objects.count() == 0

    confirm(client, preview, names_are_right="on")
    assert ReferenceList.objects.get().entries.get().name == "28-Jun"


def test_a_file_that_waited_too_long_is_asked_for_again(client, administrator):
    response = client.post(reverse(IMPORT), {**ABOUT, "kept": "gone", "confirm": "1"})

    assert list(response.context["form"].errors) == ["file"]


def test_only_who_configures_may_import(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "second_factor" not in name]
    client.force_login(make_officer("noor@portal.example", "Coordinator"))

    assert client.get(reverse(IMPORT)).status_code == 403
    assert client.get(reverse("admin:accreditation_referencelist_changelist")).status_code == 200

    client.force_login(make_person("amina@harbour-lights.example"))
    assert client.get(reverse("admin:accreditation_referencelist_changelist")).status_code in {302, 403}


def test_staff_read_lists_entries_and_flagged_verdicts(client, administrator):
    confirm(client, send(client, TWO))
    verdict = RouteVerdict.objects.create(
        forum=make_forum(), name="Open Door", country=Country.objects.get(pk="MT"), type="ngo", route="special"
    )

    for model, subject in {
        "referencelist": ReferenceList.objects.get(),
        "referenceentry": ReferenceList.objects.get().entries.first(),
        "routeverdict": verdict,
    }.items():
        assert client.get(reverse(f"admin:accreditation_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:accreditation_{model}_change", args=[subject.pk])).status_code == 200
        assert client.get(reverse(f"admin:accreditation_{model}_delete", args=[subject.pk])).status_code == 403
    flagged = client.get(reverse("admin:accreditation_routeverdict_changelist"), {"compare": "not_us"})
    assert "Open Door" not in flagged.content.decode()
