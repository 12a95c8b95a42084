"""The direct transport: reads the neighbour's notification log in the same process (the embedded default)."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import Notification
from pydantic import TypeAdapter

from shared.contracts import public_facts
from shared.eventstore import Catalogue, Log
from shared.kernel import Fact, Meta, Recorded
from shared.messaging.unreadable import NOTHING_KNOWN, Unreadable, why

Known = TypeAdapter(dict[str, Any])


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
            found = facts_after(self._log, self._catalogue, after, limit)
            self._last = ((after, limit, head), found)
        return found

    def head(self) -> int:
        return self._log.head()


def facts_after(log: Log, catalogue: Catalogue, after: int, limit: int) -> list[Recorded[Any]]:
    """Return the catalogue's facts with position > after, in log order; one that cannot be read as Unreadable."""
    try:
        return log.follow(after, limit, catalogue)
    except ValueError:
        return _one_by_one(log, catalogue, after, limit)


def _one_by_one(log: Log, catalogue: Catalogue, after: int, limit: int) -> list[Recorded[Any]]:
    found: list[Recorded[Any]] = []
    while len(found) < limit and (page := log.notifications(after, limit)):
        found += [_read(log, catalogue, told) for told in page if told.topic in catalogue.names]
        after = page[-1].id
    return found[:limit]


def _read(log: Log, catalogue: Catalogue, told: Notification) -> Recorded[Any]:
    try:
        return log.decoded(told, catalogue)
    except ValueError as error:
        fact = Unreadable(name=told.topic, why=why(error))
        return Recorded(log.name, told.id, str(told.originator_id), told.originator_version, fact, _meta(told.state))


def _meta(state: bytes) -> Meta:
    try:
        return Meta.model_validate(Known.validate_json(state).get("m"))
    except ValueError:
        return NOTHING_KNOWN
