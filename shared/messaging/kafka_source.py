"""The Kafka transport's reading side: partitions for consumers, and an owner's whole log in order for projections."""

import threading
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import structlog
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from shared.contracts import public_facts
from shared.kernel import Fact, Recorded
from shared.messaging.cluster import CLIENT, READER, Cluster, broker_answers
from shared.messaging.envelope import from_message, topic_of
from shared.messaging.port import Letter, TransportUnavailable

log = structlog.get_logger()

POLL_MS = 200
POLLS_WITHOUT_ANSWER = 25
MARK_EVERY = 500


class PartitionReader:
    """Reads one partition from any offset on, up to where it ends; offsets may have holes."""

    def __init__(self, cluster: Cluster, topic: str, partition: int) -> None:
        self.cluster = cluster
        self.place = TopicPartition(topic, partition)
        self._consumer: KafkaConsumer | None = None
        self._at = -1
        self._checked: str = ""

    @property
    def topic_id(self) -> str:
        return self.cluster.topic(self.place.topic).topic_id

    def end(self) -> int:
        return self.cluster.end(self.place)

    def read(self, offset: int, limit: int) -> list[Any]:
        """Return messages with an offset from `offset` on, ascending, at most `limit`; none where none are left.

        Raises TransportUnavailable where the broker is away, or no longer has what was not read yet.
        """
        end = self.end()
        self._require_kept(offset, end)
        if offset >= end:
            return []
        with broker_answers():
            self._stand_at(offset)
            return self._poll_until(min(end, self.end()), limit)

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
            self._consumer, self._at = None, -1

    def _poll_until(self, end: int, limit: int) -> list[Any]:
        found: list[Any] = []
        assert self._consumer is not None
        empty = 0
        while len(found) < limit and self._at < end:
            polled = self._consumer.poll(timeout_ms=POLL_MS, max_records=limit - len(found))
            messages = [message for part in polled.values() for message in part]
            found += messages
            before, self._at = self._at, self._consumer.position(self.place)
            empty = 0 if messages or self._at > before else empty + 1
            if empty > POLLS_WITHOUT_ANSWER:
                self._at = -1
                if found:
                    break
                raise TransportUnavailable(f"{self.place.topic}: no message within {POLL_MS * empty} ms")
        return found

    def _stand_at(self, offset: int) -> None:
        if self._consumer is None:
            self._consumer = KafkaConsumer(bootstrap_servers=self.cluster.servers, **READER)
            self._consumer.assign([self.place])
        if self._at != offset:
            self._consumer.seek(self.place, offset)
            self._at = offset

    def _require_kept(self, offset: int, end: int) -> None:
        if offset > end:
            self.cluster.forget()
            if offset > self.end():
                raise TransportUnavailable(f"{self.place.topic} ends at {end}, before what was read: {offset}")
        if self._checked != self.topic_id:
            self.close()
            first = self.cluster.begin(self.place)
            if offset < first:
                log.error("facts are no longer kept", topic=self.place.topic, wanted=offset, first=first)
                raise TransportUnavailable(f"{self.place.topic} begins at {first}, after what was read: {offset}")
            self._checked = self.topic_id


class KafkaSource:
    """One partition of an owner's facts: what a consumer reads, with its position in the consumer's own store.

    A position is the next offset; it is kept under owner, topic id and partition, so that a topic that was deleted and
    created again is another source.
    """

    def __init__(
        self,
        cluster: Cluster,
        owner: str,
        partition: int = 0,
        *,
        topic: str = "",
        facts: Sequence[type[Fact]] | None = None,
    ) -> None:
        self.owner = owner
        self.topic = topic or topic_of(owner)
        self._partition = partition
        self._reader = PartitionReader(cluster, self.topic, partition)
        self._facts = {fact.fact_name: fact for fact in (public_facts(owner) if facts is None else facts)}
        self._producer: KafkaProducer | None = None

    @property
    def name(self) -> str:
        return f"{self.owner}/{self._reader.topic_id}/{self._partition}"

    @property
    def former_names(self) -> str:
        return f"{self.owner}/%/{self._partition}"

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        return [self._recorded(message) for message in self._reader.read(after, limit)]

    def head(self) -> int:
        return self._reader.end()

    def bury(self, reader: str, letters: Sequence[Letter]) -> None:
        """Copy dead letters, as they came, to the topic `<topic>.dlt`, with who could not handle them and why.

        The reader's table is what counts: where no copy can be made, that is logged and stops nobody.
        """
        try:
            sent = [self._send(reader, *letter) for letter in letters]
            self._open().flush(timeout=10)
            for future in sent:
                future.get(timeout=0)
        except (KafkaError, TransportUnavailable) as error:
            log.error("no copy of dead letters", topic=f"{self.topic}.dlt", letters=len(letters), error=repr(error))

    def close(self) -> None:
        self._reader.close()
        if self._producer is not None:
            self._producer.close(timeout=1)

    def _recorded(self, message: Any) -> Recorded[Any]:
        place = f"{self.topic}/{message.partition}/{message.offset}"
        return from_message(self.owner, place, message.value, self._facts, position=message.offset + 1)

    def _send(self, reader: str, delivery: Recorded[Any], reason: str, detail: str) -> Any:
        (message,) = self._reader.read(delivery.position - 1, 1)
        headers = [
            *message.headers,
            ("dlt-reader", reader.encode()),
            ("dlt-reason", reason.encode()),
            ("dlt-detail", detail.encode()),
            ("dlt-place", f"{self.topic}/{message.partition}/{message.offset}".encode()),
        ]
        key = b"" if message.key is None and message.value is None else message.key
        return self._open().send(f"{self.topic}.dlt", key=key, value=message.value, headers=headers)

    def _open(self) -> KafkaProducer:
        if self._producer is None:
            servers = self._reader.cluster.servers
            self._producer = KafkaProducer(bootstrap_servers=servers, acks="all", max_block_ms=5_000, **CLIENT)
        return self._producer


class KafkaLog:
    """An owner's public facts on Kafka: in partitions for consumers; for projections as one log, by log positions.

    Reading as one log asks for one partition. A repeat (a position not above the last) is left out, and positions are
    those of the owner's log: a projection is the same, byte for byte, whichever transport fed it.
    """

    def __init__(
        self, cluster: Cluster, owner: str, *, topic: str = "", facts: Sequence[type[Fact]] | None = None
    ) -> None:
        self.name = owner
        self._cluster = cluster
        self._topic = topic or topic_of(owner)
        self._given = facts
        self._facts = {fact.fact_name: fact for fact in (public_facts(owner) if facts is None else facts)}
        self._reader = PartitionReader(cluster, self._topic, 0)
        self._parts: list[KafkaSource] = []
        self._lock = threading.RLock()
        self._forget_places("")

    def partitions(self) -> Sequence[KafkaSource]:
        """Return a source for each partition, made for one consumer."""
        count = self._cluster.topic(self._topic).partitions
        made = [KafkaSource(self._cluster, self.name, n, topic=self._topic, facts=self._given) for n in range(count)]
        self._parts += made
        return made

    def fetch(self, after: int, limit: int) -> Sequence[Recorded[Any]]:
        with self._lock:
            if self._cluster.topic(self._topic).partitions != 1:
                raise ValueError(f"{self._topic} has several partitions: they cannot be read as one log")
            if self._reader.topic_id != self._topic_id:
                self._forget_places(self._reader.topic_id)
            return self._read(after, limit)

    def _read(self, after: int, limit: int) -> list[Recorded[Any]]:
        last, known, offset = self._start(after)
        found: list[Recorded[Any]] = []
        while len(found) < limit and (messages := self._reader.read(offset, limit - len(found))):
            for message in messages:
                recorded = self._recorded(message)
                offset, known = message.offset + 1, max(known, recorded.position)
                if recorded.position > last:
                    last = recorded.position
                    found.append(recorded)
                self._mark(known, offset)
        self._stands = (last, known, offset)
        return found

    def head(self) -> int:
        """Return a position that moves when there is more to read."""
        last, _, offset = self._stands
        return last + max(self._reader.end() - offset, 0)

    def close(self) -> None:
        self._reader.close()
        for part in self._parts:
            part.close()

    def _recorded(self, message: Any) -> Recorded[Any]:
        return from_message(self.name, f"{self._topic}/0/{message.offset}", message.value, self._facts)

    def _forget_places(self, topic_id: str) -> None:
        self._topic_id = topic_id
        self._stands = (0, 0, 0)
        self._marks: list[tuple[int, int]] = [(0, 0)]

    def _start(self, after: int) -> tuple[int, int, int]:
        """Return `after`, the highest position before an offset, and that offset; what is above both comes later."""
        if self._stands[0] == after:
            return self._stands
        known, offset = self._marks[bisect_right(self._marks, (after, 1 << 62)) - 1]
        return after, known, offset

    def _mark(self, position: int, offset: int) -> None:
        """Remember, now and then, that all facts up to a position stand before an offset."""
        if offset >= self._marks[-1][1] + MARK_EVERY:
            self._marks.append((position, offset))
