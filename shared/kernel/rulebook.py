"""What `qingfeng rules` shows: each rule that is enforced, its source in words, and where."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One rule of the rule book and the functions that enforce it.

    source: mark and article as domain.md gives them, e.g. `[P] national 意见 2020`.
    """

    id: str
    source: str
    zh: str
    en: str
    enforced_by: tuple[Callable[..., Any], ...]

    def places(self) -> list[str]:
        """Return `file:line function` of each place, relative to the project."""
        return [_place(function) for function in self.enforced_by]


def _place(function: Callable[..., Any]) -> str:
    plain = inspect.unwrap(function)
    root = Path(__file__).parents[2]
    file = Path(inspect.getsourcefile(plain) or "").resolve()
    return f"{file.relative_to(root)}:{inspect.getsourcelines(plain)[1]} {plain.__qualname__}"
