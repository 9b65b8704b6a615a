import pytest
from django.core.management import call_command

from imrf_portal import country_data
from imrf_portal.geography import Country

pytestmark = pytest.mark.django_db


def test_the_migration_loads_every_country_and_area():
    kinds = {kind: Country.objects.filter(kind=kind).count() for kind in Country.Kind.values}

    assert kinds == {"member_state": 193, "observer_state": 2, "other": 54}


def test_every_member_state_has_its_regional_group():
    groups = {group: Country.objects.filter(regional_group=group).count() for group in Country.RegionalGroup.values}

    assert groups == {
        "african": 54,
        "asia_pacific": 54,
        "eastern_european": 23,
        "latin_american": 33,
        "western_european": 29,
    }


def test_loading_again_repairs_a_row_and_adds_none():
    Country.objects.filter(pk="CI").update(name_fr="wrong", is_ldc=True)

    call_command("load_countries")

    assert Country.objects.count() == 249
    ivory_coast = Country.objects.get(pk="CI")
    assert (ivory_coast.name_fr, ivory_coast.is_ldc) == ("Côte d’Ivoire", False)


def test_a_country_that_left_the_file_stays():
    Country.objects.create(iso2="XX", iso3="XXX", m49="999", kind="other", name_en="Former area")

    assert country_data.load(Country) == 249
    assert Country.objects.filter(pk="XX").exists()
