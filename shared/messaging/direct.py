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
        self._last: tuple[tuple[int, int, int], Sequence[Recorded[Any]]] = ((-1, 0, 0), ())

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        """Return the facts; several readers that stand at the same place are given the same ones, decoded once."""
        head = self._log.head()
        if after >= head:
            return ()
        asked, found = self._last
        if asked != (after, limit, head):
            found = self._log.follow(after, limit, self._catalogue)
            self._last = ((after, limit, head), found)
        return found

    def head(self) -> int:
        return self._log.head()
