"""How long one name takes against 10,000 organizations with their former names (bar: 30 ms).

Run from the root of the project: ``python bench/matching.py``. Ends with 1 when the 95th percentile is above the bar.
"""

import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imrf_portal.settings")

import django

django.setup()

from accreditation import committee_data, matching, names  # noqa: E402

ORGANIZATIONS, QUESTIONS, BAR_MS = 10_000, 500, 30


def listed(rows, chance):
    """The real names, and invented ones of the same words until there are enough organizations."""
    for place, row in enumerate(rows):
        yield matching.Listed(place, row.name)
        for other in row.others:
            yield matching.Listed(place, other.name, other.kind, other.year)
    words = [word for row in rows for word in row.name.split()]
    for place in range(len(rows), ORGANIZATIONS):
        yield matching.Listed(place, " ".join(chance.sample(words, chance.randint(2, 9))))


def asked(rows, chance):
    """Names as people type them: a real one, with a word changed or in capitals."""
    for row in chance.sample(rows, QUESTIONS):
        words = row.name.split()
        words[chance.randrange(len(words))] = chance.choice(["Network", "of", "Migrants", "Assn"])
        yield chance.choice([row.name.upper(), " ".join(words), f"{row.name} Inc."])


def main():
    chance, rows = random.Random(2026), committee_data.rows()
    begun = time.perf_counter()
    index = matching.Index(listed(rows, chance))
    print(f"index of {len(index)} names: {(time.perf_counter() - begun) * 1000:.0f} ms, once per version and process")
    taken = []
    for name in asked(rows, chance):
        names.key.cache_clear()
        begun = time.perf_counter()
        matching.rank(name, index)
        taken.append((time.perf_counter() - begun) * 1000)
    middle, high = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"one name: median {middle:.1f} ms, 95 % under {high:.1f} ms, longest {max(taken):.1f} ms (bar {BAR_MS} ms)")
    return 0 if high <= BAR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
