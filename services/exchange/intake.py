"""Lines inside one transaction: duplicates, parking, corrections, release in order of arrival (section 4)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import heappop, heappush
from typing import Any

from eventsourcing.persistence import StoredEvent

from services.exchange.domain import rules
from services.exchange.domain.checks import Event, Rejected
from services.exchange.domain.errors import Rejection
from services.exchange.domain.terms import EVENT_TYPES, EventType
from services.exchange.receipts import Line, Receipt, receipt_of
from shared.contracts.agency import Origin
from shared.contracts.exchange import BusinessClockAdvanced, LineOutcome, LineReceived, LineReleased, QuarantineReason
from shared.eventstore import Log, Transaction, stored
from shared.kernel import Fact, Meta

WITHOUT_CONTENT = (QuarantineReason.MALFORMED, QuarantineReason.PERSONAL_DATA)
CLOCK_STREAM = "clock:business"
BY_HEART = 1_000
PUT_SEALED = (
    "INSERT INTO sealed VALUES (?, ?, ?) ON CONFLICT (receipt_id, owner) DO UPDATE SET ciphertext = excluded.ciphertext"
)
OWN_ACTOR = "system:exchange"


@dataclass(frozen=True, slots=True)
class _Admitted:
    """An event whose prerequisites are all there: what applying it takes; data without what is sealed."""

    receipt_id: str
    source: str
    event_id: str
    type: EventType
    time: str
    supersedes: str
    data: dict[str, Any]


class Intake:
    """Takes lines one by one; rows that later lines ask for are written at once, all others at the end."""

    def __init__(
        self,
        log: Log,
        transaction: Transaction[Any],
        seal: Callable[[str, str], str],
        *,
        door: str,
        today: date,
        at: datetime,
        policy: str,
    ) -> None:
        self.today = today
        self._log = log
        self._rows = transaction
        self._seal = seal
        self._door = door
        self._at = at
        self._policy = policy
        self._events: list[StoredEvent] = []
        self._versions: dict[str, int] = {}
        self._receipts: dict[str, tuple[Any, ...]] = {}
        self._sealed: list[tuple[str, str, str]] = []
        self._ready: list[int] = []
        self._awaited = self._all_awaited()

    def earlier_receipt(self, receipt_id: str) -> Receipt | None:
        """Return the receipt a redelivered line got before."""
        self._flush_receipts()
        rows = self._rows.rows("SELECT * FROM receipt WHERE receipt_id = ?", (receipt_id,))
        return receipt_of(rows[0]) if rows else None

    def reject(self, line: Line, rejected: Rejected, digest: str) -> Receipt:
        """Quarantine a line with its reason. Of MALFORMED and PERSONAL_DATA the content is not kept. Source: E-2."""
        rejection = rejected.rejection
        kept = rejection.reason not in WITHOUT_CONTENT
        self._receive(
            LineReceived(
                receipt_id=line.receipt_id,
                door=self._door,
                outcome=LineOutcome.QUARANTINED,
                reason=rejection.reason,
                source=rejected.source,
                event_type=rejected.event_type,
                published_on=rejected.published_on,
            )
        )
        content = self._seal(f"receipt:{line.receipt_id}", line.content.decode()) if kept else ""
        return self._answer(line, LineOutcome.QUARANTINED, rejected, digest, content)

    def verdict(self, event: Event) -> Rejection | LineOutcome:
        """Say what will become of an event, without any effect yet."""
        earlier = self._inbox(event.source, event.event_id)
        if earlier is not None and earlier["content"] == event.content:
            return LineOutcome.DUPLICATE
        fault = self._fault_of_correction(event)
        if fault is None and earlier is not None:
            fault = Rejection("OTHER_CONTENT", "$.id")
        if fault is not None:
            return fault
        return LineOutcome.PARKED if self._unmet(event) else LineOutcome.APPLIED

    def advance(self, day: date) -> None:
        """Move the business clock, before the facts of that day."""
        self.today = day
        self._stage(CLOCK_STREAM, BusinessClockAdvanced(day=day), "")

    def take(self, line: Line, event: Event, outcome: LineOutcome, digest: str) -> Receipt:
        """Acknowledge, park or apply an event as its verdict said; applying may release parked ones."""
        self._receive(
            LineReceived(
                receipt_id=line.receipt_id,
                door=self._door,
                outcome=outcome,
                source=event.source,
                event_type=event.type.name,
                supersedes=bool(event.supersedes),
                business_on=event.business_on,
                published_on=event.published_on,
            )
        )
        receipt = self._answer(line, outcome, event, digest, "")
        if outcome is not LineOutcome.DUPLICATE:
            self._accept(line, event, outcome)
        return receipt

    def know(self, number: str) -> None:
        """Take note of a number that is out (ours) and release what waits for it."""
        self._note([number], "")
        self._wake([number])
        self._release()

    def flush(self) -> None:
        """Write the facts and the rows that nothing in this transaction asks for."""
        if self._events:
            self._rows.insert(self._events)
        self._flush_receipts()
        self._rows.execute_many(PUT_SEALED, self._sealed)
        self._events, self._sealed = [], []

    # What an event needs, and what it may correct.

    def _fault_of_correction(self, event: Event) -> Rejection | None:
        """Compare a correction with the event it supersedes, as soon as that one is known. Source: 4.3, E-4."""
        if not event.supersedes:
            return None
        if event.supersedes == event.event_id:
            return Rejection("SUPERSEDES_ITSELF", "$.supersedes")
        target = self._inbox(event.source, event.supersedes)
        if target is not None and target["key"] != event.key:
            return Rejection("SUPERSEDES_OTHER_KEY", "$.supersedes", rules.key_fields_of(event.data))
        if target is not None and target["superseded_by"]:
            return Rejection("SUPERSEDED_ALREADY", "$.supersedes")
        return None

    def _unmet(self, event: Event) -> list[str]:
        needs = []
        number = rules.prerequisite(event.type, event.data)
        if number and not self._rows.rows("SELECT 1 FROM known_number WHERE number = ?", (number,)):
            needs.append(number)
        if event.supersedes:
            target = self._inbox(event.source, event.supersedes)
            if target is None or not target["applied"]:
                needs.append(rules.event_need(event.source, event.supersedes))
        return needs

    def _inbox(self, source: str, event_id: str) -> Any | None:
        rows = self._rows.rows("SELECT * FROM inbox WHERE source = ? AND event_id = ?", (source, event_id))
        return rows[0] if rows else None

    # Accepting: the event has its key from here on.

    def _accept(self, line: Line, event: Event, outcome: LineOutcome) -> None:
        needs = self._unmet(event) if outcome is LineOutcome.PARKED else []
        self._rows.execute(
            "INSERT INTO inbox VALUES (?, ?, ?, ?, ?, '', ?)",
            (event.source, event.event_id, event.content, event.key, 0 if needs else 1, line.receipt_id),
        )
        data, sealed = rules.split(event.type, event.data)
        self._sealed += [(line.receipt_id, owner, self._seal(owner, text)) for owner, text in sealed]
        self._drop_wrong_corrections(event)
        admitted = _Admitted(
            line.receipt_id, event.source, event.event_id, event.type, event.time, event.supersedes, data
        )
        if needs:
            self._park(admitted, event.key, needs)
        else:
            self._apply(admitted)
            self._release()

    def _park(self, event: _Admitted, key: str, needs: Sequence[str]) -> None:
        self._rows.execute(
            "INSERT INTO parked (receipt_id, source, event_id, event_type, time, supersedes, key, missing, arrived_on, "
            "data) VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                event.receipt_id,
                event.source,
                event.event_id,
                event.type.name,
                event.time,
                event.supersedes,
                key,
                len(needs),
                self.today.isoformat(),
                rules.canonical(event.data),
            ),
        )
        (row,) = self._rows.rows("SELECT MAX(seq) FROM parked")
        self._rows.execute_many("INSERT INTO waiting VALUES (?, ?)", [(need, row[0]) for need in needs])
        if self._awaited is not None:
            self._awaited.update(needs)

    def _apply(self, event: _Admitted) -> None:
        """Pass an event on as a fact: its numbers are known from here on, and what it supersedes is marked."""
        linked = self._report_behind(rules.prerequisite(event.type, event.data)) if not event.type.stream[1] else ""
        report = rules.report_of(event.type, event.data, linked)
        numbers = rules.provided(event.type, event.data)
        self._note(numbers, report)
        self._stage(rules.stream_of(event.type, event.data, report), _fact(event, report), event.receipt_id)
        if event.supersedes:
            self._supersede(event)
        self._wake([*numbers, rules.event_need(event.source, event.event_id)])

    def _report_behind(self, number: str) -> str:
        rows = self._rows.rows("SELECT report_token FROM known_number WHERE number = ?", (number,))
        return str(rows[0][0]) if rows else ""

    def _note(self, numbers: Sequence[str], report: str) -> None:
        self._rows.execute_many(
            "INSERT INTO known_number VALUES (?, ?) ON CONFLICT DO NOTHING", [(n, report) for n in numbers]
        )

    def _supersede(self, event: _Admitted) -> None:
        self._rows.execute(
            "UPDATE inbox SET superseded_by = ? WHERE source = ? AND event_id = ?",
            (event.event_id, event.source, event.supersedes),
        )
        for other in self._corrections_of(event.source, event.supersedes):
            if other["event_id"] != event.event_id:
                self._drop(other, Rejection("SUPERSEDED_ALREADY", "$.supersedes"))

    # Releasing, in order of arrival.

    def _all_awaited(self) -> set[str] | None:
        """Return what parked lines wait for, or None where that is too much to know by heart."""
        rows = self._rows.rows("SELECT need FROM waiting LIMIT ?", (BY_HEART + 1,))
        return {row[0] for row in rows} if len(rows) <= BY_HEART else None

    def _is_awaited(self, need: str) -> bool:
        return self._awaited is None or need in self._awaited

    def _wake(self, numbers: Sequence[str]) -> None:
        for number in filter(self._is_awaited, numbers):
            for (seq,) in self._rows.rows("SELECT seq FROM waiting WHERE need = ?", (number,)):
                self._rows.execute("UPDATE parked SET missing = missing - 1 WHERE seq = ?", (seq,))
                heappush(self._ready, seq)
            self._rows.execute("DELETE FROM waiting WHERE need = ?", (number,))

    def _release(self) -> None:
        while self._ready:
            rows = self._rows.rows("SELECT * FROM parked WHERE seq = ? AND missing = 0", (heappop(self._ready),))
            if rows:
                self._leave(rows[0])

    def _leave(self, parked: Any) -> None:
        self._rows.execute("DELETE FROM parked WHERE seq = ?", (parked["seq"],))
        self._rows.execute(
            "UPDATE inbox SET applied = 1 WHERE source = ? AND event_id = ?", (parked["source"], parked["event_id"])
        )
        self._flush_receipts()
        self._rows.execute(
            "UPDATE receipt SET outcome = ? WHERE receipt_id = ?", (LineOutcome.APPLIED, parked["receipt_id"])
        )
        self._stage(
            f"receipt:{parked['receipt_id']}",
            LineReleased(receipt_id=parked["receipt_id"], outcome=LineOutcome.APPLIED),
            parked["receipt_id"],
        )
        self._apply(_admitted(parked))

    def _corrections_of(self, source: str, event_id: str) -> list[Any]:
        return self._rows.rows("SELECT * FROM parked WHERE source = ? AND supersedes = ?", (source, event_id))

    def _drop_wrong_corrections(self, event: Event) -> None:
        if not self._is_awaited(rules.event_need(event.source, event.event_id)):
            return
        for parked in self._corrections_of(event.source, event.event_id):
            if parked["key"] != event.key:
                fields = rules.key_fields_of(json.loads(parked["data"]))
                self._drop(parked, Rejection("SUPERSEDES_OTHER_KEY", "$.supersedes", fields))

    def _drop(self, parked: Any, rejection: Rejection) -> None:
        """Quarantine a parked correction that turned out wrong; its key is free again. Source: 4.3, corner cases."""
        receipt_id = parked["receipt_id"]
        self._rows.execute("DELETE FROM parked WHERE seq = ?", (parked["seq"],))
        self._rows.execute("DELETE FROM waiting WHERE seq = ?", (parked["seq"],))
        self._rows.execute(
            "DELETE FROM inbox WHERE source = ? AND event_id = ?", (parked["source"], parked["event_id"])
        )
        self._flush_receipts()
        content = self._seal(f"receipt:{receipt_id}", parked["data"])
        self._rows.execute(
            "UPDATE receipt SET outcome = ?, reason = ?, code = ?, path = ?, expected = ?, content = ? "
            "WHERE receipt_id = ?",
            (
                LineOutcome.QUARANTINED,
                rejection.reason,
                rejection.code,
                rejection.path,
                rejection.expected,
                content,
                receipt_id,
            ),
        )
        self._stage(
            f"receipt:{receipt_id}",
            LineReleased(receipt_id=receipt_id, outcome=LineOutcome.QUARANTINED, reason=rejection.reason),
            receipt_id,
        )

    # Facts and receipts.

    def _receive(self, fact: LineReceived) -> None:
        self._versions[f"receipt:{fact.receipt_id}"] = 0
        self._stage(f"receipt:{fact.receipt_id}", fact, fact.receipt_id)

    def _stage(self, stream: str, fact: Fact, receipt_id: str) -> None:
        version = self._version(stream)
        self._versions[stream] = version + 1
        meta = Meta(on=self.today, at=self._at, by=OWN_ACTOR, cor=stream, cau=receipt_id, prv=version, pol=self._policy)
        self._events.append(stored(stream, version + 1, fact, self._log.catalogue.encode(fact, meta)))

    def _version(self, stream: str) -> int:
        if stream not in self._versions:
            (row,) = self._rows.rows(
                "SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?", (stream,)
            )
            self._versions[stream] = row[0] or 0
        return self._versions[stream]

    def _answer(self, line: Line, outcome: LineOutcome, event: Event | Rejected, digest: str, content: str) -> Receipt:
        rejection = event.rejection if isinstance(event, Rejected) else None
        event_type = event.event_type if isinstance(event, Rejected) else event.type.name
        receipt = Receipt(
            receipt_id=line.receipt_id,
            outcome=outcome,
            reason=rejection.reason if rejection else None,
            code=rejection.code if rejection else "",
            path=rejection.path if rejection else "",
            expected=rejection.expected if rejection else "",
            source=event.source,
            event_id=event.event_id,
            event_type=event_type,
            arrived_as=outcome,
        )
        self._receipts[line.receipt_id] = (
            line.receipt_id,
            self._door,
            line.file,
            line.number,
            outcome,
            outcome,
            receipt.reason or "",
            receipt.code,
            receipt.path,
            receipt.expected,
            receipt.source,
            receipt.event_id,
            receipt.event_type,
            line.digest or digest,
            line.length or len(line.content),
            self._at.isoformat(),
            self.today.isoformat(),
            content,
        )
        return receipt

    def _flush_receipts(self) -> None:
        self._rows.execute_many(
            "INSERT INTO receipt (receipt_id, door, file, line, arrived_as, outcome, reason, code, path, expected, "
            "source, event_id, event_type, digest, length, received_at, received_on, content) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            list(self._receipts.values()),
        )
        self._receipts = {}


def _admitted(parked: Any) -> _Admitted:
    return _Admitted(
        parked["receipt_id"],
        parked["source"],
        parked["event_id"],
        EVENT_TYPES[parked["event_type"]],
        parked["time"],
        parked["supersedes"],
        json.loads(parked["data"]),
    )


def _fact(event: _Admitted, report: str) -> Fact:
    fact = event.type.fact
    origin = Origin(
        source=event.source,
        event_id=event.event_id,
        receipt_id=event.receipt_id,
        published_on=date.fromisoformat(event.time[:10]),
        published_at=event.time,
        business_on=date.fromisoformat(event.data[fact.business_field]),
        supersedes=event.supersedes or None,
    )
    content = {**event.data, "origin": origin}
    if "report_token" in fact.model_fields:
        content["report_token"] = report
    return fact.model_validate(content)
