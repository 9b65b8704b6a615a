"""The portal beside a bare Django application, on the same tables in one run: prints the table of ``docs/quality.md``.

``python -m bench.run`` from the root of the project measures 500 and 5,000 applications; ``python -m bench.run 500 5000
50000`` other sizes (an application has two documents and 20 events). Each size
has a SQLite database of its own, thrown away at the end. Ends with 1 when a figure is above its bar.
"""

import json
import os
import subprocess
import sys
import tempfile

SIZES = (500, 5000)
ELSEWHERE = {"DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "S3_BUCKET", "CLAMD_ADDRESS"}
FILL = """
import django; django.setup()
from bench import world
from imrf_portal.users import User
world.make({size})
User.objects.bulk_create(User(email=f"journey{{n}}@bench.example", name="J", password="!") for n in range(40))
"""


def python(*arguments, folder, settings="bench.portal_settings"):
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environment = kept | {"DJANGO_SETTINGS_MODULE": settings, "DATA_DIR": folder, "PORTAL_ENV_FILE": ""}
    run = subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return run.stdout


def figures(size):
    """The figures of both sides on one database of ``size`` applications."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        python("manage.py", "migrate", "-v0", folder=folder)
        python("manage.py", "load_reference_lists", folder=folder)
        python("-c", FILL.format(size=size), folder=folder)
        floor = python("-m", "bench.measure", "floor", folder=folder, settings="bench.floor.settings")
        portal = python("-m", "bench.measure", "portal", folder=folder)
    return json.loads(portal.splitlines()[-1]), json.loads(floor.splitlines()[-1])


TIMES = {
    "public": ("public page, CPU per request", 3, 1),
    "list": ("staff list in the admin, CPU per row", 3, 50),
    "one": ("one application for staff, CPU", 3, 1),
    "journey": ("a whole application, CPU", 2, 1),
    "export": ("a row exported, CPU", 3, 1),
}
"""What is measured: its words, its bar as a multiple of the floor, and by what a page's time is divided."""
STATEMENTS = {"public": 4, "list": 10, "one": 15, "journey": 40, "export": 10}
DESK = {"dashboard": 15, "work queue": 10, "queue, last page": 10, "search": 10}
"""Pages that are measured without a floor, and the statements they may take."""
GROWTH, FIRST_BYTE, MEMORY, ROUTE = 30, 1, 1.7, 30
WEIGHT = {"public": (50, 6), "step": (60, 8)}


class Table:
    """Rows of ``what, portal, floor, measured, bar``; ``above`` counts those that miss their bar."""

    def __init__(self):
        self.lines, self.above = [], 0

    def row(self, what, portal, floor, measured, bar, within):
        self.above += not within
        mark = "" if within else " **above**"
        self.lines.append(f"| {what} | {portal} | {floor} | {measured}{mark} | {bar} |")

    def ratio(self, what, portal, floor, bar, unit):
        self.row(
            what,
            f"{portal:.3g} {unit}",
            f"{floor:.3g} {unit}",
            f"{portal / floor:.1f} x",
            f"{bar} x",
            portal / floor <= bar,
        )

    def limit(self, what, value, bar, unit, floor=""):
        self.row(what, f"{value:.3g} {unit}", floor, f"{value:.3g} {unit}", f"{bar} {unit}", value <= bar)


def table(results):
    """The table of ``{size: (portal, floor)}``, the largest size last."""
    drawn = Table()
    for size, (portal, floor) in results.items():
        for name, (words, bar, divisor) in TIMES.items():
            ours, bare = (side[name]["cpu"] / divisor for side in (portal, floor))
            drawn.ratio(f"{words}, {size:,}", ours, bare, bar, "ms")
        drawn.ratio(f"memory of a worker, {size:,}", portal["memory"], floor["memory"], MEMORY, "MB")
        drawn.limit(f"memory grown by an export, {size:,}", portal["export"]["growth"], GROWTH, "MB")
        drawn.limit(f"first byte of an export, {size:,}", portal["export"]["first_byte"], FIRST_BYTE, "s")
        for name in DESK:
            drawn.lines.append(f"| {name}, CPU, {size:,} | {portal[name]['cpu']:.3g} ms | | | |")
    few = next(iter(results.values()))[0]
    many, floor = list(results.values())[-1]
    for name, bar in STATEMENTS.items():
        drawn.limit(f"SQL statements: {name}", many[name]["statements"], bar, "", floor[name]["statements"])
    for name, bar in DESK.items():
        drawn.limit(f"SQL statements: {name}", many[name]["statements"], bar, "")
    for name in ("public", "list", "one", *DESK):
        read = few[name]["rows"], many[name]["rows"]
        drawn.row(
            f"rows read: {name}",
            f"{read[0]} -> {read[1]}",
            floor.get(name, {}).get("rows", ""),
            f"{read[1] - read[0]:+}",
            "equal",
            read[0] == read[1],
        )
    for name, bar in WEIGHT.items():
        weight, requests = many["weight"][name]
        within = weight <= bar[0] and requests <= bar[1]
        drawn.row(
            f"first visit: {name}",
            f"{weight:.0f} kB / {requests}",
            "",
            f"{weight:.0f} kB / {requests}",
            f"{bar[0]} kB / {bar[1]}",
            within,
        )
    drawn.limit("route finder, one name", many["route_finder"]["ms"], ROUTE, "ms")
    return drawn


def main(sizes):
    drawn = table({size: figures(size) for size in sizes})
    print("| what | portal | floor | measured | bar |\n| --- | --: | --: | --: | --: |")
    print("\n".join(drawn.lines))
    return 1 if drawn.above else 0


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or SIZES))
