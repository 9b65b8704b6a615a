"""Writes docs/scenarios.md (from the tests) and docs/workflow.md (from the tables); ``--check`` only compares."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accreditation.workflow import MACHINE

DOCS = settings.BASE_DIR / "docs"
SCENARIO = re.compile(r"T-[ASMR]\d\d")
TEST = re.compile(r"\s*(?:async )?def (test_\w+)")


def tests_by_scenario(folder):
    """``{scenario: [path::test]}`` from the comments that stand directly above a test or its decorators."""
    held = {}
    for path in sorted(folder.glob("*/tests/**/test_*.py")):
        pending = set()
        for line in path.read_text(encoding="utf-8").splitlines():
            stripped = line.strip()
            if stripped.startswith("#"):
                pending |= set(SCENARIO.findall(stripped))
            elif found := TEST.match(line):
                for scenario in pending:
                    held.setdefault(scenario, []).append(f"{path.relative_to(folder)}::{found[1]}")
                pending = set()
            elif not stripped:
                pending = set()
    return held


def scenarios_page():
    held = tests_by_scenario(settings.BASE_DIR)
    wanted = dict(line.split(" ", 1) for line in (DOCS / "scenarios.txt").read_text(encoding="utf-8").splitlines())
    unknown = set(held) - set(wanted)
    if unknown:
        raise CommandError(f"Tests name scenarios that docs/scenarios.txt does not: {', '.join(sorted(unknown))}")
    lines = [
        "# Acceptance scenarios",
        "",
        "Written by `manage.py write_docs` from `docs/scenarios.txt` and the comments above the tests.",
        f"{len(held)} of {len(wanted)} are named by a test.",
        "",
        "| scenario | what happens | held by |",
        "| --- | --- | --- |",
    ]
    for scenario, sentence in wanted.items():
        tests = "<br>".join(f"`{test}`" for test in held.get(scenario, [])) or "not yet"
        lines.append(f"| {scenario} | {sentence} | {tests} |")
    return "\n".join(lines) + "\n"


def workflow_page():
    lines = [
        "# The workflow of an application",
        "",
        "Written by `manage.py write_docs` from the table in `accreditation/workflow.py`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
    ]
    rows = []
    for verb, rule in MACHINE.transitions.items():
        for source in rule.source:
            lines.append(f"    {source.value} --> {rule.target.value}: {verb}")
        sources = ", ".join(source.value for source in rule.source)
        capability = rule.capability.value if rule.capability else ""
        window = "while the call is open" if rule.window else ""
        rows.append(f"| {verb} | {sources} | {rule.target.value} | {rule.who.value} | {capability} | {window} |")
    lines += ["```", "", "| verb | from | to | who | capability | window |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join(lines + rows) + "\n"


class Command(BaseCommand):
    help = "Writes the pages of docs/ that come from the code."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="fail when a page is not as it would be written")

    def handle(self, *, check, **options):
        for name, page in {"scenarios.md": scenarios_page(), "workflow.md": workflow_page()}.items():
            path = Path(DOCS / name)
            if not check:
                path.write_text(page, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != page:
                raise CommandError(f"docs/{name} is not up to date: run manage.py write_docs.")
