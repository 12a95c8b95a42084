"""Appending: a command of five facts through casework, against `eventsourcing`'s own save, against plain SQLite."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.ledger import ENTRIES, TEXT, open_ledger, opening
from benchmarks.side import Measurement, rates

GROUP = 100
Way = Callable[[int], Callable[[], object]]


class LibraryAccount(Aggregate):
    """The same account as `eventsourcing` writes it: opened, then five entries."""

    entries: int = 0

    @event("EntryMade")
    def make(self, number: int, made_on: str, text: str) -> None:
        self.entries = number


def measure(folder: Path, commands: int, rounds: int) -> Iterator[Measurement]:
    """Yield facts a second, one command a transaction and 100 a transaction; the same durability everywhere."""
    for group, name in ((1, "one command a transaction"), (GROUP, f"{GROUP} commands a transaction")):
        amount = commands if group == 1 else commands * 5
        ways = [
            ours(folder / f"ours-{group}", amount, group),
            library(folder / f"library-{group}", amount, group),
            plain(folder / f"plain-{group}", amount, group),
        ]
        our_rate, library_rate, plain_rate = rates(rounds, amount * ENTRIES, *ways)
        note = f"5 × 500 B a command, WAL, synchronous={durability(folder / f'ours-{group}' / '0' / 'ledger.db')}"
        yield Measurement(f"append, {name}", "facts/s", our_rate, library_rate, "eventsourcing Application.save", note)
        yield Measurement(f"append, {name}", "facts/s", our_rate, plain_rate, "plain sqlite3 executemany", note)


def ours(folder: Path, commands: int, group: int) -> Way:
    """Return the way through casework: role, idempotency, decide, versions, facts, command rows, deadlines."""

    def prepare(number: int) -> Callable[[], object]:
        work = open_ledger(folder / str(number))
        orders = [opening(number) for number in range(commands)]
        groups = [orders[start : start + group] for start in range(0, commands, group)]
        return lambda: [work.handle(part) for part in groups]

    return prepare


def library(folder: Path, commands: int, group: int) -> Way:
    """Return the way through the library's own application and aggregates, default transcoder."""

    def prepare(number: int) -> Callable[[], object]:
        place = folder / str(number)
        place.mkdir(parents=True)
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(place / "library.db")}
        application: Application = Application(env=env)
        return lambda: [application.save(*part) for part in accounts_of(commands, group)]

    return prepare


def accounts_of(commands: int, group: int) -> Iterator[list[LibraryAccount]]:
    """Yield accounts of five events each: opened (which counts as one), and four entries."""
    for start in range(0, commands, group):
        part = [LibraryAccount() for _ in range(min(group, commands - start))]
        for account, number in itertools.product(part, range(2, ENTRIES + 1)):
            account.make(number=number, made_on="2023-03-06", text=TEXT)
        yield part


def plain(folder: Path, commands: int, group: int) -> Way:
    """Return the way with nothing around it: bytes that are ready, one `executemany` a transaction."""

    def prepare(number: int) -> Callable[[], object]:
        place = folder / str(number)
        place.mkdir(parents=True)
        rows = sqlite3.connect(place / "plain.db", isolation_level=None)
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
            "PRIMARY KEY (originator_id, originator_version))"
        )
        facts = [
            (f"account:{account:07}", version, "ledger.entry_made.v1", TEXT.encode() + b"x" * 130)
            for account in range(commands)
            for version in range(1, ENTRIES + 1)
        ]
        size = group * ENTRIES
        groups = [facts[start : start + size] for start in range(0, len(facts), size)]
        return lambda: [_insert(rows, part) for part in groups]

    return prepare


def _insert(rows: sqlite3.Connection, facts: list[tuple[str, int, str, bytes]]) -> None:
    rows.execute("BEGIN IMMEDIATE")
    rows.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", facts)
    rows.execute("COMMIT")


def durability(path: Path) -> str:
    """Return SQLite's `synchronous` of a connection as all of these ways open it."""
    return {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[
        sqlite3.connect(path).execute("PRAGMA synchronous").fetchone()[0]
    ]
