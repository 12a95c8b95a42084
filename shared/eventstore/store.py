"""What a log and a read model ask of the store beneath them, whatever database that is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from eventsourcing.persistence import StoredEvent, Tracking

# Statements are written once, in SQL that both databases take: `?` stands for a value, conflicts are `ON CONFLICT`.
# Tables are declared as SQLite has them; `shared.eventstore.postgres` says in one place what PostgreSQL calls it.
HISTORY = (
    "SELECT originator_version, topic, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"
)
LOG_TABLES = (
    "CREATE TABLE IF NOT EXISTS command (command_id TEXT PRIMARY KEY, digest TEXT, position INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS deadline (stream TEXT, kind TEXT, fires_on TEXT, fired INTEGER DEFAULT 0, "
    "PRIMARY KEY (stream, kind)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS deadline_by_day ON deadline (fired, fires_on)",
    "CREATE TABLE IF NOT EXISTS seen (source TEXT, stream TEXT, version INTEGER, PRIMARY KEY (source, stream)) "
    "WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS dead_letter (source TEXT, position INTEGER, stream TEXT, fact_name TEXT, reason TEXT, "
    "detail TEXT, at TEXT, PRIMARY KEY (source, position)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS dead_letter_by_case ON dead_letter (source, stream)",
)
PUT_SEEN = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (source, stream) DO UPDATE SET version = excluded.version"
PUT_LETTER = "INSERT INTO dead_letter VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


@cache
def newest(position: str) -> str:
    return f"SELECT MAX({position}) FROM stored_events"  # noqa: S608


@cache
def written_after(position: str) -> str:
    return f"SELECT originator_id FROM stored_events WHERE {position} > ? LIMIT ?"  # noqa: S608


class ConcurrencyConflict(Exception):
    """Another writer was first on a case: reload and decide again. Nothing of the transaction was stored."""


class StoreUnavailable(Exception):
    """The store did not answer (locked, disk full, gone): a transient fault, to be retried, never dead-lettered.

    Where it comes from a commit, the facts may be stored: the command id tells, so a retry is safe.
    """


@dataclass(frozen=True, slots=True)
class Database:
    """A place in PostgreSQL: a database by its URL, and the schema of it that one log or one read model has."""

    url: str
    schema: str


Place = Path | Database
"""Where a log or a read model lies: an SQLite file, or a schema in PostgreSQL."""


class Recorder(Protocol):
    """What the recorders of both databases have; position: the column that holds a fact's position in the log."""

    position: str

    def _insert_tracking(self, c: Any, /, tracking: Tracking) -> None: ...


R = TypeVar("R", bound=Recorder)


class Transaction(ABC, Generic[R]):
    """One write transaction: facts, positions and further rows are committed together or not at all."""

    def __init__(self, recorder: R, cursor: Any) -> None:
        self._recorder = recorder
        self._cursor = cursor
        self.last_position = 0
        self.tracked: dict[str, int] = {}

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        self._cursor.execute(sql, params)
        return list(self._cursor.fetchall())

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        self._cursor.execute(sql, params)

    def execute_many(self, sql: str, params: Sequence[Sequence[Any]]) -> None:
        if params:
            self._cursor.executemany(sql, params)

    def track(self, source: str, position: int, *, after: int | None = None) -> None:
        """Record the position reached in a source; a lower or equal one raises (it fences zombies).

        With `after`, the position that the caller read from, a caller that another one overtook meanwhile is fenced
        too: what it read overlaps with what the other has already taken.
        """
        if after is not None and self._position_in(source) != after:
            raise ConcurrencyConflict(source)
        self._recorder._insert_tracking(self._cursor, Tracking(source, position))
        self.tracked[source] = position

    @abstractmethod
    def insert(self, events: Sequence[StoredEvent]) -> int:
        """Insert facts, return the log position of the last one; those of one transaction stand together."""

    def head(self) -> int:
        """Return the position of the newest fact, 0 if there is none; nobody else adds one before this ends."""
        return int(self.rows(newest(self._recorder.position))[0][0] or 0)

    def written_after(self, position: int, limit: int) -> list[str]:
        """Return the streams of the facts with position > `position`, a stream for each fact."""
        return [row[0] for row in self.rows(written_after(self._recorder.position), (position, limit))]

    def history(self, stream: str) -> list[tuple[int, str, bytes]]:
        """Return version, name and stored form of each fact of a stream, in order."""
        return [tuple(row) for row in self.rows(HISTORY, (stream,))]

    def _position_in(self, source: str) -> int:
        rows = self.rows("SELECT notification_id FROM tracking WHERE application_name = ?", (source,))
        return int(rows[0][0]) if rows else 0


class ViewStore(Protocol):
    """A store of a read model: rows, and positions in the logs they were made from.

    is_shared: do other processes write here too? Then nothing about it may be known by heart.
    """

    is_shared: bool
    datastore: Any

    def create_tables(self) -> None:
        """Create what is not there yet; opening a store never does that in PostgreSQL."""

    def write(self) -> AbstractContextManager[Transaction[Any]]:
        """Open the write lock at once, so that what is read inside is what is written upon.

        Raises ConcurrencyConflict where a version or a position is taken, StoreUnavailable where the store is away.
        """

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """Read what is committed. Raises StoreUnavailable."""


class Store(ViewStore, Protocol):
    """A store of facts; position: the name of the column that holds a fact's position in the log."""

    position: str

    def select_events(self, originator_id: Any, *, desc: bool = False, limit: int | None = None) -> Any: ...
