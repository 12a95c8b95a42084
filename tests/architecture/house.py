"""What the house consists of, found by looking: modules, classes, models, facts of the five services."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from shared.contracts import public_facts
from shared.contracts.agency import AGENCY_FACTS
from shared.kernel import Fact

ROOT = Path(__file__).parents[2]
SERVICES = ("clarification", "revisit", "tolerance", "reporting", "exchange")
AGENCY_TYPES = frozenset(fact.fact_name for fact in AGENCY_FACTS)
T = TypeVar("T")


@cache
def modules_of(package_name: str) -> tuple[ModuleType, ...]:
    """Import a package with everything in it."""
    package = importlib.import_module(package_name)
    names = [module.name for module in pkgutil.walk_packages(package.__path__, f"{package_name}.")]
    return package, *(importlib.import_module(name) for name in names)


def classes_of(package_name: str, base: type[T]) -> list[type[T]]:
    """Return the classes derived from `base` that are written in the package, each once, by name."""
    found = {
        member
        for module in modules_of(package_name)
        for member in vars(module).values()
        if inspect.isclass(member) and member.__module__ == module.__name__
        if issubclass(member, base) and member is not base
    }
    return sorted(found, key=lambda member: f"{member.__module__}.{member.__qualname__}")


def sources() -> Iterator[Path]:
    """Yield the source files of services and shared."""
    for folder in ("services", "shared"):
        yield from sorted((ROOT / folder).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def recorded_facts(service: str) -> list[type[Fact]]:
    """Return every class under which a service records facts: its own and those it takes from its contract."""
    own = [fact for fact in classes_of(f"services.{service}", Fact) if fact.fact_name]
    named = {fact.fact_name for fact in own}
    return own + [fact for fact in public_facts(service) if fact.fact_name not in named]


def fields_of(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and annotation of each field of a model, those of models inside it too."""
    for name, field in model.model_fields.items():
        yield name, field.annotation
        for inner in _models_in(field.annotation):
            yield from fields_of(inner)


def _models_in(annotation: Any) -> Iterator[Any]:
    if inspect.isclass(annotation) and hasattr(annotation, "model_fields"):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)
