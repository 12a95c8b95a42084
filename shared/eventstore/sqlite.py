"""Stores in SQLite files: the embedded default, one process, nothing else to install."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteDatastore,
    SQLiteProcessRecorder,
    SQLiteTrackingRecorder,
)

from shared.eventstore.store import LOG_TABLES, ConcurrencyConflict, StoreUnavailable, Transaction

LOCK_TIMEOUT_S = 30
CACHED_STATEMENTS = 256


class SQLiteTransaction(Transaction[Any]):
    """A transaction that holds the file's write lock from its beginning."""

    def insert(self, events: Sequence[StoredEvent]) -> int:
        assert isinstance(self._recorder, SQLiteStore)
        rows = [(e.originator_id, e.originator_version, e.topic, e.state) for e in events]
        self._cursor.executemany(self._recorder.insert_events_statement, rows)
        self._cursor.execute("SELECT last_insert_rowid()")
        self.last_position = self._cursor.fetchone()[0]
        return self.last_position


class _Rows:
    """Reading and writing rows of our own beside those of a recorder."""

    is_shared = False
    position = "rowid"
    datastore: SQLiteDatastore

    @contextmanager
    def write(self) -> Iterator[Transaction[Any]]:
        try:
            with _store_answers(), self.datastore.get_connection(commit=True) as connection:
                cursor = connection.cursor()
                cursor.execute("BEGIN IMMEDIATE")
                try:
                    with cursor:
                        yield SQLiteTransaction(self, cursor)
                        connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
        except (IntegrityError, sqlite3.IntegrityError) as error:
            raise ConcurrencyConflict(str(error)) from error

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        with (
            _store_answers(),
            self.datastore.get_connection(commit=False) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, params)
            return list(cursor.fetchall())


class SQLiteStore(_Rows, SQLiteProcessRecorder):
    """`eventsourcing`'s process recorder with our own rows (commands, deadlines, dead letters) in the same file."""

    def __init__(self, datastore: SQLiteDatastore, tables: Sequence[str] = ()) -> None:
        self._own_tables = [*LOG_TABLES, *tables]
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *self._own_tables]

    def create_tables(self) -> None:
        self.create_table()


class SQLiteViewStore(_Rows, SQLiteTrackingRecorder):
    """`eventsourcing`'s tracking recorder with the tables of a read model."""

    def __init__(self, datastore: SQLiteDatastore, tables: Sequence[str]) -> None:
        self._own_tables = list(tables)
        super().__init__(datastore)

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *self._own_tables]

    def create_tables(self) -> None:
        self.create_table()


@contextmanager
def _store_answers() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, sqlite3.OperationalError) as error:
        raise StoreUnavailable(str(error)) from error


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
