"""The races of the suite in many rounds: ``python -m bench.races`` (SQLite), or on PostgreSQL

``python -m imrf_portal.tests.services python -m bench.races``. Two hundred rounds of what must survive, a hundred of
fifty people for the last seat, and a hundred of all doors of registration at once.
"""

import os
import subprocess
import sys

ROUNDS = {
    "imrf_portal/tests/test_survival_races.py": "200",
    "registration/tests/test_races.py": "100",
    "registration/tests/test_races_by_page.py": "100",
}

if __name__ == "__main__":
    failed = 0
    for path, rounds in ROUNDS.items():
        command = [sys.executable, "-m", "pytest", path, "-q", "-n0", "-o", "timeout=3600", *sys.argv[1:]]
        failed |= subprocess.run(command, env=os.environ | {"RACE_ROUNDS": rounds}, check=False).returncode
    sys.exit(failed)
