"""The direct transport: reads the neighbour's notification log in the same process (the embedded default)."""

from collections.abc import Sequence
from typing import Any

from shared.contracts import public_facts
from shared.eventstore import Catalogue, Log
from shared.kernel import Recorded


class DirectSource:
    """A neighbour's log, seen through the contract: only public facts, only their public fields."""

    def __init__(self, log: Log) -> None:
        self.name = log.name
        self._log = log
        self._catalogue = Catalogue(public_facts(log.name))

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return self._log.follow(after, limit, self._catalogue)

    def head(self) -> int:
        return self._log.head()
