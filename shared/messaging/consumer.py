"""A service's reading of one source: batches, duplicates, gaps, poison messages and the cases that wait behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.casework import Casework, Reaction
from shared.eventstore import ConcurrencyConflict, StoreUnavailable
from shared.kernel import Fact, Recorded, Refusal
from shared.messaging.port import Letter, Partition, Source, owner_of
from shared.messaging.unreadable import Unreadable

log = structlog.get_logger()

BATCH = 500
GAP = "MISSING_FACT"
WAITING = "WAITING_BEHIND"
REFUSED = "REFUSED"
FAILED = "FAILED"
UNREADABLE = "UNREADABLE"
NOTE_AGAIN = (
    "INSERT INTO dead_letter VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, position) DO UPDATE SET "
    "reason = excluded.reason, detail = excluded.detail, at = excluded.at"
)


class StillUnreadable(Exception):
    """A dead letter was to be handled again, but its fact still cannot be read."""


@dataclass
class Consumer:
    """Turns a source's facts into orders of ours; effects, versions seen and position commit in one transaction.

    A duplicate (version not above the last one seen of its case) is skipped. Where a public fact before it is
    missing, its handling fails or it cannot be read, it becomes a dead letter with its reason, and later facts of the
    same case wait behind it in order; no other case stops. A store or broker that is away is a transient fault:
    raised, to be retried, never dead-lettered. Where the source's name changes, its log was made anew: it is read from
    its beginning, and what was seen of a case is not handled again.
    """

    casework: Casework
    source: Source
    reactions: Mapping[type[Fact], Reaction]
    _blocked: set[str] | None = field(default=None)
    _read_to: int = field(default=-1)
    _stored: int | None = field(default=None)
    _ahead: int = field(default=0)
    _unstored: dict[str, int] = field(default_factory=dict)
    _name: str = field(default="")

    def pull(self) -> int:
        """Handle the next batch; return how many facts were read."""
        head = self.source.head()
        if self.source.name != self._name:
            self._begin()
        if head == self._read_to:
            return 0
        if self._stored is None:
            self._stored = self.casework.log.position_in(self.source.name)
        deliveries = self.source.fetch(self.position, BATCH)
        if deliveries:
            try:
                self._handle(deliveries)
            except (StoreUnavailable, ConcurrencyConflict):
                self._forget()
                raise
        if len(deliveries) < BATCH:
            self._read_to = head
        return len(deliveries)

    @property
    def position(self) -> int:
        """Return the position up to which facts were handled; what had no effect may be read again after a crash."""
        stored = self.casework.log.position_in(self.source.name) if self._stored is None else self._stored
        return max(self._ahead, stored)

    @property
    def behind(self) -> int:
        """Return how far the source's log goes on beyond what was read; 0 when all of it was."""
        head = self.source.head()
        return 0 if head == self._read_to else max(head - self.position, 0)

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return dead letters of this source, oldest first: position, stream, fact_name, reason, detail, at."""
        rows = self.casework.log.rows(
            "SELECT * FROM dead_letter WHERE source = ? ORDER BY position", (self.source.name,)
        )
        return [dict(row) for row in rows]

    def replay(self, *, dry_run: bool) -> int:
        """Handle dead letters again, case by case in order; return how many left (or, dry, would be tried).

        A case stops at the first that fails again; the others go on. Raises StoreUnavailable; what left, left.
        """
        letters = self.dead_letters()
        if dry_run:
            return len(letters)
        cases: dict[str, list[Recorded[Any]]] = {}
        for letter in letters:
            (delivery,) = self.source.fetch(letter["position"] - 1, 1)
            assert delivery.position == letter["position"], "the fact of a dead letter is gone from its source"
            cases.setdefault(delivery.stream, []).append(delivery)
        try:
            return sum(self._replay_case(deliveries) for deliveries in cases.values())
        finally:
            self._blocked = None

    def _begin(self) -> None:
        """Start on a log by its name; of one that it replaces, the dead letters go: all is read again from zero."""
        self._name, self._read_to, self._ahead, self._blocked = self.source.name, -1, 0, None
        self._stored = None
        if not isinstance(self.source, Partition):
            return
        former = "source LIKE ? AND source <> ?", (self.source.former_names, self._name)
        known = self.casework.log.rows(
            "SELECT application_name FROM tracking WHERE application_name LIKE ? AND application_name <> ?", former[1]
        )
        if known and not self.casework.log.position_in(self._name):
            log.error("topic was created anew", source=self._name, before=[row[0] for row in known])
        if self.casework.log.rows(f"SELECT 1 FROM dead_letter WHERE {former[0]} LIMIT 1", former[1]):  # noqa: S608
            with self.casework.log.transaction() as transaction:
                transaction.execute(f"DELETE FROM dead_letter WHERE {former[0]}", former[1])  # noqa: S608

    def _handle(self, deliveries: Sequence[Recorded[Any]]) -> None:
        fresh, seen, parked = self._sort(deliveries)
        position = deliveries[-1].position
        try:
            self._react(position, fresh, seen, parked)
        except (StoreUnavailable, ConcurrencyConflict):
            raise
        except Exception as error:
            if len(deliveries) > 1:
                half = len(deliveries) // 2
                self._handle(deliveries[:half])
                self._handle(deliveries[half:])
                return
            parked = [(deliveries[0], *_why(error))]
            self._react(position, [], [], parked)
        if parked:
            self._blocked = None
            self._alarm(parked)

    def _react(
        self, position: int, fresh: Sequence[Recorded[Any]], seen: Sequence[tuple[str, int]], parked: Sequence[Letter]
    ) -> None:
        versions = {**self._unstored, **dict(seen)}
        owner = self._owner
        rows = [(owner, stream, version) for stream, version in versions.items()]
        if parked:
            self._bury(parked)
        may_wait = len(versions) < BATCH
        stored = self.casework.react(
            self.source.name,
            position,
            fresh,
            self.reactions,
            rows,
            self._letters(parked),
            may_wait=may_wait,
            after=self._stored,
        )
        self._stored = position if stored else self._stored
        self._unstored = {} if stored else versions
        self._ahead = position

    def _forget(self) -> None:
        """Start again from what is stored: another reader was ahead, or nobody knows whether a commit took place."""
        self._stored, self._blocked, self._read_to, self._ahead = None, None, -1, 0
        self._unstored = {}

    def _sort(
        self, deliveries: Sequence[Recorded[Any]]
    ) -> tuple[list[Recorded[Any]], list[tuple[str, int]], list[Letter]]:
        last = self._last_seen({delivery.stream for delivery in deliveries})
        blocked = self._blocked_cases()
        waiting: set[str] = set()
        fresh, parked = [], []
        for delivery in deliveries:
            known = last.get(delivery.stream, 0)
            if 0 < delivery.version <= known:
                continue
            if delivery.stream in blocked or delivery.stream in waiting:
                parked.append((delivery, WAITING, ""))
            elif isinstance(delivery.fact, Unreadable):
                parked.append((delivery, UNREADABLE, delivery.fact.why))
                waiting.add(delivery.stream)
            elif delivery.meta.prv > known:
                parked.append((delivery, GAP, f"expected the public fact after version {known}"))
                waiting.add(delivery.stream)
            else:
                fresh.append(delivery)
                last[delivery.stream] = delivery.version
        touched = {delivery.stream for delivery in fresh}
        return fresh, [(stream, last[stream]) for stream in sorted(touched)], parked

    def _last_seen(self, streams: set[str]) -> dict[str, int]:
        ordered = sorted(streams)
        found: dict[str, int] = {}
        for start in range(0, len(ordered), BATCH):
            part = ordered[start : start + BATCH]
            rows = self.casework.log.rows(
                f"SELECT stream, version FROM seen WHERE source = ? AND stream IN ({','.join('?' * len(part))})",  # noqa: S608
                (self._owner, *part),
            )
            found.update((row["stream"], row["version"]) for row in rows)
        return {**found, **{stream: self._unstored[stream] for stream in streams if stream in self._unstored}}

    def _blocked_cases(self) -> set[str]:
        if self._blocked is None or self.casework.log.is_shared:
            rows = self.casework.log.rows(
                "SELECT DISTINCT stream FROM dead_letter WHERE source = ?", (self.source.name,)
            )
            self._blocked = {row["stream"] for row in rows}
        return self._blocked

    def _letters(self, parked: Sequence[Letter]) -> list[tuple[Any, ...]]:
        at = self.casework.clock.wall().isoformat()
        return [
            (self.source.name, d.position, d.stream, _name_of(d.fact), reason, detail, at)
            for d, reason, detail in parked
        ]

    @property
    def _owner(self) -> str:
        return owner_of(self.source)

    def _bury(self, parked: Sequence[Letter]) -> None:
        if isinstance(self.source, Partition):
            self.source.bury(self.casework.log.name, parked)

    def _alarm(self, parked: Sequence[Letter]) -> None:
        for delivery, reason, detail in parked:
            if reason != WAITING:
                log.error("dead letter", source=self.source.name, fact=delivery.fact_id, reason=reason, detail=detail)

    def _replay_case(self, deliveries: Sequence[Recorded[Any]]) -> int:
        """Handle one case's dead letters in the order of its versions; return how many left."""
        in_order = sorted(deliveries, key=lambda d: (d.version, isinstance(d.fact, Unreadable)))
        for done, delivery in enumerate(in_order):
            known = self._last_seen({delivery.stream}).get(delivery.stream, 0)
            if delivery.meta.prv > known:
                return done
            try:
                self._replay_one(delivery, known)
            except (StoreUnavailable, ConcurrencyConflict):
                raise
            except Exception as error:
                self._note_again([(delivery, *_why(error))])
                return done
        return len(deliveries)

    def _replay_one(self, delivery: Recorded[Any], known: int) -> None:
        """Handle a dead letter; one that was handled meanwhile only leaves."""
        is_new = delivery.version > known or not delivery.version
        if is_new and isinstance(delivery.fact, Unreadable):
            raise StillUnreadable(delivery.fact.why)
        seen = (self._owner, delivery.stream, max(delivery.version, known))
        self.casework.replay(delivery, self.reactions if is_new else {}, seen, letters_of=self.source.name)

    def _note_again(self, parked: Sequence[Letter]) -> None:
        with self.casework.log.transaction() as transaction:
            transaction.execute_many(NOTE_AGAIN, self._letters(parked))
        self._alarm(parked)


def _why(error: Exception) -> tuple[str, str]:
    if isinstance(error, StillUnreadable):
        return UNREADABLE, str(error)
    return REFUSED if isinstance(error, Refusal) else FAILED, type(error).__name__


def _name_of(fact: Fact) -> str:
    return fact.name if isinstance(fact, Unreadable) else fact.fact_name
