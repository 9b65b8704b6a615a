"""The races of the suite in two hundred rounds each: ``python -m bench.races`` (SQLite), or on PostgreSQL

``python -m imrf_portal.tests.services python -m bench.races``.
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["RACE_ROUNDS"] = "200"
    sys.exit(pytest.main(["imrf_portal/tests/test_survival_races.py", "-q", "-o", "timeout=3600", *sys.argv[1:]]))
