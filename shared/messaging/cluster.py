"""The broker as one process sees it: its topics by their ids, and where each of their partitions ends."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError, UnknownTopicOrPartitionError
from kafka.protocol.consumer.offsets import IsolationLevel, OffsetSpec

from shared.messaging.port import TransportUnavailable

ENDS_FOR_S = 0.05
TOPICS_FOR_S = 1.0
ANSWER_MS = 5_000
CLIENT: dict[str, Any] = {
    "reconnect_backoff_max_ms": 1_000,
    "request_timeout_ms": ANSWER_MS,
    "bootstrap_timeout_ms": ANSWER_MS,
}
READER: dict[str, Any] = {
    **CLIENT,
    "enable_auto_commit": False,
    "isolation_level": "read_committed",
    "auto_offset_reset": "earliest",
}


class TopicMissing(TransportUnavailable):
    """A topic is not there (yet): `qingfeng topics apply` creates it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is now; one that was deleted and created again has another id."""

    name: str
    topic_id: str
    partitions: int


@contextmanager
def broker_answers() -> Iterator[None]:
    """Turn every error of the client into a transient fault."""
    try:
        yield
    except KafkaError as error:
        raise TransportUnavailable(f"{type(error).__name__}: {error}") from error


class Cluster:
    """Knows topics and ends of partitions, asked for together and remembered for a moment; safe between threads."""

    def __init__(self, servers: str) -> None:
        self.servers = servers
        self._lock = threading.RLock()
        self._admin: KafkaAdminClient | None = None
        self._topics: dict[str, Topic] = {}
        self._topics_at = 0.0
        self._watched: set[TopicPartition] = set()
        self._ends: dict[TopicPartition, int] = {}
        self._ends_at = 0.0

    def topic(self, name: str) -> Topic:
        """Return the topic as of a second ago at most. Raises TopicMissing."""
        with self._lock:
            if name not in self._topics or time.monotonic() - self._topics_at > TOPICS_FOR_S:
                self._describe({name, *self._topics})
            if name not in self._topics:
                raise TopicMissing(name)
            return self._topics[name]

    def topics(self, prefix: str) -> list[Topic]:
        """Return all topics whose name begins so, by name."""
        with self._lock, broker_answers():
            names = sorted(name for name in self.admin().list_topics() if name.startswith(prefix))
            self._describe(set(names))
            return [self._topics[name] for name in names if name in self._topics]

    def end(self, partition: TopicPartition) -> int:
        """Return the offset after the last committed message of a partition."""
        with self._lock:
            self.topic(partition.topic)
            is_old = time.monotonic() - self._ends_at > ENDS_FOR_S
            if is_old or partition not in self._ends:
                self._watched.add(partition)
                self._ask_ends()
            return self._ends.get(partition, 0)

    def forget(self) -> None:
        """Ask again: something was just published."""
        self._ends_at = 0.0

    def begin(self, partition: TopicPartition) -> int:
        """Return the first offset that is still kept."""
        with self._lock:
            return self._offsets([partition], OffsetSpec.EARLIEST)[partition]

    def admin(self) -> KafkaAdminClient:
        with self._lock, broker_answers():
            if self._admin is None:
                self._admin = KafkaAdminClient(bootstrap_servers=self.servers, **CLIENT)
            return self._admin

    def close(self) -> None:
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None

    def _describe(self, names: set[str]) -> None:
        with broker_answers():
            told = self.admin().describe_topics(sorted(names))
        for topic in told:
            if topic["error_code"]:
                self._topics.pop(topic["name"], None)
            else:
                name = topic["name"]
                self._topics[name] = Topic(name, str(topic["topic_id"]), len(topic["partitions"]))
        self._topics_at = time.monotonic()

    def _ask_ends(self) -> None:
        gone = {partition for partition in self._watched if partition.topic not in self._topics}
        self._watched -= gone
        self._ends = self._offsets(sorted(self._watched), OffsetSpec.LATEST)
        self._ends_at = time.monotonic()

    def _offsets(self, places: list[TopicPartition], which: OffsetSpec) -> dict[TopicPartition, int]:
        asked = dict.fromkeys(places, which)
        try:
            with broker_answers():
                found = self.admin().list_partition_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED)
        except TransportUnavailable as error:
            if isinstance(error.__cause__, UnknownTopicOrPartitionError):
                self._topics_at = 0.0
            raise
        return {place: int(told.offset) for place, told in found.items()}
