"""A desk of the simulated office: one answer for each kind of task, each choice a pure function of seed, case, step."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.caseview import OpenTask
from shared.kernel import Actor, Role
from shared.security import directory

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """Choices for one case and step; asked again, also in another process, they are the same."""

    seed: int
    case_id: str
    step: str

    def among(self, options: Sequence[T], what: str = "") -> T:
        """Return one of the options, evenly."""
        return options[self._number(what) % len(options)]

    def percent(self, what: str = "") -> int:
        """Return 0 to 99, evenly."""
        return self._number(what) % 100

    def person(self, body: str, role: Role, what: str = "") -> Actor:
        """Return a person of the body in the role."""
        return directory.person(body, role, self._number(what or role) % directory.HEADCOUNT_ELSE + 1)

    def two(self, body: str, role: Role) -> tuple[str, str]:
        """Return the ids of two different persons of the body in the role."""
        first = self._number("two") % directory.HEADCOUNT_ELSE + 1
        return directory.person(body, role, first).person_id, directory.person(body, role, first + 1).person_id

    def _number(self, what: str) -> int:
        content = f"{self.seed}|{self.case_id}|{self.step}|{what}"
        return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest())


@dataclass(frozen=True)
class Answer:
    """What a person of the office sends: who, which command (URL segment), and its body as JSON."""

    actor: Actor
    segment: str
    body: Mapping[str, Any]


Desk = Callable[[OpenTask, Mapping[str, Any], Choice], Answer | None]
