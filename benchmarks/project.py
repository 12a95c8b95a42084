"""Projecting: the case view beside its live write side, and rebuilt from the log alone, against a raw scan."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.ledger import groups, open_ledger
from benchmarks.side import Measurement, rates, seconds
from shared.caseview import CaseView

PULL_AFTER = 10
"""Groups of commands between two pulls: 5,000 facts, as after a busy moment."""

AGAINST = "raw scan: one cursor, one json decode a fact"


def measure(folder: Path, facts: int, rounds: int) -> Iterator[Measurement]:
    """Yield facts a second of the live projection and of a rebuild over the same log."""
    projecting = 0.0
    work = open_ledger(folder)
    view = CaseView(folder / "live.db", work)
    for number, part in enumerate(groups(facts), 1):
        work.handle(part)
        if number % PULL_AFTER == 0:
            projecting += seconds(lambda: pull_all(view))
    projecting += seconds(lambda: pull_all(view))
    rebuilt, scanned = rates(rounds, facts, lambda n: rebuild(folder, n), lambda _n: scan(folder))
    yield Measurement("projection beside the write side", "facts/s", facts / projecting, scanned, AGAINST)
    yield Measurement(f"rebuild of {facts:,} facts", "facts/s", rebuilt, scanned, AGAINST, "aim: at least 0.33")


def pull_all(view: CaseView) -> None:
    while view.pull():
        pass


def rebuild(folder: Path, number: int) -> Callable[[], object]:
    """Return a rebuild into a new file by casework that has nothing in memory."""
    view = CaseView(folder / f"rebuilt-{number}.db", open_ledger(folder))
    return lambda: pull_all(view)


def scan(folder: Path) -> Callable[[], object]:
    rows = sqlite3.connect(folder / "ledger.db")

    def run() -> None:
        for (state,) in rows.execute("SELECT state FROM stored_events ORDER BY rowid"):
            json.loads(state)

    return run
