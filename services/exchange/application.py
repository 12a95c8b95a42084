"""The exchange at work: many lines in one transaction, each with its receipt; nothing stops the lines after it."""

import hashlib
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import islice
from typing import Any

import structlog

from services.exchange.domain.checks import Doorkeeper, Event, Rejected, check
from services.exchange.domain.commands import RecordNotFalse, RecordNumberOfOurs
from services.exchange.domain.errors import BusinessClockIsTheWallClock, Rejection
from services.exchange.domain.reading import is_blank
from services.exchange.domain.rules import accuser_key
from services.exchange.intake import CLOCK_STREAM, Intake
from services.exchange.receipts import Line, Receipt
from shared.casework import Casework, Reaction, require_role
from shared.contracts.exchange import LineOutcome
from shared.eventstore import ConcurrencyConflict, Log, StoreUnavailable, Transaction
from shared.eventstore.store import PUT_LETTER, PUT_SEEN
from shared.kernel import Clock, Fact, Recorded

log = structlog.get_logger()

ATTEMPTS = 5
DAY = re.compile(rb'"time"\s*:\s*"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]')


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the lines taken.

    receipts: one a line, in order, blank lines left out; taken: how many lines were handled; next_day: where it stopped
    before a line that needs a later business day, that day.
    """

    receipts: list[Receipt]
    taken: int
    next_day: date | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    result: Event | Rejected
    digest: str


@dataclass
class Exchange:
    """The agencies' door: checks lines, keeps receipts, parks, releases, and passes applied events on as facts.

    seal(owner, text) → ciphertext; move_clock: moves the sandbox's business clock, absent in production.
    """

    log: Log
    clock: Clock
    door: Doorkeeper
    seal: Callable[[str, str], str]
    move_clock: Callable[[date], None] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _stopped_at: tuple[Line, _Checked] | None = None

    def receive(
        self, lines: Sequence[Line], *, door: str, moves_clock: bool = False, may_advance: bool = True
    ) -> Received:
        """Take lines in order, in one transaction; a retry with the same receipt ids takes no effect twice.

        With `moves_clock` the business clock follows the lines: the first line may move it to the day of its `time`
        (unless `may_advance` is off), and before any later line that needs another day the exchange stops and says so
        (`next_day`). Lines that are duplicates or quarantined never move it.
        """
        moves_clock = moves_clock and self.is_sandbox
        with self.lock:
            try:
                return self._retried(lines, door, moves_clock, may_advance=may_advance)
            except (StoreUnavailable, ConcurrencyConflict):
                raise
            except Exception as error:
                log.error("a line could not be handled", lines=len(lines), error=type(error).__name__)
                return self._one_by_one(lines, door, moves_clock, may_advance=may_advance)

    def receive_all(self, lines: Sequence[Line], *, door: str) -> list[Receipt]:
        """Take all lines; in a sandbox the business clock follows them, a transaction a day."""
        receipts: list[Receipt] = []
        while lines:
            received = self.receive(lines, door=door, moves_clock=True)
            receipts += received.receipts
            lines = lines[received.taken :]
        return receipts

    def reader(self, sha256: str, lines: Iterable[Line]) -> "FileReader":
        """Return a reader of a file's lines that goes on after the last line that has its receipt."""
        return FileReader(self, sha256, lines)

    @property
    def is_sandbox(self) -> bool:
        return self.move_clock is not None

    def advance_clock(self, day: date) -> None:
        """Move the sandbox's business clock to a day; an earlier day is ignored. Refused in production."""
        if self.move_clock is None:
            raise BusinessClockIsTheWallClock
        with self.lock:
            last = self.business_clock()
            if last is None or day > last:
                with self._intake("clock") as (intake, _):
                    intake.advance(day)
            self.move_clock(day)

    def business_clock(self) -> date | None:
        """Return the day the sandbox's business clock was last moved to, None if never."""
        last = self.log.store.select_events(CLOCK_STREAM, desc=True, limit=1)
        if not last:
            return None
        fact, _ = self.log.catalogue.decode(last[0].topic, last[0].state)
        return fact.day  # type: ignore[attr-defined, no-any-return]

    def resume_at(self, sha256: str) -> int:
        """Return the number of the last line of a file that has its receipt, 0 if none has."""
        rows = self.log.rows("SELECT line FROM file_position WHERE sha256 = ?", (sha256,))
        return int(rows[0][0]) if rows else 0

    @contextmanager
    def _intake(self, door: str) -> Iterator[tuple[Intake, Transaction[Any]]]:
        with self.log.transaction() as transaction:
            intake = Intake(
                self.log,
                transaction,
                self.seal,
                door=door,
                today=self.clock.business(),
                at=self.clock.wall().astimezone(UTC),
                policy=self.door.policy.reference,
            )
            yield intake, transaction
            intake.flush()

    def _retried(self, lines: Sequence[Line], door: str, moves_clock: bool, *, may_advance: bool) -> Received:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._together(lines, door, moves_clock, may_advance=may_advance)
            except ConcurrencyConflict:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError

    def _together(self, lines: Sequence[Line], door: str, moves_clock: bool, *, may_advance: bool) -> Received:
        receipts: list[Receipt] = []
        taken, next_day = 0, None
        with self._intake(door) as (intake, transaction):
            positions = _positions(transaction, {line.file for line in lines if line.file})
            for line in lines:
                if not is_blank(line.content):
                    is_new = bool(line.file) and line.number > positions.get(line.file, 0)
                    earlier = None if is_new else intake.earlier_receipt(line.receipt_id)
                    may_move = may_advance and taken == 0
                    answer = earlier or self._take(intake, line, moves_clock, may_advance=may_move)
                    if isinstance(answer, date):
                        next_day = answer
                        break
                    receipts.append(answer)
                taken += 1
            _note_positions(transaction, lines[:taken])
        if moves_clock and self.move_clock is not None:
            self.move_clock(intake.today)
        return Received(receipts, taken, next_day)

    def _take(self, intake: Intake, line: Line, moves_clock: bool, *, may_advance: bool) -> Receipt | date:
        checked = self._checked(line)
        event = checked.result
        if isinstance(event, Rejected):
            return intake.reject(line, event, checked.digest)
        verdict = intake.verdict(event)
        if isinstance(verdict, Rejection):
            return intake.reject(line, _rejected(event, verdict), checked.digest)
        if moves_clock and verdict is not LineOutcome.DUPLICATE and event.published_on > intake.today:
            if not may_advance:
                self._stopped_at = (line, checked)
                return event.published_on
            intake.advance(event.published_on)
        return intake.take(line, event, verdict, checked.digest)

    def _checked(self, line: Line) -> _Checked:
        if self._stopped_at is not None and self._stopped_at[0] == line:
            return self._stopped_at[1]
        result = check(line.content, self.door, self.clock.wall(), line.topic_code)
        return _Checked(result, hashlib.sha256(line.content).hexdigest())

    def _one_by_one(self, lines: Sequence[Line], door: str, moves_clock: bool, *, may_advance: bool) -> Received:
        receipts: list[Receipt] = []
        for index, line in enumerate(lines):
            try:
                received = self._retried([line], door, moves_clock, may_advance=may_advance and index == 0)
            except (StoreUnavailable, ConcurrencyConflict):
                raise
            except Exception as error:
                receipts.append(self._bury(line, door, type(error).__name__))
                continue
            receipts += received.receipts
            if received.next_day is not None:
                return Received(receipts, index, received.next_day)
        return Received(receipts, len(lines))

    def _bury(self, line: Line, door: str, error: str) -> Receipt:
        """Put a line that the house itself failed on among the dead lines, so that the lines after it go on."""
        digest = line.digest or hashlib.sha256(line.content).hexdigest()
        log.error("dead line", receipt=line.receipt_id, digest=digest, error=error)
        with self.log.transaction() as transaction:
            transaction.execute(
                "INSERT INTO dead_line VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (receipt_id) DO UPDATE SET "
                "error = excluded.error, at = excluded.at",
                (
                    line.receipt_id,
                    door,
                    line.file,
                    line.number,
                    digest,
                    line.length or len(line.content),
                    error,
                    self.clock.wall().isoformat(),
                ),
            )
            _note_positions(transaction, [line])
        return Receipt(line.receipt_id, None)

    @contextmanager
    def recording(self) -> Iterator[tuple[Intake, Transaction[Any]]]:
        """Open one transaction for numbers of ours that are out: what waits for them is released in it."""
        with self.lock, self._intake("house") as opened:
            yield opened


class FileReader:
    """Takes a file's lines in batches, in order; before a line of a later business day it stops and says so.

    line: number of the last line taken, from 1; exhausted: nothing is left to take.
    """

    def __init__(self, exchange: Exchange, sha256: str, lines: Iterable[Line]) -> None:
        self.line = exchange.resume_at(sha256)
        self.exhausted = False
        self._exchange = exchange
        self._waiting: deque[Line] = deque()
        self._lines = (line for line in lines if line.number > self.line)

    def receive(self, limit: int) -> date | None:
        """Take up to `limit` lines; return the business day that the next line needs, None if the day holds."""
        self._waiting.extend(islice(self._lines, max(limit - len(self._waiting), 0)))
        batch = list(islice(self._waiting, limit))
        received = self._exchange.receive(batch, door="file", moves_clock=True, may_advance=False)
        for _ in range(received.taken):
            self.line = self._waiting.popleft().number
        if not self._waiting:
            self._waiting.extend(islice(self._lines, 1))
            self.exhausted = not self._waiting
        return received.next_day


def peek_day(line: bytes) -> date | None:
    """Return the day of a line's `time`, cheaply and without any check; None if none can be seen."""
    match = DAY.search(line)
    try:
        return date.fromisoformat(match[1].decode()) if match else None
    except ValueError:
        return None


def _rejected(event: Event, rejection: Rejection) -> Rejected:
    return Rejected(rejection, event.source, event.event_id, event.type.name, event.published_on)


def _positions(transaction: Transaction[Any], files: set[str]) -> dict[str, int]:
    """Return how far each file was received: a line after that has no receipt yet, since both commit together."""
    found = {}
    for file in files:
        for row in transaction.rows("SELECT line FROM file_position WHERE sha256 = ?", (file,)):
            found[file] = row[0]
    return found


def _note_positions(transaction: Transaction[Any], lines: Sequence[Line]) -> None:
    last = {line.file: line.number for line in lines if line.file}
    transaction.execute_many(
        "INSERT INTO file_position VALUES (?, ?) ON CONFLICT (sha256) DO UPDATE SET line = excluded.line "
        "WHERE excluded.line > file_position.line",
        list(last.items()),
    )


@dataclass
class ExchangeDesk(Casework):
    """The exchange's side of its consumers: other services' facts become numbers that answers may name."""

    exchange: Exchange = field(kw_only=True)
    destroy: Callable[[str], None] = field(kw_only=True)

    def react(
        self,
        source: str,
        position: int,
        deliveries: Sequence[Recorded[Any]],
        reactions: Mapping[type[Fact], Reaction],
        seen: Sequence[tuple[str, str, int]] = (),
        letters: Sequence[tuple[Any, ...]] = (),
        *,
        may_wait: bool = False,
        after: int | None = None,
    ) -> bool:
        if may_wait and not letters and not any(type(delivery.fact) in reactions for delivery in deliveries):
            return False
        with self.exchange.recording() as (intake, transaction):
            self._record(intake, deliveries, reactions)
            transaction.execute_many(PUT_SEEN, seen)
            transaction.execute_many(PUT_LETTER, letters)
            transaction.track(source, position, after=after)
        return True

    def replay(
        self,
        delivery: Recorded[Any],
        reactions: Mapping[type[Fact], Reaction],
        seen: tuple[str, str, int],
        *,
        letters_of: str,
    ) -> None:
        with self.exchange.recording() as (intake, transaction):
            self._record(intake, [delivery], reactions)
            transaction.execute(PUT_SEEN, seen)
            transaction.execute(
                "DELETE FROM dead_letter WHERE source = ? AND position = ?", (letters_of, delivery.position)
            )

    def _record(
        self, intake: Intake, deliveries: Sequence[Recorded[Any]], reactions: Mapping[type[Fact], Reaction]
    ) -> None:
        for delivery in deliveries:
            reaction = reactions.get(type(delivery.fact))
            for order in reaction(delivery, self.state) if reaction else ():
                require_role(order)
                match order.command:
                    case RecordNumberOfOurs(number=number):
                        intake.know(number)
                    case RecordNotFalse(report_token=token):
                        self.destroy(accuser_key(token))
                    case unknown:
                        raise TypeError(type(unknown).__name__)
