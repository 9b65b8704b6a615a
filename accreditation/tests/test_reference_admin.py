import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accreditation.models import ReferenceList, RouteVerdict
from accreditation.tests.cast import make_forum, make_officer, make_person
from accreditation.tests.test_reference_import import HEADER, TWO
from imrf_portal.audit import Event
from imrf_portal.geography import Country

pytestmark = pytest.mark.django_db
IMPORT = "admin:accreditation_referencelist_import"
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
    assert response.url == reverse("admin:accreditation_referencelist_change", args=[kept.pk])
    assert (kept.imported_by, kept.entry_count, kept.source, kept.is_current) == (administrator, 2, "the branch", True)
    assert Event.objects.get(verb="referencelist.import").actor == administrator


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
