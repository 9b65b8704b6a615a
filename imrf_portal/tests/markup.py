"""Asks the Nu HTML checker, as the World Wide Web Consortium serves it, what is wrong with pages."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKER = Path(sys.prefix, "nu/vnu.jar")
"""Where ``.ci/tools`` puts the checker: beside the packages of the suite."""
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")
"""What a Java that lives for some seconds is spared: half its time went into making itself faster later."""


def errors(pages):
    """The errors of markup in ``pages`` (``{path: HTML bytes}``), each as path, message and the place in the source."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (path, content) in enumerate(pages.items()):
            file = Path(folder, f"{number}.html")
            file.write_bytes(content)
            paths[f"file:{file}"] = path
        said = subprocess.run(
            ["java", *SHORT_LIVED, "-jar", CHECKER, "--format", "json", "--errors-only", "--exit-zero-always", folder],
            capture_output=True, text=True, check=True, timeout=120,
        ).stderr  # fmt: skip
    return sorted(
        {
            f"{paths.get(message['url'], message['url'])}: {message['message']} ({message.get('extract', '').strip()})"
            for message in json.loads(said)["messages"]
        }
    )
