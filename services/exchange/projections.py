"""What can be asked of the exchange: receipts, counts, quarantine, parking; never a line's content."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.exchange.domain.errors import words
from services.exchange.domain.terms import ExchangePolicy
from services.exchange.receipts import Receipt, receipt_of
from shared.caseview import CaseView
from shared.contracts.exchange import LineOutcome
from shared.eventstore import Log

PAGE = 100


@dataclass(frozen=True)
class LineView:
    """Reads the exchange's own tables."""

    log: Log
    policy: ExchangePolicy

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return the receipt as it stands now: a parked line that was released since is APPLIED."""
        rows = self.log.rows("SELECT * FROM receipt WHERE receipt_id = ?", (receipt_id,))
        return receipt_of(rows[0]) if rows else None

    def counts(self) -> dict[str, Any]:
        """Return the figures of all lines received; each line is in exactly one of them."""
        rows = self.log.rows("SELECT outcome, reason, arrived_as, COUNT(*) FROM receipt GROUP BY 1, 2, 3")
        applied = {row[2]: row[3] for row in rows if row[0] == LineOutcome.APPLIED}
        quarantined: dict[str, int] = {}
        for outcome, reason, _, count in rows:
            if outcome == LineOutcome.QUARANTINED:
                quarantined[reason] = quarantined.get(reason, 0) + count
        return {
            "total": sum(row[3] for row in rows),
            "accepted": sum(applied.values()),
            "applied_on_arrival": applied.get(LineOutcome.APPLIED, 0),
            "parked_then_applied": applied.get(LineOutcome.PARKED, 0),
            "parked_open": sum(row[3] for row in rows if row[0] == LineOutcome.PARKED),
            "duplicate": sum(row[3] for row in rows if row[0] == LineOutcome.DUPLICATE),
            "quarantined": dict(sorted(quarantined.items())),
            "corrections_applied": self._one("SELECT COUNT(*) FROM inbox WHERE superseded_by <> ''"),
        }

    def quarantined(
        self, *, reason: str = "", after: int = 0, limit: int = PAGE, language: str = "zh"
    ) -> list[dict[str, Any]]:
        """Return quarantined lines in order of arrival, after a sequence number (keyset paging)."""
        rows = self.log.rows(
            "SELECT * FROM receipt WHERE outcome = 'QUARANTINED' AND seq > ? AND (? = '' OR reason = ?) "
            "ORDER BY seq LIMIT ?",
            (after, reason, reason, limit),
        )
        return [_quarantined(row, language) for row in rows]

    def parked(self, *, after: int = 0, limit: int = PAGE) -> list[dict[str, Any]]:
        """Return parked lines in order of arrival, with what each waits for."""
        rows = self.log.rows("SELECT * FROM parked WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
        return [self._parked(row) for row in rows]

    def overdue_parked(self, today: date, *, limit: int = PAGE) -> list[dict[str, Any]]:
        """Return lines parked for longer than the limit: a person has to look at them. Source: 4.2, E-3."""
        last = today - timedelta(days=self.policy.parked_days)
        rows = self.log.rows(
            "SELECT * FROM parked WHERE arrived_on < ? ORDER BY arrived_on, seq LIMIT ?", (last.isoformat(), limit)
        )
        return [self._parked(row) for row in rows]

    def dead_lines(self) -> list[dict[str, Any]]:
        """Return the lines that the house itself failed on: digest, place and kind of error."""
        return [dict(row) for row in self.log.rows("SELECT * FROM dead_line ORDER BY at, receipt_id")]

    def sealed_parts(self, receipt_id: str) -> list[tuple[str, str]]:
        """Return what was sealed of a line, as (owner of the key, ciphertext)."""
        rows = self.log.rows("SELECT owner, ciphertext FROM sealed WHERE receipt_id = ? ORDER BY owner", (receipt_id,))
        return [(row[0], row[1]) for row in rows]

    def _parked(self, row: Any) -> dict[str, Any]:
        waiting = self.log.rows("SELECT need FROM waiting WHERE seq = ? ORDER BY need", (row["seq"],))
        shown = ("seq", "receipt_id", "source", "event_id", "event_type", "supersedes", "arrived_on")
        return {
            **{name: row[name] for name in shown},
            "waits_for": [need[0] for need in waiting],
            "due_on": (date.fromisoformat(row["arrived_on"]) + timedelta(days=self.policy.parked_days)).isoformat(),
        }

    def _one(self, sql: str) -> int:
        return int(self.log.rows(sql)[0][0])


def _quarantined(row: Any, language: str) -> dict[str, Any]:
    why, fix = words(row["code"], language, row["path"], row["expected"])
    shown = ("seq", "receipt_id", "door", "file", "line", "reason", "code", "path", "expected", "source", "event_id")
    return {
        **{name: row[name] for name in shown},
        "event_type": row["event_type"],
        "digest": row["digest"],
        "length": row["length"],
        "received_at": row["received_at"],
        "received_on": row["received_on"],
        "why": why,
        "fix": fix,
    }


class NoCases(CaseView):
    """The exchange has lines, not cases: its case view only keeps step with the log."""

    def pull(self) -> int:
        before, head = self.position, self._work.log.head()
        if head > before:
            with self.view.write() as transaction:
                transaction.track(self.source, head, after=before)
        return head - before
