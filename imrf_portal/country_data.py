"""Reads the countries and areas that ship with the portal (``data/countries.csv``) into their table."""

import csv
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "countries.csv"
KINDS = {"Member State": "member_state", "Observer State": "observer_state", "other": "other"}
GROUPS = {
    "": "",
    "African": "african",
    "Asia-Pacific": "asia_pacific",
    "Eastern European": "eastern_european",
    "GRULAC": "latin_american",
    "WEOG": "western_european",
}
AS_THEY_ARE = (
    "iso2", "iso3", "m49", "name_en", "common_name_en", "name_fr", "name_es", "name_ar", "name_zh",
    "name_ru", "m49_region", "m49_subregion",
)  # fmt: skip


def rows():
    """The values of the table's columns, one dict per country or area."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: row[name] for name in AS_THEY_ARE} | {
                "kind": KINDS[row["kind"]],
                "regional_group": GROUPS[row["regional_group"]],
                "is_ldc": row["ldc"] == "yes",
                "is_lldc": row["lldc"] == "yes",
                "is_sids": row["sids"] == "yes",
            }


def load(model):
    """Bring the table of ``model`` (Country, or its historical twin) up to the file; return how many rows there are.

    Running it again changes nothing. A country that left the file stays: others may point to it.
    """
    countries = [model(**row) for row in rows()]
    columns = [name for name in next(rows()) if name != "iso2"]
    model.objects.bulk_create(countries, update_conflicts=True, unique_fields=["iso2"], update_fields=columns)
    return len(countries)
