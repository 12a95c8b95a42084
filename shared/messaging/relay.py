"""The relay: publishes one service's public facts to Kafka, all of them, in the order of its log."""

import fcntl
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import structlog
from kafka import KafkaProducer

from shared.contracts import public_facts
from shared.eventstore import Catalogue, Log, tracked_position
from shared.kernel import Fact
from shared.messaging.cluster import CLIENT, Cluster, broker_answers
from shared.messaging.direct import facts_after
from shared.messaging.envelope import to_message, topic_of
from shared.messaging.port import TransportUnavailable

log = structlog.get_logger()

BATCH = 1_000
IN_FLIGHT = 2 * BATCH
WAIT_S = 10
NEVER_MS = 2**31 - 1


class Lease(Protocol):
    """The right to publish one service's facts: one relay has it, another waits."""

    def held(self) -> bool:
        """Have it, or try to get it now."""

    def release(self) -> None: ...


class FileLease:
    """A lease by a lock on a file: it goes with the process, however that ends. For services on SQLite."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def held(self) -> bool:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Relay:
    """Publishes facts, waits until the broker has them, then commits how far it came in the service's own store.

    A relay that dies in between publishes some facts again: consumers drop them by version. Nothing is ever given up:
    while the broker is away, what was handed over waits in its order. Where the topic was created anew, everything is
    published again. The lease keeps a second relay waiting; should two be active all the same, both publish in the
    log's order, so that each case's facts still come first in order, and the slower one fails to commit its position.
    """

    def __init__(
        self, log: Log, cluster: Cluster, lease: Lease, *, topic: str = "", facts: Sequence[type[Fact]] | None = None
    ) -> None:
        self.topic = topic or topic_of(log.name)
        self._log = log
        self._cluster = cluster
        self._lease = lease
        self._catalogue = Catalogue(public_facts(log.name) if facts is None else facts)
        self._producer: KafkaProducer | None = None
        self._sent: deque[tuple[int, Any]] = deque()
        self._name = ""
        self._handed_to = 0

    @property
    def position(self) -> int:
        """Return the position in the service's log up to which everything public is on the topic."""
        return tracked_position(self._log.store, self._tracking_name())

    def pull(self) -> int:
        """Publish the next batch; return how many facts the broker has now, 0 where another relay has the lease.

        Raises TransportUnavailable where the broker does not answer; called again, it goes on where it was.
        """
        if not self._lease.held():
            self._name = ""
            return 0
        if self._tracking_name() != self._name:
            self._begin()
        self._hand_over()
        return self._settle() if self._sent else 0

    def publish_again(self, position: int) -> None:
        """Publish the one fact at a position again, for readers that could not read it: then they replay their letters.

        It reaches the topic's end, whatever was published since; who handled it already skips it.
        """
        (recorded,) = facts_after(self._log, self._catalogue, position - 1, 1)
        assert recorded.position == position, "there is no public fact at this position"
        key, value, headers = to_message(recorded)
        with broker_answers():
            self._open().send(self.topic, key=key, value=value, headers=headers).get(timeout=WAIT_S)
        self._cluster.forget()

    def close(self) -> None:
        if self._producer is not None:
            self._producer.close(timeout=0)
            self._producer = None
        self._lease.release()
        self._name = ""

    def _tracking_name(self) -> str:
        return f"relay/{self.topic}/{self._cluster.topic(self.topic).topic_id}"

    def _begin(self) -> None:
        """Start from what was committed: at first, after another had the lease, after a failure, on a new topic."""
        self._drop_producer()
        self._handed_to = self.position
        if self._name and not self._handed_to:
            log.error("topic was created anew: publishing everything again", topic=self.topic)
        self._name = self._tracking_name()

    def _hand_over(self) -> None:
        """Hand facts to the producer, beyond the batch that is waited for: it sends while the next are read."""
        while len(self._sent) < IN_FLIGHT:
            facts = facts_after(self._log, self._catalogue, self._handed_to, BATCH)
            with broker_answers():
                for recorded in facts:
                    key, value, headers = to_message(recorded)
                    future = self._open().send(self.topic, key=key, value=value, headers=headers)
                    self._sent.append((recorded.position, future))
                    self._handed_to = recorded.position
            if len(facts) < BATCH:
                return

    def _settle(self) -> int:
        """Wait until the broker has the oldest batch, then commit its position."""
        batch = [self._sent[place] for place in range(min(len(self._sent), BATCH))]
        try:
            with broker_answers():
                for _, future in batch:
                    future.get(timeout=WAIT_S)
        except TransportUnavailable as error:
            if any(future.failed() for _, future in batch):
                log.error("publishing failed, from the committed position again", topic=self.topic, error=str(error))
                self._name = ""
            raise
        self._commit(batch[-1][0])
        for _ in batch:
            self._sent.popleft()
        self._cluster.forget()
        return len(batch)

    def _commit(self, position: int) -> None:
        """Raise ConcurrencyConflict where another relay was faster; the next pull starts from its position."""
        name, self._name = self._name, ""
        with self._log.transaction() as transaction:
            transaction.track(name, position)
        self._name = name

    def _open(self) -> KafkaProducer:
        """Idempotent, and without an end to retries: what is sent again stands on the topic once and in order."""
        if self._producer is None:
            self._producer = KafkaProducer(
                bootstrap_servers=self._cluster.servers,
                acks="all",
                enable_idempotence=True,
                delivery_timeout_ms=NEVER_MS,
                max_block_ms=5_000,
                linger_ms=2,
                batch_size=256 * 1024,
                **CLIENT,
            )
        return self._producer

    def _drop_producer(self) -> None:
        self._sent.clear()
        if self._producer is not None:
            self._producer.close(timeout=0)
            self._producer = None
