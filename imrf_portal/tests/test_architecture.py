"""The shape of the code, read from its syntax trees: what imports what, who reads the clock, how long a file is."""

import ast
from functools import cache

import pytest
from django.conf import settings

APPS = {"accreditation", "sessions_app", "registration"}
MAY_IMPORT = {
    "imrf_portal": set(),
    "accreditation": set(),
    "sessions_app": set(),
    "registration": {"accreditation", "sessions_app"},
}
COMPOSITION_ROOT = {"imrf_portal.urls", "imrf_portal.settings", "imrf_portal.celery", "imrf_portal.settings_test"}
DOORS = ("views", "admin", "tasks", "exports", "letters", "forms", "urls", "management")
ENTRANCES = (*DOORS, "apps", "checks", "middleware", "desk")
"""Modules that may open a door of their own app: other doors, and what Django loads by name."""
LONGEST = 500
CLOCK_READERS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}


@cache
def modules():
    """Every module of the product and its tests by dotted name."""
    found = {}
    for package in ("imrf_portal", *sorted(APPS)):
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            dotted = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            found[dotted.removesuffix(".__init__")] = path
    return found


@cache
def tree(name):
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def is_package(name):
    return modules()[name].name == "__init__.py"


def product():
    return [name for name in modules() if not {"tests", "migrations"} & set(name.split("."))]


def imports_of(name):
    """Dotted names that a module imports, anywhere in it; ``from x import y`` counts as ``x`` and as ``x.y``."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = name.split(".")
                kept = parts[: len(parts) - node.level + is_package(name)]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def door(name):
    """The door a module belongs to, as (app, door), or None."""
    app, _dot, rest = name.partition(".")
    part = rest.split(".")[0]
    return (app, part) if _opens(part, DOORS) else None


def _opens(part, names):
    """``applicant_views`` and ``views_public`` are views too."""
    return any(word in names for word in (part, *part.split("_")))


def test_there_is_something_to_read():
    assert len(product()) > 20
    assert "imrf_portal.clock" in set(imports_of("imrf_portal.middleware"))


def test_dependencies_point_one_way():
    wrong = [
        f"{name} imports {imported}"
        for name in product()
        if name not in COMPOSITION_ROOT and ".management" not in name
        for imported in imports_of(name)
        if (app := imported.split(".")[0]) in APPS and app != name.split(".")[0]
        if app not in MAY_IMPORT[name.split(".")[0]]
    ]

    assert wrong == []


def test_nobody_imports_a_door():
    wrong = []
    for name in product():
        parts = name.split(".")
        if name in COMPOSITION_ROOT or any(_opens(part, ENTRANCES) for part in parts[1:]):
            continue
        for imported in imports_of(name):
            opened = imported in modules() and door(imported)
            if opened and not _lazily_in_a_function(name, imported):
                wrong.append(f"{name} imports {imported}")

    assert wrong == []


def _lazily_in_a_function(name, imported):
    """A verb may name its own app's task when it hints the worker, inside the function that does so."""
    app = name.split(".")[0]
    if not imported.startswith(f"{app}.tasks"):
        return False
    outside = [node for node in tree(name).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return not any("tasks" in ast.unparse(node) for node in outside)


def test_an_app_opens_only_its_own_doors():
    wrong = [
        f"{name} imports {imported}"
        for name in product()
        if name not in COMPOSITION_ROOT
        for imported in set(imports_of(name))
        if imported in modules() and (opened := door(imported))
        if opened[0] not in {name.split(".")[0], "imrf_portal"}
    ]

    assert wrong == []


def clock_readings(name):
    for node in ast.walk(tree(name)):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        word = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        if (word, node.attr) in CLOCK_READERS:
            yield f"{name}:{node.lineno} {word}.{node.attr}"


def test_only_the_clock_reads_the_clock():
    assert list(clock_readings("imrf_portal.clock")) != []
    assert [line for name in product() if name != "imrf_portal.clock" for line in clock_readings(name)] == []


def test_no_field_stamps_itself():
    wrong = [
        f"{name}:{node.value.lineno}"
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}
    ]

    assert wrong == []


@pytest.mark.parametrize("hidden", ["save", "delete"])
def test_no_model_hides_work_in_saving_or_deleting(hidden):
    wrong = [
        f"{name}.{node.name}"
        for name in product()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ClassDef)
        if any("models.Model" in ast.unparse(base) for base in node.bases)
        if any(isinstance(part, ast.FunctionDef) and part.name == hidden for part in node.body)
    ]

    assert wrong == []


def test_nobody_listens_to_signals_of_django():
    wrong = [
        f"{name} imports {imported}"
        for name in product()
        for imported in imports_of(name)
        if imported.startswith(("django.db.models.signals", "django.dispatch"))
    ]

    assert wrong == []


def test_every_file_is_read_in_one_sitting():
    lengths = {name: len(modules()[name].read_text(encoding="utf-8").splitlines()) for name in product()}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.xdist_group("kept together")
def test_tests_of_one_group_stay_in_one_process(request):
    """What a walk found is kept by the process that walked; where groups are not kept, every walk is made again."""
    if request.config.getoption("loadgroup", False):
        assert request.node.nodeid.endswith("@kept together")
