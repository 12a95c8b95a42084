"""Appending to PostgreSQL from 1 to 64 clients: commands through casework, `Application.save`, and psycopg alone."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from eventsourcing.application import Application
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from benchmarks.append import LibraryAccount, Way, accounts_of
from benchmarks.ledger import ENTRIES, TEXT, open_ledger, opening
from benchmarks.side import Measurement, rates
from shared.eventstore import Database
from shared.testing.postgres import NoServer, a_server

CLIENTS = (1, 4, 16, 64)
CONNECTIONS = 24
TABLE = (
    "CREATE TABLE {}.plain (originator_id TEXT, originator_version BIGINT, topic TEXT, state BYTEA, "
    "position BIGSERIAL UNIQUE, PRIMARY KEY (originator_id, originator_version))"
)
INSERT = (
    "INSERT INTO {}.plain (originator_id, originator_version, topic, state) "
    "SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])"
)


def measure(commands: int, rounds: int) -> Iterator[Measurement]:
    """Yield facts a second, a command of five facts after the other by each client; nothing where no server is."""
    try:
        with a_server() as url:
            yield from _measured(url, commands, rounds)
    except NoServer as error:
        yield Measurement("append, PostgreSQL", "facts/s", 0, None, "left out", str(error))


def _measured(url: str, commands: int, rounds: int) -> Iterator[Measurement]:
    with psycopg.connect(url) as connection:
        version, fsync = connection.info.server_version // 10_000, connection.execute("SHOW fsync").fetchone()
    note = f"5 × 500 B a command, PostgreSQL {version}, fsync={fsync[0] if fsync else ''}, threads of one process"
    for clients in CLIENTS:
        amount = commands if clients == 1 else commands * 4
        ways = (ours(url, amount, clients), library(url, amount, clients), plain(url, amount, clients))
        our_rate, library_rate, plain_rate = rates(rounds, amount * ENTRIES, *ways)
        name = f"append, PostgreSQL, clients: {clients}"
        yield Measurement(name, "facts/s", our_rate, library_rate, "eventsourcing Application.save", note)
        yield Measurement(name, "facts/s", our_rate, plain_rate, "plain psycopg, no lock", note)


def ours(url: str, commands: int, clients: int) -> Way:
    """Return the way through casework: what clients bring at the same time shares a transaction."""

    def prepare(number: int) -> Callable[[], object]:
        work = open_ledger(Database(url, _schema(url, f"ours_{clients}_{number}")))
        work.log.store.create_tables()
        orders = [opening(number) for number in range(commands)]

        def run() -> None:
            _by_clients(clients, lambda order: work.handle([order]), orders)
            assert work.log.rows("SELECT COUNT(*) FROM stored_events")[0][0] == commands * ENTRIES
            work.log.store.datastore.close()

        return run

    return prepare


def library(url: str, commands: int, clients: int) -> Way:
    """Return the way through the library's own application and aggregates, default transcoder."""

    def prepare(number: int) -> Callable[[], object]:
        schema = _schema(url, f"library_{clients}_{number}")
        parts = conninfo_to_dict(url)
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_SCHEMA": schema,
            "POSTGRES_LOCK_TIMEOUT": "5",
            "POSTGRES_MAX_OVERFLOW": str(CONNECTIONS),
            "POSTGRES_DBNAME": str(parts.get("dbname") or ""),
            "POSTGRES_HOST": str(parts.get("host") or ""),
            "POSTGRES_USER": str(parts.get("user") or ""),
            "POSTGRES_PASSWORD": str(parts.get("password") or ""),
            "POSTGRES_PORT": str(parts.get("port") or 5432),
        }
        application: Application = Application(env=env)
        accounts = [account for (account,) in accounts_of(commands, 1)]

        def save(account: LibraryAccount) -> None:
            application.save(account)

        def run() -> None:
            _by_clients(clients, save, accounts)
            application.close()

        return run

    return prepare


def plain(url: str, commands: int, clients: int) -> Way:
    """Return the way with nothing around it: bytes that are ready, one statement a transaction, no order promised."""

    def prepare(number: int) -> Callable[[], object]:
        schema = _schema(url, f"plain_{clients}_{number}")
        versions, names, states = [*range(1, ENTRIES + 1)], ["x"] * ENTRIES, [TEXT.encode() + b"x" * 130] * ENTRIES
        groups = [([f"account:{account:07}"] * ENTRIES, versions, names, states) for account in range(commands)]
        pool = ConnectionPool(url, min_size=1, max_size=CONNECTIONS, kwargs={"autocommit": True}, open=True)
        with pool.connection() as connection:
            connection.execute(TABLE.format(schema).encode())
        insert = INSERT.format(schema).encode()

        def add(group: Sequence[list[object]]) -> None:
            with pool.connection() as connection:
                connection.execute(insert, group)

        def run() -> None:
            _by_clients(clients, add, groups)
            pool.close()

        return run

    return prepare


def _schema(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return name


def _by_clients(clients: int, act: Callable[[Any], object], work: Sequence[Any]) -> None:
    with ThreadPoolExecutor(clients) as threads:
        for _ in threads.map(act, work):
            pass
