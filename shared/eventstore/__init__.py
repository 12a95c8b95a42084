"""A service's log of facts and its read models: `eventsourcing` recorders on SQLite or PostgreSQL behind one `Log`."""

from shared.eventstore.log import Catalogue, Log, View, open_log, stored, tracked_position
from shared.eventstore.sqlite import SQLiteStore, SQLiteViewStore, datastore
from shared.eventstore.store import ConcurrencyConflict, Database, Place, StoreUnavailable, Transaction

__all__ = [
    "Catalogue",
    "ConcurrencyConflict",
    "Database",
    "Log",
    "Place",
    "SQLiteStore",
    "SQLiteViewStore",
    "StoreUnavailable",
    "Transaction",
    "View",
    "datastore",
    "open_log",
    "stored",
    "tracked_position",
]
