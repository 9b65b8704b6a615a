"""What importing a long reference list takes: seconds of each step, and by how much the process grows.

``python -m bench.reference_list`` from the root of the project measures 1,000, 10,000 and 100,000 organizations with
former names, each in a process and a database (SQLite) of its own. Ends with 1 when the memory grows above its bar.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date

from .run import python

SIZES, BAR_MB = (1_000, 10_000, 100_000), 60
HEADER = "organization,status,status_year,country,acronym,former_names"


def file_of(count):
    """An invented list: names of four words, one former name on average."""
    chance = random.Random(2026)
    words = ["".join([*chance.sample("bdklmnrst", 1), vowel, *chance.sample("lmnrst", 1)]) for vowel in "aeiou" * 60]
    lines = [HEADER]
    for number in range(count):
        former = "|".join(f"{' '.join(chance.sample(words, 3)).title()} (1999)" for _name in range(number % 3))
        lines.append(f"{' '.join(chance.sample(words, 4)).title()} {number},Special,2001,Kenya,,{former}")
    return "\n".join(lines).encode()


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(count):
    from accreditation import reference_files, reference_import

    content = file_of(count)
    before, about = memory(), {"kind": "ecosoc", "as_of": date(2026, 1, 1)}
    steps = {
        "check": lambda _reading: reference_files.read(content),
        "preview": lambda reading: reference_import.difference(reading.rows, kind="ecosoc"),
        "keep": lambda reading: reference_import.keep(reading.rows, title="Bench", by=None, **about),
        "preview again": lambda reading: reference_import.difference(reading.rows, kind="ecosoc"),
    }
    reading, taken = None, []
    for name, step in steps.items():
        begun = time.perf_counter()
        found = step(reading)
        reading = reading or found
        taken.append(f"{name} {time.perf_counter() - begun:.1f} s")
    grown = memory() - before
    print(f"{count:,} organizations, {len(content) / 1e6:.1f} MB: {', '.join(taken)}; memory grew by {grown:.0f} MB")
    return grown


def main():
    if len(sys.argv) > 1:
        import django

        django.setup()
        return 0 if measure(int(sys.argv[1])) <= BAR_MB else 1
    missed = False
    for count in SIZES:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
            python("manage.py", "migrate", "-v0", folder=folder)
            try:
                print(python("-m", "bench.reference_list", str(count), folder=folder), end="")
            except subprocess.CalledProcessError as failed:
                print(failed.stdout, end="")
                missed = True
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
