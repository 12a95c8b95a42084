"""The text of the house: no clock but the two that are passed in, no printing, no module named after nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, SERVICES, sources, tree_of

NAMES_OF_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"})
NOW = frozenset({"now", "utcnow", "today", "time"})
CLOCKS = frozenset({"datetime", "date", "time"})
ENTRY_POINTS = frozenset(
    {
        "shared/kernel/clock.py",
        "services/main.py",
        "services/serve.py",
        "services/house.py",
        "services/simulation/play.py",
        *(f"services/{service}/worker.py" for service in SERVICES),
    }
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def reads_a_clock(function: str) -> bool:
    head, _, last = function.rpartition(".")
    return last in NOW and head.rpartition(".")[2] in CLOCKS


def test_only_the_clock_and_the_entry_points_know_what_time_it_is() -> None:
    faults = [
        f"{name_of(path)}:{line} {function}"
        for path in sources()
        if name_of(path) not in ENTRY_POINTS
        for line, function in calls(path)
        if reads_a_clock(function)
    ]

    assert faults == []


def test_nothing_is_printed() -> None:
    faults = [
        f"{name_of(path)}:{line}"
        for path in sources()
        if name_of(path) != "services/main.py"
        for line, function in calls(path)
        if function in {"print", "pprint"}
    ]

    assert faults == []


def test_no_module_is_named_after_nothing() -> None:
    assert [name_of(path) for path in sources() if path.stem in NAMES_OF_NOTHING] == []
    assert [name_of(path) for path in sources() if path.parent.name in NAMES_OF_NOTHING] == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("part", ["api", "bootstrap", "reactions", "domain", "domain.errors", "domain.rulebook"])
def test_a_service_has_the_same_parts_as_the_others(service: str, part: str) -> None:
    place = ROOT / "services" / service / part.replace(".", "/")

    assert place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def test_every_module_says_what_it_is() -> None:
    assert [name_of(path) for path in sources() if tree_of(path).body and not ast.get_docstring(tree_of(path))] == []


def test_every_folder_of_modules_is_a_package() -> None:
    assert [name_of(path) for path in sources() if not (path.parent / "__init__.py").exists()] == []
