"""The access log: every read and export of personal data, append-only and hash-chained."""

import hashlib
import json
import sqlite3
import threading
from datetime import datetime
from pathlib import Path


class AccessLog:
    """Who read what, in which role, for which purpose; each entry's hash covers the entry before it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS access (number INTEGER PRIMARY KEY, at TEXT, person TEXT, purpose TEXT, "
            "what TEXT, case_id TEXT, rows INTEGER, hash TEXT)"
        )
        self._lock = threading.Lock()

    def record(self, *, at: datetime, person: str, purpose: str, what: str, case_id: str = "", rows: int = 1) -> None:
        """Append one access; it is durable when this returns."""
        with self._lock, self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            last = self._rows.execute("SELECT number, hash FROM access ORDER BY number DESC LIMIT 1").fetchone()
            number, before = (last[0] + 1, last[1]) if last else (1, "")
            entry = (at.isoformat(), person, purpose, what, case_id, rows)
            chained = _chain(before, number, entry)
            self._rows.execute("INSERT INTO access VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *entry, chained))

    def first_broken(self) -> int | None:
        """Return the number of the first entry that was edited, removed or moved; None if the chain holds."""
        before, expected = "", 1
        for number, *entry, chained in self._rows.execute("SELECT * FROM access ORDER BY number"):
            if number != expected or _chain(before, number, tuple(entry)) != chained:
                return expected
            before, expected = chained, expected + 1
        return None

    def entries(self) -> list[tuple[object, ...]]:
        return self._rows.execute("SELECT * FROM access ORDER BY number").fetchall()

    def close(self) -> None:
        self._rows.close()


def _chain(before: str, number: int, entry: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([before, number, *entry], ensure_ascii=False).encode()).hexdigest()
