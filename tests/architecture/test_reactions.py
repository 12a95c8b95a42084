"""No reaction decides: what follows from a fact or a deadline by itself only records, opens, notes or reminds.

Source: domain.md section 8, no. 12.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shared.kernel import Command
from tests.architecture.house import SERVICES, classes_of, modules_of, tree_of

RECORDING = ("Record", "Open", "Note", "Remind", "Pass", "Cancel")


def reaction_modules(service: str) -> list[ModuleType]:
    name = f"services.{service}.reactions"
    return [module for module in modules_of(f"services.{service}") if module.__name__.startswith(name)]


def commands_named_in(module: ModuleType) -> Iterator[type[Command]]:
    """Yield each command class that the module's text names, by itself or as a member of a module."""
    for node in ast.walk(tree_of(Path(inspect.getfile(module)))):
        if isinstance(node, ast.Name | ast.Attribute):
            found = _resolved(node, module)
            if inspect.isclass(found) and issubclass(found, Command) and found is not Command:
                yield found


def _resolved(node: ast.expr, module: ModuleType) -> Any:
    match node:
        case ast.Name(id=name):
            return vars(module).get(name)
        case ast.Attribute(value=value, attr=attr):
            inner = _resolved(value, module)
            return getattr(inner, attr, None) if isinstance(inner, ModuleType) else None
    return None


@pytest.mark.parametrize("service", SERVICES)
def test_a_reaction_names_no_command_that_a_person_decides_with(service: str) -> None:
    named = {command for module in reaction_modules(service) for command in commands_named_in(module)}

    assert named, "the service's reactions name no command: this test would see nothing"
    assert [command.__name__ for command in named if command.roles] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_command_without_roles_is_named_for_recording_opening_or_reminding(service: str) -> None:
    of_the_system = [command for command in classes_of(f"services.{service}", Command) if not command.roles]

    assert [
        command.__name__
        for command in of_the_system
        if not command.__name__.startswith(RECORDING) and not command.__subclasses__()
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_command_of_a_person_has_a_segment_for_its_url(service: str) -> None:
    of_people = [command for command in classes_of(f"services.{service}", Command) if command.roles]

    assert [command.__name__ for command in of_people if not _is_segment(command.name)] == []


def _is_segment(name: str) -> bool:
    return bool(name) and name.replace("-", "").isalpha() and name == name.lower()


@pytest.mark.parametrize("service", SERVICES)
def test_a_reaction_acts_as_the_system_and_never_as_a_person(service: str) -> None:
    for module in reaction_modules(service):
        for node in ast.walk(tree_of(Path(inspect.getfile(module)))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Actor", f"{module.__name__}:{node.lineno}"
            if isinstance(node, ast.ImportFrom | ast.Import):
                assert "directory" not in ast.unparse(node), f"{module.__name__}:{node.lineno}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_one_table_of_reactions(service: str) -> None:
    reactions = importlib.import_module(f"services.{service}.reactions").REACTIONS

    assert reactions
    assert all(fact.fact_name and callable(reaction) for fact, reaction in reactions.items())
