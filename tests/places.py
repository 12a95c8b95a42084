"""Where the logs and read models of a test lie: in SQLite files, or in schemas of a PostgreSQL database."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from shared.eventstore import Database, Place

ON = "QINGFENG_TEST_STORE"
"""The URL of the database that a test's stores are in; processes that a test starts inherit it."""


def database() -> str | None:
    """Return the URL of the database, None where stores are SQLite files."""
    return os.environ.get(ON)


def log_place(folder: Path, name: str) -> Place:
    url = database()
    return Database(url, f"{name}_{_mark(folder)}") if url else folder / f"{name}.db"


def view_place(folder: Path, name: str) -> Place:
    url = database()
    return Database(url, f"{name}_cases_{_mark(folder)}") if url else folder / "views" / f"{name}.db"


@contextmanager
def a_database(server: str) -> Iterator[str]:
    """Yield the URL of a database of this test run's own."""
    name = f"qingfeng_tests_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield make_conninfo(server, dbname=name)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def empty(url: str) -> None:
    """Close what is connected to the database and drop all that a test laid into it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for (schema,) in connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' "
            "AND nspname NOT IN ('information_schema', 'public')"
        ).fetchall():
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())


def _mark(folder: Path) -> str:
    return hashlib.blake2b(str(folder).encode(), digest_size=5).hexdigest()
