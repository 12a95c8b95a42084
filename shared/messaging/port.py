"""How a service reads another's public facts: one port, so that the same consumer runs on every transport."""

from collections.abc import Sequence
from typing import Any, Protocol

from shared.kernel import Recorded


class Source(Protocol):
    """The public facts of one owner, at least once, in order within a case."""

    name: str

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        """Return facts with position > after, ascending, at most `limit`."""

    def head(self) -> int:
        """Return the position of the owner's newest fact (public or not)."""
