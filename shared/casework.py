"""The write side of every service: load, decide, append; commands and reactions in one transaction, exactly once."""

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

import structlog

from shared.eventstore import ConcurrencyConflict, Log, StoreUnavailable, Transaction, stored
from shared.eventstore.store import PUT_LETTER, PUT_SEEN
from shared.kernel import Actor, Clock, Command, Context, Fact, Meta, Model, Policy, Recorded, Refusal, Workdays
from shared.kernel.refusal import RoleNotPermitted

log = structlog.get_logger()

CACHED_CASES = 20_000
GROUPED_ORDERS = 500
LINGER_S = 0.000_5
MISSED_FACTS = 1_000
ATTEMPTS = 5
COMMANDS = "SELECT command_id, digest, position FROM command WHERE command_id IN ({})"
HISTORIES = (
    "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE originator_id IN ({}) "
    "ORDER BY originator_id, originator_version"
)
FIRED, FIRED_IN_VAIN = 1, 2


@dataclass(frozen=True, slots=True)
class Order:
    """A command on its way to one case: by whom, under which id (a repeat of the id takes effect once)."""

    stream: str
    command: Command
    actor: Actor
    command_id: str = ""
    correlation_id: str = ""
    causation_id: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of an order: the log position it is visible from, or the refusal."""

    position: int = 0
    refusal: Refusal | None = None
    repeated: bool = False


class CommandIdReused(Refusal):
    rule = "IDEMPOTENCY"
    source = "design.md 4, guarantee 1"
    zh = "该幂等键已用于另一条内容不同的命令"
    en = "this idempotency key was used for a command with other content"
    fix_zh = "为新的命令换一个新的幂等键"
    fix_en = "use a fresh idempotency key for a new command"


class UnknownCase(Refusal):
    rule = "CASE"
    source = "design.md 1"
    zh = "没有编号为 {case_id} 的案件"
    en = "there is no case {case_id}"
    fix_zh = "核对案件编号；案件由机关来文登记后才会出现"
    fix_en = "check the case id; a case appears once an agency's event registered it"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case as last seen: version 1..n, the version of its last public fact, its state."""

    version: int
    public: int
    state: Any


class _Request:
    """Orders of one caller on their way into a transaction, perhaps together with those of others."""

    __slots__ = ("_turn", "error", "orders", "outcomes")

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = orders
        self.outcomes: list[Outcome] | None = None
        self.error: Exception | None = None
        self._turn = threading.Lock()
        self._turn.acquire()

    @property
    def is_answered(self) -> bool:
        return self.outcomes is not None or self.error is not None

    def wait(self) -> None:
        """Wait for the answer, or for one's turn to lead."""
        self._turn.acquire()

    def wake(self) -> None:
        self._turn.release()

    def answer(self) -> list[Outcome]:
        if self.error is not None:
            raise self.error
        assert self.outcomes is not None
        return self.outcomes


Reaction = Callable[[Recorded[Any], Callable[[str], Any]], Iterable[Order]]


@dataclass
class Casework:
    """Runs orders against the models of one service over its log.

    One writer at a time in a process: what callers bring meanwhile is carried out in one transaction after it. Where
    other processes write too, each transaction first forgets the cases that they changed.
    """

    log: Log
    models: Mapping[str, Model[Any]]
    clock: Clock
    policy: Policy
    workdays: Workdays
    seal: Callable[[str, str], str]
    public: frozenset[str]
    _cache: "OrderedDict[str, Loaded]" = field(default_factory=OrderedDict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _requests: "deque[_Request]" = field(default_factory=deque)
    _queue: threading.Lock = field(default_factory=threading.Lock)
    _is_led: bool = False
    _was_shared: bool = False
    _known_to: int = -1
    _earliest: date | None = None
    _earliest_known: bool = False

    def handle(self, orders: Sequence[Order]) -> list[Outcome]:
        """Carry out orders in one transaction; a refusal or a conflict stays with its own order.

        Orders that several threads bring at the same time share a transaction.
        """
        if not orders:
            return []
        request = _Request(orders)
        with self._queue:
            self._requests.append(request)
            waits, self._is_led = self._is_led, True
        if waits:
            request.wait()
        if not request.is_answered:
            self._lead(request)
        return request.answer()

    def state(self, stream: str) -> Any:
        """Return the case's state as of now (the empty state if there is no such case)."""
        with self._lock:
            self._look_around()
            return self._load(stream).state

    def exists(self, stream: str) -> bool:
        with self._lock:
            self._look_around()
            return self._load(stream).version > 0

    def cached_state(self, stream: str, version: int) -> Any | None:
        """Return the state if it is in memory at exactly this version: what a projection wants right after a commit."""
        with self._lock:
            loaded = self._cache.get(stream)
            return loaded.state if loaded is not None and loaded.version == version else None

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
        """Turn others' facts into orders of ours; effects, versions seen, dead letters and position commit together.

        after: the position the deliveries were read from; a reader that another one overtook raises.

        With `may_wait`, deliveries without any effect store nothing, not even the position: read again after a crash,
        they have no effect again. Return whether something was stored. A refused order is a poison message: the
        refusal is raised and nothing is stored.
        """
        if may_wait and not letters and not any(type(delivery.fact) in reactions for delivery in deliveries):
            return False
        with self._lock, self._batch() as batch:
            for delivery in deliveries:
                batch.react(delivery, reactions)
            if may_wait and not letters and batch.is_empty:
                return False
            batch.flush()
            batch.transaction.execute_many(PUT_SEEN, seen)
            batch.transaction.execute_many(PUT_LETTER, letters)
            batch.transaction.track(source, position, after=after)
        return True

    def replay(
        self,
        delivery: Recorded[Any],
        reactions: Mapping[type[Fact], Reaction],
        seen: tuple[str, str, int],
        *,
        letters_of: str,
    ) -> None:
        """Handle one dead letter of a source again: its effects and its leaving the dead letters commit together."""
        with self._lock, self._batch() as batch:
            batch.react(delivery, reactions)
            batch.flush()
            batch.transaction.execute(PUT_SEEN, seen)
            batch.transaction.execute(
                "DELETE FROM dead_letter WHERE source = ? AND position = ?", (letters_of, delivery.position)
            )

    def fire_deadlines(self, today: date, limit: int = 500) -> int:
        """Turn deadlines that are due into commands, each exactly once; return how many fired.

        One whose command is refused stops no other: it is logged and kept with `fired = 2`.
        """
        with self._lock:
            earliest = self.next_deadline()
            if earliest is None or earliest > today:
                return 0
            with self._batch() as batch:
                due = batch.transaction.rows(
                    "SELECT stream, kind, fires_on FROM deadline WHERE fired = 0 AND fires_on <= ? "
                    "ORDER BY fires_on, stream, kind LIMIT ?",
                    (today.isoformat(), limit),
                )
                fired = [(self._fire(batch, *row), *row) for row in due]
                batch.transaction.execute_many(
                    "UPDATE deadline SET fired = ? WHERE stream = ? AND kind = ? AND fires_on = ?", fired
                )
                batch.flush()
            self._earliest_known = False
            return len(due)

    def next_deadline(self) -> date | None:
        """Return the first day on which a deadline fires, None if none is open."""
        with self._lock:
            self._look_around()
            if not self._earliest_known:
                (row,) = self.log.rows("SELECT MIN(fires_on) FROM deadline WHERE fired = 0")
                self._earliest = date.fromisoformat(row[0]) if row[0] else None
                self._earliest_known = True
            return self._earliest

    def model(self, stream: str) -> Model[Any]:
        return self.models[stream.partition(":")[0]]

    @contextmanager
    def _batch(self) -> Iterator["_Batch"]:
        """Open a transaction, upon what other processes wrote; a conflict forgets all that is in memory."""
        try:
            with self.log.transaction() as transaction:
                self._catch_up(transaction)
                batch = _Batch(self, transaction)
                yield batch
        except ConcurrencyConflict:
            self._cache.clear()
            self._earliest_known = False
            raise
        self._remember(batch)

    def _look_around(self) -> None:
        if self.log.is_shared:
            self._catch_up(self.log)

    def _catch_up(self, log: Log | Transaction[Any]) -> None:
        """Forget the cases that others wrote to, and the next deadline, since facts were last seen in the log."""
        head = log.head()
        if head == self._known_to:
            return
        missed = log.written_after(self._known_to, MISSED_FACTS) if 0 <= self._known_to < head else None
        if missed is None or len(missed) == MISSED_FACTS:
            self._cache.clear()
        else:
            for stream in missed:
                self._cache.pop(stream, None)
        self._known_to, self._earliest_known = head, False

    def _lead(self, request: _Request) -> None:
        """Carry out what waits in one transaction, own request first, then let the next one lead.

        Where the last transaction was shared, those whom it answered are about to bring more: they are waited for.
        """
        if self._was_shared:
            time.sleep(LINGER_S)
        with self._queue:
            requests = self._next_requests()
        self._was_shared = len(requests) > 1
        try:
            with self._lock:
                self._carry_out(requests)
        finally:
            with self._queue:
                self._is_led = bool(self._requests)
                if self._is_led:
                    self._requests[0].wake()
            for answered in requests:
                if answered is not request:
                    answered.wake()

    def _next_requests(self) -> list[_Request]:
        """Return the oldest requests that wait, as many as go into one transaction, at least one."""
        found = [self._requests.popleft()]
        orders = len(found[0].orders)
        while self._requests and orders + len(self._requests[0].orders) <= GROUPED_ORDERS:
            found.append(self._requests.popleft())
            orders += len(found[-1].orders)
        return found

    def _carry_out(self, requests: Sequence[_Request]) -> None:
        """Answer requests together; where one of them breaks, each by itself, so that it fails no neighbour."""
        try:
            outcomes = iter(self._settle([order for request in requests for order in request.orders]))
        except Exception as error:
            if len(requests) == 1 or isinstance(error, StoreUnavailable):
                for request in requests:
                    request.error = error
            else:
                for request in requests:
                    self._carry_out([request])
            return
        except BaseException:
            for request in requests:
                request.error = StoreUnavailable("the process ends")
            raise
        for request in requests:
            request.outcomes = list(islice(outcomes, len(request.orders)))

    def _settle(self, orders: Sequence[Order]) -> list[Outcome]:
        try:
            return self._together(orders)
        except ConcurrencyConflict:
            return [self._alone(order) for order in orders]

    def _fire(self, batch: "_Batch", stream: str, kind: str, fires_on: str) -> int:
        pass_deadline = self.model(stream).pass_deadline
        assert pass_deadline is not None, stream
        command = pass_deadline(kind, date.fromisoformat(fires_on))
        cause = f"deadline:{kind}:{fires_on}"
        outcome = batch.attempt(Order(stream, command, Actor.system(self.log.name), causation_id=cause))
        if outcome.refusal is None:
            return FIRED
        log.error("deadline refused", stream=stream, kind=kind, fires_on=fires_on, why=str(outcome.refusal))
        return FIRED_IN_VAIN

    def _together(self, orders: Sequence[Order]) -> list[Outcome]:
        with self._batch() as batch:
            if self.log.is_shared:
                batch.ask_ahead(orders)
            outcomes = [batch.attempt(order) for order in orders]
            batch.flush()
        return outcomes

    def _alone(self, order: Order) -> Outcome:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._together([order])[0]
            except ConcurrencyConflict:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError

    def _remember(self, batch: "_Batch") -> None:
        self._earliest_known = self._earliest_known and not batch.moved_deadlines
        self._known_to = max(self._known_to, batch.transaction.last_position)
        for stream, loaded in batch.now.items():
            self._cache[stream] = loaded
            self._cache.move_to_end(stream)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._cache) > CACHED_CASES:
            self._cache.popitem(last=False)

    def _load(self, stream: str, transaction: Transaction[Any] | None = None) -> Loaded:
        loaded = self._cache.get(stream)
        if loaded is None:
            loaded = self._cache[stream] = self._fold(stream, (transaction or self.log).history(stream))
            self._forget_oldest()
        else:
            self._cache.move_to_end(stream)
        return loaded

    def _fold(self, stream: str, history: Sequence[tuple[int, str, bytes]]) -> Loaded:
        kind, _, case_id = stream.partition(":")
        model, fact_of = self.models[kind], self.log.catalogue.fact
        state, version, public = model.initial(case_id), 0, 0
        for version, name, stored_form in history:
            state = model.evolve(state, fact_of(name, stored_form))
            if name in self.public:
                public = version
        return Loaded(version, public, state)


class _Batch:
    """The orders of one transaction: states move on in memory, rows are written once at the end."""

    def __init__(self, casework: Casework, transaction: Transaction[Any]) -> None:
        self._casework = casework
        self.transaction = transaction
        self._before: dict[str, Loaded] = {}
        self.now: dict[str, Loaded] = {}
        self._events: list[Any] = []
        self._commands: dict[str, tuple[str, int]] = {}
        self._pending: list[tuple[Outcome, int]] = []
        self._asked: set[str] = set()
        self._found: dict[str, tuple[str, int]] = {}
        self.moved_deadlines = False

    @property
    def is_empty(self) -> bool:
        """Has nothing been decided yet?"""
        return not self._events and not self._commands

    def state(self, stream: str) -> Any:
        return self._loaded(stream).state

    def react(self, delivery: Recorded[Any], reactions: Mapping[type[Fact], Reaction]) -> None:
        reaction = reactions.get(type(delivery.fact))
        for order in reaction(delivery, self.state) if reaction else ():
            self.run(order)

    def ask_ahead(self, orders: Sequence[Order]) -> None:
        """Ask for all that the orders need at once, where each question is a way to a server and back."""
        self._asked = {order.command_id for order in orders if order.command_id}
        for command_id, digest, position in self._rows_among(COMMANDS, self._asked):
            self._found[command_id] = (digest, position)
        histories: dict[str, list[tuple[int, str, bytes]]] = {
            order.stream: [] for order in orders if order.stream not in self._casework._cache
        }
        for stream, *fact in self._rows_among(HISTORIES, histories):
            histories[stream].append(tuple(fact))
        for stream, history in histories.items():
            self._before[stream] = self.now[stream] = self._casework._fold(stream, history)

    def _rows_among(self, sql: str, names: Collection[str]) -> list[Any]:
        return self.transaction.rows(sql.format(",".join("?" * len(names))), [*names]) if names else []

    def attempt(self, order: Order) -> Outcome:
        try:
            return self.run(order)
        except Refusal as refusal:
            return Outcome(refusal=refusal)

    def run(self, order: Order) -> Outcome:
        require_role(order)
        digest = _digest(order) if order.command_id else ""
        if order.actor.is_person and not self._loaded(order.stream).version:
            raise UnknownCase(case_id=order.stream.partition(":")[2])
        known = self._earlier(order.command_id, digest)
        if known is not None:
            return known
        work = self._casework
        context = Context(work.clock.business(), order.actor, work.policy, work.workdays, work.seal)
        model = work.model(order.stream)
        facts = model.decide(self._loaded(order.stream).state, order.command, context)
        self._stage(order, model, facts)
        outcome = Outcome()
        self._pending.append((outcome, len(self._events)))
        if order.command_id:
            self._commands[order.command_id] = (digest, len(self._events))
        return outcome

    def flush(self) -> None:
        """Write facts, command rows and deadlines."""
        if not self._events and not self._commands:
            return
        head = self._casework._known_to
        if self._events:
            last = self.transaction.insert(self._events)
            head = last - len(self._events)
        for outcome, count in self._pending:
            outcome.position = head + count
        self.transaction.execute_many(
            "INSERT INTO command VALUES (?, ?, ?)",
            [(key, digest, head + n) for key, (digest, n) in self._commands.items()],
        )
        self._move_deadlines()

    def _loaded(self, stream: str) -> Loaded:
        if stream not in self.now:
            self._before[stream] = self.now[stream] = self._casework._load(stream, self.transaction)
        return self.now[stream]

    def _stage(self, order: Order, model: Model[Any], facts: Sequence[Fact]) -> None:
        if not facts:
            return
        loaded = self._loaded(order.stream)
        version, public, state = loaded.version, loaded.public, loaded.state
        encode, names = self._casework.log.catalogue.encode_beside, self._casework.public
        meta = self._meta(order).model_dump_json(exclude_defaults=True)
        for fact in facts:
            version += 1
            self._events.append(stored(order.stream, version, fact, encode(fact, meta, public)))
            public = version if fact.fact_name in names else public
            state = model.evolve(state, fact)
        self.now[order.stream] = Loaded(version, public, state)

    def _meta(self, order: Order) -> Meta:
        """Return what is known about all facts of an order; each has its own `prv` beside."""
        work = self._casework
        return Meta(
            on=work.clock.business(),
            at=work.clock.wall(),
            by=order.actor.person_id,
            cmd=order.command_id,
            cor=order.correlation_id,
            cau=order.causation_id,
            pol=work.policy.reference,
        )

    def _earlier(self, command_id: str, digest: str) -> Outcome | None:
        if not command_id:
            return None
        staged = self._commands.get(command_id)
        known = staged or self._stored_command(command_id)
        if known is None:
            return None
        if known[0] != digest:
            raise CommandIdReused
        outcome = Outcome(position=known[1], repeated=True)
        if staged:
            self._pending.append((outcome, staged[1]))
        return outcome

    def _stored_command(self, command_id: str) -> tuple[str, int] | None:
        if command_id in self._asked:
            return self._found.get(command_id)
        rows = self.transaction.rows("SELECT digest, position FROM command WHERE command_id = ?", (command_id,))
        return (rows[0][0], rows[0][1]) if rows else None

    def _move_deadlines(self) -> None:
        gone: list[tuple[str, str]] = []
        new: list[tuple[str, str, str]] = []
        for stream, loaded in self._before.items():
            if self.now[stream] is loaded:
                continue
            deadlines = self._casework.model(stream).deadlines
            old, current = deadlines(loaded.state), deadlines(self.now[stream].state)
            gone += [(stream, kind) for kind in old if kind not in current]
            new += [(stream, kind, day.isoformat()) for kind, day in current.items() if old.get(kind) != day]
        self.moved_deadlines = bool(gone or new)
        self.transaction.execute_many("DELETE FROM deadline WHERE stream = ? AND kind = ?", gone)
        self.transaction.execute_many(
            "INSERT INTO deadline VALUES (?, ?, ?, 0) "
            "ON CONFLICT (stream, kind) DO UPDATE SET fires_on = excluded.fires_on, fired = 0",
            new,
        )


def require_role(order: Order) -> None:
    """Refuse an actor whose role may not issue the command, and the system where a person has to decide."""
    roles = type(order.command).roles
    if (order.actor.role in roles) if roles else not order.actor.is_person:
        return
    raise RoleNotPermitted(
        role=order.actor.role or "SYSTEM",
        command=type(order.command).name or type(order.command).__name__,
        roles=", ".join(sorted(roles)) or "SYSTEM",
    )


def _digest(order: Order) -> str:
    content = (
        f"{order.stream}\n{order.actor.person_id}\n{type(order.command).__name__}\n{order.command.model_dump_json()}"
    )
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
