"""A service's log of facts: `eventsourcing` recorders behind read, follow and one transaction for all effects."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Notification,
    OperationalError,
    StoredEvent,
    Tracking,
)
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
    SQLiteTrackingRecorder,
)
from pydantic import BaseModel, create_model

from shared.kernel import Fact, Meta, Recorded

LOCK_TIMEOUT_S = 30
CACHED_STATEMENTS = 256
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


class ConcurrencyConflict(Exception):
    """Another writer was first on a case: reload and decide again. Nothing of the transaction was stored."""


class StoreUnavailable(Exception):
    """The store did not answer (locked, disk full, gone): a transient fault, to be retried, never dead-lettered."""


class SQLiteStore(SQLiteProcessRecorder):
    """`eventsourcing`'s process recorder with our own rows (commands, deadlines, dead letters) in the same file."""

    def __init__(self, datastore: SQLiteDatastore, tables: Sequence[str] = ()) -> None:
        self._own_tables = [*LOG_TABLES, *tables]
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *self._own_tables]


class SQLiteViewStore(SQLiteTrackingRecorder):
    """`eventsourcing`'s tracking recorder with the tables of a read model."""

    def __init__(self, datastore: SQLiteDatastore, tables: Sequence[str]) -> None:
        self._own_tables = list(tables)
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *self._own_tables]


R = TypeVar("R", bound=SQLiteTrackingRecorder)


class Transaction(Generic[R]):
    """One write transaction: facts, positions and further rows are committed together or not at all."""

    def __init__(self, recorder: R, cursor: SQLiteCursor) -> None:
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

    def track(self, source: str, position: int) -> None:
        """Record the position reached in a source; a lower or equal one raises (it fences zombies)."""
        self._recorder._insert_tracking(self._cursor, Tracking(source, position))
        self.tracked[source] = position

    def insert(self, events: Sequence[StoredEvent]) -> int:
        """Insert facts, return the log position of the last one; those of one transaction stand together."""
        assert isinstance(self._recorder, SQLiteStore)
        rows = [(e.originator_id, e.originator_version, e.topic, e.state) for e in events]
        self._cursor.executemany(self._recorder.insert_events_statement, rows)
        self._cursor.execute("SELECT last_insert_rowid()")
        self.last_position = self._cursor.fetchone()[0]
        return self.last_position

    def history(self, stream: str) -> list[tuple[int, str, bytes]]:
        """Return version, name and stored form of each fact of a stream, in order."""
        self._cursor.execute(HISTORY, (stream,))
        return [tuple(row) for row in self._cursor.fetchall()]


@contextmanager
def write_transaction(recorder: R) -> Iterator[Transaction[R]]:
    """Open the write lock at once (`BEGIN IMMEDIATE`), so that what is read inside is what is written upon.

    Raises ConcurrencyConflict where a version or a position is taken, StoreUnavailable where the store is away.
    """
    try:
        with _store_answers(), recorder.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                with cursor:
                    yield Transaction(recorder, cursor)
                    connection.commit()
            except BaseException:
                connection.rollback()
                raise
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise ConcurrencyConflict(str(error)) from error


@contextmanager
def _store_answers() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, sqlite3.OperationalError) as error:
        raise StoreUnavailable(str(error)) from error


class Catalogue:
    """Stored name → fact class; encodes and decodes facts with what is known about them."""

    def __init__(self, facts: Sequence[type[Fact]]) -> None:
        self._facts: dict[str, type[BaseModel]] = {}
        self._envelopes: dict[str, type[BaseModel]] = {}
        self._classes = {fact.fact_name: fact for fact in facts}
        for fact in facts:
            assert fact.fact_name, fact
            assert fact.fact_name not in self._envelopes, f"{fact.fact_name} stands twice"
            self._envelopes[fact.fact_name] = create_model(f"Stored_{fact.__name__}", m=(Meta, ...), d=(fact, ...))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._envelopes)

    def encode(self, fact: Fact, meta: Meta) -> bytes:
        """Return the stored form; a fact that could not be read again raises KeyError and is never stored."""
        return self.encode_beside(fact, meta.model_dump_json(exclude_defaults=True), 0)

    def encode_beside(self, fact: Fact, meta_json: str, public: int) -> bytes:
        """Return the stored form beside what was written once for several facts; `public` becomes their own `prv`."""
        self._classes[fact.fact_name]
        meta = f'{meta_json[:-1]},"prv":{public}}}' if public else meta_json
        return f'{{"m":{meta},"d":{fact.__pydantic_serializer__.to_json(fact).decode()}}}'.encode()

    def fact(self, name: str, state: bytes) -> Fact:
        """Return the fact alone, where nobody asks what is known beside it: to fold a case."""
        envelope: Any = self._facts.get(name)
        if envelope is None:
            fact = self._classes[name]
            envelope = self._facts[name] = create_model(f"Stored_{fact.__name__}_alone", d=(fact, ...))
        found: Fact = envelope.__pydantic_validator__.validate_json(state).d
        return found

    def decode(self, name: str, state: bytes) -> tuple[Fact, Meta]:
        envelope: Any = self._envelopes[name].model_validate_json(state)
        return envelope.d, envelope.m


class Log:
    """The facts one service owns, in the order they were committed; the notification log is the outbox."""

    def __init__(self, name: str, store: SQLiteStore, catalogue: Catalogue) -> None:
        self.name = name
        self.store = store
        self.catalogue = catalogue
        self.changed = threading.Condition()
        self._head = store.max_notification_id() or 0
        self._positions: dict[str, int] = {}

    def read(self, stream: str, after: int = 0) -> list[Recorded[Fact]]:
        """Return the stream's facts with version > after, in order; positions are not known here (0)."""
        with _store_answers():
            events = self.store.select_events(stream, gt=after)
        return [
            Recorded(self.name, 0, stream, event.originator_version, *self.catalogue.decode(event.topic, event.state))
            for event in events
        ]

    def follow(self, after: int, limit: int, catalogue: Catalogue) -> list[Recorded[Fact]]:
        """Return facts of the catalogue's names with position > after, in log order, decoded by that catalogue."""
        with _store_answers():
            notifications = self.store.select_notifications(
                after, limit, topics=catalogue.names, inclusive_of_start=False
            )
        return [self.decoded(notification, catalogue) for notification in notifications]

    def notifications(self, after: int, limit: int) -> Sequence[Notification]:
        """Return all facts with position > after, in log order, not decoded."""
        with _store_answers():
            return self.store.select_notifications(after, limit, inclusive_of_start=False)

    def told_after(self, after: int, limit: int) -> list[tuple[int, str, int, str, bytes]]:
        """Return position, stream, version, name and stored form of all facts with position > after, in log order."""
        return [
            tuple(row)
            for row in self.rows(
                "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
                "WHERE rowid > ? ORDER BY rowid LIMIT ?",
                (after, limit),
            )
        ]

    def history(self, stream: str) -> list[tuple[int, str, bytes]]:
        """Return version, name and stored form of each fact of a stream, in order."""
        return [tuple(row) for row in self.rows(HISTORY, (stream,))]

    def decoded(self, notification: Notification, catalogue: Catalogue | None = None) -> Recorded[Fact]:
        fact, meta = (catalogue or self.catalogue).decode(notification.topic, notification.state)
        stream = str(notification.originator_id)
        return Recorded(self.name, notification.id, stream, notification.originator_version, fact, meta)

    def head(self) -> int:
        """Return the position of the newest fact, 0 if there is none.

        Kept in memory: a data folder is written by one process at a time (see `shared.folder`).
        """
        return self._head

    @contextmanager
    def transaction(self) -> Iterator[Transaction[SQLiteStore]]:
        try:
            with write_transaction(self.store) as transaction:
                yield transaction
        except ConcurrencyConflict:
            self._head = self.store.max_notification_id() or 0
            self._positions.clear()
            raise
        self._head = max(self._head, transaction.last_position)
        self._positions.update(transaction.tracked)
        with self.changed:
            self.changed.notify_all()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """Read the service's own tables outside a write transaction."""
        return read_rows(self.store, sql, params)

    def position_in(self, source: str) -> int:
        """Return the position committed for a source, 0 if nothing of it was handled yet."""
        if source not in self._positions:
            self._positions[source] = self.store.max_tracking_id(source) or 0
        return self._positions[source]


def read_rows(recorder: SQLiteStore | SQLiteViewStore, sql: str, params: Sequence[Any] = ()) -> list[Any]:
    with (
        _store_answers(),
        recorder.datastore.get_connection(commit=False) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def stored(stream: str, version: int, fact: Fact, state: bytes) -> StoredEvent:
    return StoredEvent(originator_id=stream, originator_version=version, topic=fact.fact_name, state=state)


class _Pool(SQLiteConnectionPool):
    def __init__(self, *, synchronous: str, **options: Any) -> None:
        self._synchronous = synchronous
        super().__init__(**options)

    def _create_connection(self) -> SQLiteConnection:
        """Open a connection as the library does, but keep prepared statements: it asks for a cache of one."""
        try:
            connection = sqlite3.connect(
                self.db_name,
                check_same_thread=False,
                isolation_level=None,
                cached_statements=CACHED_STATEMENTS,
                timeout=LOCK_TIMEOUT_S,
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        except sqlite3.Error as error:
            raise InterfaceError(error) from error
        connection.row_factory = sqlite3.Row
        return SQLiteConnection(sqlite_conn=connection, max_age=self.max_age)


def datastore(path: Path, *, survives_power_loss: bool = True) -> SQLiteDatastore:
    """Open an SQLite file in WAL mode. A commit survives the death of any process; with `survives_power_loss` it is
    also forced to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    store = SQLiteDatastore(str(path), originator_id_type="text")
    store.pool.close()
    store.pool = _Pool(
        synchronous="FULL" if survives_power_loss else "NORMAL", db_name=str(path), lock_timeout=LOCK_TIMEOUT_S
    )
    return store


def open_log(
    name: str, path: Path, facts: Sequence[type[Fact]], tables: Sequence[str] = (), *, survives_power_loss: bool = True
) -> Log:
    """Open (and create, if need be) a service's log in one SQLite file."""
    store = SQLiteStore(datastore(path, survives_power_loss=survives_power_loss), tables)
    store.create_table()
    return Log(name, store, Catalogue(facts))


class View:
    """A read model in a file of its own: disposable, rebuilt from the logs; its positions commit with its rows."""

    def __init__(self, path: Path, tables: Mapping[str, str]) -> None:
        self.path = path
        self._tables = dict(tables)
        self.store = SQLiteViewStore(datastore(path, survives_power_loss=False), list(tables.values()))
        self.store.create_table()
        self.changed = threading.Condition()
        self._positions: dict[str, int] = {}

    @contextmanager
    def write(self) -> Iterator[Transaction[SQLiteViewStore]]:
        with write_transaction(self.store) as transaction:
            yield transaction
        self._positions.update(transaction.tracked)
        with self.changed:
            self.changed.notify_all()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        return read_rows(self.store, sql, params)

    def position(self, source: str) -> int:
        """Return the source's position that the view shows, 0 at the start."""
        if source not in self._positions:
            self._positions[source] = self.store.max_tracking_id(source) or 0
        return self._positions[source]

    def wait_for(self, source: str, position: int, timeout_s: float) -> bool:
        """Wait until the view shows the source's facts up to `position`; False if it does not within the time."""
        with self.changed:
            return self.changed.wait_for(lambda: self.position(source) >= position, timeout_s)

    def clear(self) -> None:
        """Delete all rows and positions; what follows is a rebuild from the logs."""
        with self.write() as transaction:
            for table in self._tables:
                if not table.startswith("index"):
                    transaction.execute(f"DELETE FROM {table}")  # noqa: S608
            transaction.execute("DELETE FROM tracking WHERE application_name <> '__migration__'")
        self._positions.clear()
