"""The direct transport: reads the neighbour's notification log in the same process (the embedded default)."""

from collections.abc import Sequence
from typing import Any

from shared.contracts import public_facts
from shared.eventstore import Catalogue, Log
from shared.kernel import Fact, Recorded


class DirectSource:
    """A neighbour's log, seen through a contract (its owner's by default): only public facts and public fields."""

    def __init__(self, log: Log, facts: Sequence[type[Fact]] | None = None) -> None:
        self.name = log.name
        self._log = log
        self._catalogue = Catalogue(public_facts(log.name) if facts is None else facts)

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self._log.follow(after, limit, self._catalogue)

    def head(self) -> int:
        return self._log.head()
