"""How a service reads another's public facts: one port, so that the same consumer runs on every transport."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from shared.eventstore import StoreUnavailable
from shared.kernel import Recorded

Letter = tuple[Recorded[Any], str, str]
"""A fact on its way to the dead letters: the fact, the reason, a detail."""


class TransportUnavailable(StoreUnavailable):
    """The broker did not answer: a transient fault, to be retried, never dead-lettered."""


class Source(Protocol):
    """The public facts of one owner, at least once, in order within a case.

    name: under which the position is kept; where it changes while reading, what was read is another log than before.
    A fact that cannot be read is handed on as `Unreadable`.
    """

    @property
    def name(self) -> str: ...

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        """Return facts with position > after, ascending, at most `limit`."""

    def head(self) -> int:
        """Return the position of the owner's newest fact (public or not)."""


@runtime_checkable
class Partition(Source, Protocol):
    """A source that is one part of an owner's facts: cases are known by their owner, positions by the part's name."""

    owner: str

    @property
    def former_names(self) -> str:
        """Return a pattern (SQL LIKE) of the names of the same part in topics that no longer exist."""

    def bury(self, reader: str, letters: Sequence[Letter]) -> None:
        """Put copies of dead letters beside the facts, before they become dead letters; a repeat is possible."""


@runtime_checkable
class Partitioned(Source, Protocol):
    """A source in several parts, each in order by itself."""

    def partitions(self) -> Sequence[Partition]: ...


def parts(source: Source) -> Sequence[Source]:
    """Return what has a position of its own: the source, or its partitions."""
    return source.partitions() if isinstance(source, Partitioned) else [source]


def owner_of(source: Source) -> str:
    """Return whose facts a source holds."""
    return source.owner if isinstance(source, Partition) else source.name
