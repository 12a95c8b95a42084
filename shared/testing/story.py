"""Domain stories: what was given, what somebody wants, what follows; or which refusal."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.kernel import Actor, Command, Context, Fact, Model, Refusal, Workdays


def plain_seal(owner: str, text: str) -> str:
    """Stand in for encryption: readable in a test's expectation."""
    return f"sealed({owner},{text})"


@dataclass(frozen=True)
class Story:
    """One case of a model: `story.given(opened).when(command, by=actor, on=day).then(proposed)`, or `.refused(Why)`."""

    model: Model[Any]
    case_id: str
    policy: Any
    workdays: Workdays
    facts: tuple[Fact, ...] = ()
    result: tuple[Fact, ...] | Refusal = ()

    def given(self, *facts: Fact) -> "Story":
        return replace(self, facts=(*self.facts, *facts))

    @property
    def state(self) -> Any:
        state = self.model.initial(self.case_id)
        for fact in self.facts:
            state = self.model.evolve(state, fact)
        return state

    def when(self, command: Command, *, by: Actor, on: date) -> "Story":
        """Decide on the command; its facts become given, so that stories can go on."""
        context = Context(on, by, self.policy, self.workdays, plain_seal)
        try:
            result = tuple(self.model.decide(self.state, command, context))
        except Refusal as refusal:
            return replace(self, result=refusal)
        return replace(self, result=result, facts=(*self.facts, *result))

    def then(self, *facts: Fact | type[Fact]) -> "Story":
        """Assert that exactly these facts followed; a class stands for any fact of it."""
        assert not isinstance(self.result, Refusal), f"refused: {self.result!r}"
        for expected, actual in itertools.zip_longest(facts, self.result):
            matches = isinstance(actual, expected) if isinstance(expected, type) else actual == expected
            assert matches, f"expected {expected!r}, got {actual!r}"
        return self

    def refused(self, reason: type[Refusal]) -> "Story":
        """Assert the refusal, and that it can be read in both languages with what would make it pass."""
        assert isinstance(self.result, reason), f"expected {reason.__name__}, got {self.result!r}"
        texts: Sequence[str] = [
            part for lang in ("zh", "en") for part in (self.result.text(lang), self.result.fix(lang))
        ]
        assert all(texts), self.result
        assert self.result.rule, self.result
        assert self.result.source, self.result
        return self
