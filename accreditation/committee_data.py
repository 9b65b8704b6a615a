"""The list of organizations recommended for consultative status that ships with the portal (see the data's README).

Made of the decisions of the Committee on NGOs and the name changes and mergers that it took note of. It is a stand-in
until the secretariat imports the official list.
"""

import csv
from datetime import date
from pathlib import Path

from . import names
from .reference_files import OtherName, Row

FOLDER = Path(__file__).parent / "data"
AS_OF = date(2024, 6, 14)
TITLE = "Organizations in consultative status with ECOSOC (from reports of the Committee on NGOs, 1998 to 2024)"
SOURCE = "https://github.com/christophsteinert/ECOSOC_Status@ec62da1 (MIT), compiled from the Committee’s reports"
GIVEN_UP = "given up"


class _Body:
    """An organization while its names are being put together."""

    def __init__(self, name):
        self.name, self.status, self.year, self.note, self.others = name, "", None, "", {}

    def also(self, kind, name, year=None):
        if name != self.name:
            self.others.setdefault(name, OtherName(kind, name, year))

    def row(self):
        others = tuple(other for other in self.others.values() if other.name != self.name)
        return Row(self.name, self.status, self.year, "", self.note, others)


def rows():
    """The rows of the list, in the order of their names."""
    bodies = {}
    for decision in sorted(_read("ecosoc_ngo_committee_decisions.csv"), key=lambda line: line["report_date"]):
        _decided(bodies, decision)
    for change in sorted(_read("ecosoc_name_changes_and_mergers.csv"), key=lambda line: line["report_date"]):
        _renamed(bodies, change)
    distinct = {id(body): body for body in bodies.values()}.values()
    return sorted((body.row() for body in distinct), key=lambda row: (names.key(row.name), row.name))


def _read(file):
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _decided(bodies, line):
    name = names.clean(line["organization"])
    body = bodies.setdefault(names.key(name), _Body(name))
    body.also("spelling", name)
    reported = date.fromisoformat(line["report_date"])
    if line["decision"] == "granted":
        body.status, body.year = "", None
        body.note = f"Recommended for consultative status in the report of {reported:%-d %B %Y}"
    else:
        body.status, body.year = GIVEN_UP, reported.year
        body.note = f"Given up at its own request, report of {reported:%-d %B %Y}"


def _renamed(bodies, line):
    old_name = names.without_status_remark(names.clean(line["old_name"]))
    new_name = names.clean(line["new_name"])
    year = date.fromisoformat(line["report_date"]).year
    old = bodies.get(names.key(old_name))
    new = bodies.get(names.key(new_name))
    kind = "merged" if line["kind"] == "merger" else "former"
    body = new or (old if kind == "former" else None) or _Body(new_name)
    if old is not None and old is not body:
        for other in old.others.values():
            body.also(other.kind, other.name, other.year)
        body.note = body.note or old.note
    body.also(kind, old_name, year)
    body.name = new_name if new is None else body.name
    if line["status"]:
        body.status = line["status"]
        body.year = int(line["status_year"]) if line["status_year"] else None
    bodies[names.key(old_name)] = bodies[names.key(new_name)] = body
    for key in [key for key, known in bodies.items() if known is old]:
        bodies[key] = body
