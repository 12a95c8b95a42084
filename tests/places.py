"""Where the logs and read models of a test lie: in SQLite files, or in schemas of a PostgreSQL database."""

import hashlib
import os
from pathlib import Path

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


def make_database(server: str) -> str:
    """Create this worker's database, if need be, and return its URL."""
    name = f"qingfeng_{os.environ.get('PYTEST_XDIST_WORKER', 'tests')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return make_conninfo(server, dbname=name)


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
