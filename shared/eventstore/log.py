"""The log of facts and the read model, each in a place of its own, with what may be known of them by heart."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import Notification, StoredEvent
from pydantic import BaseModel, create_model

from shared.eventstore import sqlite
from shared.eventstore.store import (
    HISTORY,
    ConcurrencyConflict,
    Database,
    Place,
    Store,
    Transaction,
    ViewStore,
    newest,
    written_after,
)
from shared.kernel import Fact, Meta, Recorded

LOOK_AGAIN_S = 0.02


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

    def __init__(self, name: str, store: Store, catalogue: Catalogue) -> None:
        self.name = name
        self.store = store
        self.catalogue = catalogue
        self.changed = threading.Condition()
        self._told = (
            f"SELECT {store.position}, originator_id, originator_version, topic, state FROM stored_events "  # noqa: S608
            f"WHERE {store.position} > ?"
        )
        self._by_position = f" ORDER BY {store.position} LIMIT ?"
        self._head = 0 if store.is_shared else self._stored_head()
        self._positions: dict[str, int] = {}

    def read(self, stream: str, after: int = 0) -> list[Recorded[Fact]]:
        """Return the stream's facts with version > after, in order; positions are not known here (0)."""
        return [
            Recorded(self.name, 0, stream, version, *self.catalogue.decode(name, state))
            for version, name, state in self.history(stream)
            if version > after
        ]

    def follow(self, after: int, limit: int, catalogue: Catalogue) -> list[Recorded[Fact]]:
        """Return facts of the catalogue's names with position > after, in log order, decoded by that catalogue."""
        names = catalogue.names
        sql = f"{self._told} AND topic IN ({','.join('?' * len(names))}){self._by_position}"
        return [
            Recorded(self.name, position, stream, version, *catalogue.decode(name, state))
            for position, stream, version, name, state in self.rows(sql, (after, *names, limit))
        ]

    def notifications(self, after: int, limit: int) -> Sequence[Notification]:
        """Return all facts with position > after, in log order, not decoded."""
        return [
            Notification(id=position, originator_id=stream, originator_version=version, topic=name, state=state)
            for position, stream, version, name, state in self.told_after(after, limit)
        ]

    def told_after(self, after: int, limit: int) -> list[tuple[int, str, int, str, bytes]]:
        """Return position, stream, version, name and stored form of all facts with position > after, in log order."""
        return [tuple(row) for row in self.rows(self._told + self._by_position, (after, limit))]

    def history(self, stream: str) -> list[tuple[int, str, bytes]]:
        """Return version, name and stored form of each fact of a stream, in order."""
        return [tuple(row) for row in self.rows(HISTORY, (stream,))]

    def decoded(self, notification: Notification, catalogue: Catalogue | None = None) -> Recorded[Fact]:
        fact, meta = (catalogue or self.catalogue).decode(notification.topic, notification.state)
        stream = str(notification.originator_id)
        return Recorded(self.name, notification.id, stream, notification.originator_version, fact, meta)

    @property
    def is_shared(self) -> bool:
        """May other processes write here too?"""
        return self.store.is_shared

    def head(self) -> int:
        """Return the position of the newest fact, 0 if there is none.

        No fact appears at or below it later: writers add facts one after the other. Kept in memory where one process
        writes at a time (a data folder, see `shared.folder`), else asked of the store.
        """
        return self._stored_head() if self.is_shared else self._head

    def written_after(self, position: int, limit: int) -> list[str]:
        """Return the streams of the facts with position > `position`, a stream for each fact."""
        return [row[0] for row in self.rows(written_after(self.store.position), (position, limit))]

    @contextmanager
    def transaction(self) -> Iterator[Transaction[Any]]:
        try:
            with self.store.write() as transaction:
                yield transaction
        except ConcurrencyConflict:
            self._head = self._stored_head()
            self._positions.clear()
            raise
        self._head = max(self._head, transaction.last_position)
        self._positions.update(transaction.tracked)
        with self.changed:
            self.changed.notify_all()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """Read the service's own tables outside a write transaction."""
        return self.store.rows(sql, params)

    def position_in(self, source: str) -> int:
        """Return the position committed for a source, 0 if nothing of it was handled yet."""
        if self.is_shared or source not in self._positions:
            self._positions[source] = tracked_position(self.store, source)
        return self._positions[source]

    def _stored_head(self) -> int:
        return int(self.rows(newest(self.store.position))[0][0] or 0)


def tracked_position(store: ViewStore, source: str) -> int:
    rows = store.rows("SELECT notification_id FROM tracking WHERE application_name = ?", (source,))
    return int(rows[0][0]) if rows else 0


def stored(stream: str, version: int, fact: Fact, state: bytes) -> StoredEvent:
    return StoredEvent(originator_id=stream, originator_version=version, topic=fact.fact_name, state=state)


def open_log(
    name: str,
    place: Place,
    facts: Sequence[type[Fact]],
    tables: Sequence[str] = (),
    *,
    survives_power_loss: bool = True,
) -> Log:
    """Open a service's log. An SQLite file is created, if need be; tables of PostgreSQL are made by `create_tables`."""
    if isinstance(place, Database):
        from shared.eventstore import postgres  # noqa: PLC0415 - psycopg takes 0.3 s to load

        return Log(name, postgres.PostgresStore(postgres.datastore(place), tables), Catalogue(facts))
    store = sqlite.SQLiteStore(sqlite.datastore(place, survives_power_loss=survives_power_loss), tables)
    store.create_tables()
    return Log(name, store, Catalogue(facts))


def open_view_store(place: Place, tables: Sequence[str]) -> ViewStore:
    if isinstance(place, Database):
        from shared.eventstore import postgres  # noqa: PLC0415 - psycopg takes 0.3 s to load

        return postgres.PostgresViewStore(postgres.datastore(place), tables)
    store = sqlite.SQLiteViewStore(sqlite.datastore(place, survives_power_loss=False), tables)
    store.create_tables()
    return store


class View:
    """A read model in a place of its own: disposable, rebuilt from the logs; its positions commit with its rows."""

    def __init__(self, place: Place, tables: Mapping[str, str]) -> None:
        self._tables = dict(tables)
        self.store = open_view_store(place, list(tables.values()))
        self.changed = threading.Condition()
        self._positions: dict[str, int] = {}

    @contextmanager
    def write(self) -> Iterator[Transaction[Any]]:
        try:
            with self.store.write() as transaction:
                yield transaction
        except ConcurrencyConflict:
            self._positions.clear()
            raise
        self._positions.update(transaction.tracked)
        with self.changed:
            self.changed.notify_all()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        return self.store.rows(sql, params)

    def position(self, source: str) -> int:
        """Return the source's position that the view shows, 0 at the start."""
        if self.store.is_shared or source not in self._positions:
            self._positions[source] = tracked_position(self.store, source)
        return self._positions[source]

    def wait_for(self, source: str, position: int, timeout_s: float) -> bool:
        """Wait until the view shows the source's facts up to `position`; False if it does not within the time."""
        until = time.monotonic() + timeout_s
        with self.changed:
            while self.position(source) < position:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, LOOK_AGAIN_S) if self.store.is_shared else left)
        return True

    def clear(self) -> None:
        """Delete all rows and positions; what follows is a rebuild from the logs."""
        with self.write() as transaction:
            for table in self._tables:
                if not table.startswith("index"):
                    transaction.execute(f"DELETE FROM {table}")  # noqa: S608
            transaction.execute("DELETE FROM tracking WHERE application_name <> '__migration__'")
        self._positions.clear()
