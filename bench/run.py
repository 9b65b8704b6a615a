"""The portal beside a bare Django application, on the same tables in one run: prints the table of ``docs/quality.md``.

``python -m bench.run`` from the root of the project; ``python -m bench.run 500 5000 50000`` for other sizes. Each size
has a SQLite database of its own, thrown away at the end. Ends with 1 when a figure is above its bar.
"""

import json
import os
import subprocess
import sys
import tempfile

SIZES = (500, 5000)
FILL = """
import django; django.setup()
from bench import world
from imrf_portal.users import User
world.make({size})
User.objects.bulk_create(User(email=f"journey{{n}}@bench.example", name="J", password="!") for n in range(40))
"""


def python(*arguments, folder, settings="bench.portal_settings"):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "S3_BUCKET"}}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": settings,
        "DATA_DIR": folder,
        "PORTAL_ENV_FILE": "",
        "LOG_LEVEL": "ERROR",
    }
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
    "list": ("staff list, CPU per row", 2, 50),
    "one": ("one application for staff, CPU", 3, 1),
    "journey": ("a whole application, CPU", 2, 1),
    "export": ("a row exported, CPU", 3, 1),
}
"""What is measured: its words, its bar as a multiple of the floor, and by what a page's time is divided."""
STATEMENTS = {"public": 4, "list": 10, "one": 15, "journey": 40, "export": 10}
GROWTH, FIRST_BYTE, MEMORY, ROUTE = 30, 1, 1.7, 30
WEIGHT = {"public": (50, 6), "step": (60, 8)}


class Table:
    def __init__(self):
        self.lines, self.above = [], 0

    def row(self, what, portal, floor, measured, bar, within):
        self.above += not within
        mark = "" if within else " **above**"
        self.lines.append(f"| {what} | {portal} | {floor} | {measured}{mark} | {bar} |")


def table(results):
    """The lines of the table, from ``{size: (portal, floor)}``."""
    drawn = Table()
    for size, (portal, floor) in results.items():
        for name, (words, bar, divisor) in TIMES.items():
            ours, bare = (side[name]["cpu"] / divisor for side in (portal, floor))
            drawn.row(
                f"{words}, {size:,}",
                f"{ours:.3g} ms",
                f"{bare:.3g} ms",
                f"{ours / bare:.1f} x",
                f"{bar} x",
                ours / bare <= bar,
            )
        ours, bare = portal["memory"], floor["memory"]
        drawn.row(
            f"memory of a worker, {size:,}",
            f"{ours:.0f} MB",
            f"{bare:.0f} MB",
            f"{ours / bare:.1f} x",
            f"{MEMORY} x",
            ours / bare <= MEMORY,
        )
        growth, first = portal["export"]["growth"], portal["export"]["first_byte"]
        drawn.row(
            f"memory grown by an export, {size:,}",
            f"{growth:.0f} MB",
            "",
            f"{growth:.0f} MB",
            f"{GROWTH} MB",
            growth <= GROWTH,
        )
        drawn.row(
            f"first byte of an export, {size:,}",
            f"{first:.2f} s",
            "",
            f"{first:.2f} s",
            f"{FIRST_BYTE} s",
            first <= FIRST_BYTE,
        )
    largest, (portal, floor) = list(results.items())[-1]
    smallest = next(iter(results.values()))[0]
    for name, bar in STATEMENTS.items():
        ours = portal[name]["statements"]
        drawn.row(f"SQL statements: {name}", ours, floor[name]["statements"], ours, bar, ours <= bar)
    for name in ("public", "list", "one"):
        few, many = smallest[name]["rows"], portal[name]["rows"]
        drawn.row(
            f"rows read: {name}", f"{few} -> {many}", floor[name]["rows"], f"{many - few:+}", "equal", many == few
        )
    for name, (kilobytes, requests) in WEIGHT.items():
        size, count = portal["weight"][name]
        drawn.row(
            f"first visit: {name}",
            f"{size:.0f} kB / {count}",
            "",
            f"{size:.0f} kB / {count}",
            f"{kilobytes} kB / {requests}",
            size <= kilobytes and count <= requests,
        )
    ms = portal["route_finder"]["ms"]
    drawn.row("route finder, one name", f"{ms:.0f} ms", "", f"{ms:.0f} ms", f"{ROUTE} ms", ms <= ROUTE)
    return drawn


def main(sizes):
    drawn = table({size: figures(size) for size in sizes})
    print("| what | portal | floor | measured | bar |\n| --- | --: | --: | --: | --: |")
    print("\n".join(drawn.lines))
    return 1 if drawn.above else 0


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or SIZES))
