"""The agencies' Kafka door: each agency's topic `agency.<code>.v1`, with the checks that files and HTTP get."""

import re
import time
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from services.exchange.application import Exchange
from services.exchange.receipts import Line, Receipt
from shared.messaging.cluster import READER, Cluster, Topic, broker_answers

BATCH = 500
LOOK_EVERY_S = 10.0
POLL_MS = 100
AGENCY_TOPIC = re.compile(r"agency\.([a-z]+\.[0-9A-Za-z-]+)\.v1")


def line_of(message: Any, topic: Topic, code: str) -> Line:
    """Return a message as a line: its receipt follows from topic id, partition and offset, so that a repeat has none.

    The place in the topic stands as a file's name and line: the exchange commits it with the receipts.
    """
    file = f"{topic.topic_id}/{message.partition}"
    receipt_id = f"{topic.topic_id}-{message.partition}-{message.offset}"
    return Line(receipt_id, message.value or b"", file, message.offset + 1, topic_code=code)


class KafkaDoor:
    """Takes what agencies published, each partition in order; receipts and position commit in one transaction.

    A topic that was deleted and created again is another place. A message without content is an empty line.
    prefix: before the name of every topic, where houses share a broker.
    """

    def __init__(self, exchange: Exchange, cluster: Cluster, prefix: str = "") -> None:
        self._prefix = prefix
        self._exchange = exchange
        self._cluster = cluster
        self._consumer: KafkaConsumer | None = None
        self._topics: dict[str, tuple[Topic, str]] = {}
        self._looked_at = float("-inf")
        self.receipts: list[Receipt] = []

    def pull(self) -> int:
        """Take the next batch; return how many messages. Raises StoreUnavailable where store or broker is away."""
        if time.monotonic() - self._looked_at > LOOK_EVERY_S:
            self._look_for_topics()
        if not self._topics:
            return 0
        try:
            lines = self._next_lines()
            self.receipts = self._exchange.receive_all(lines, door="kafka")
        except Exception:
            self._looked_at = float("-inf")
            raise
        return len(lines)

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _look_for_topics(self) -> None:
        """Assign every agency's partitions, each from where its receipts end; new agencies come without a restart."""
        found = {
            topic.name: (topic, match[1])
            for topic in self._cluster.topics(f"{self._prefix}agency.")
            if (match := AGENCY_TOPIC.fullmatch(topic.name.removeprefix(self._prefix)))
        }
        if found != self._topics or self._looked_at < 0:
            self._topics = found
            self._assign()
        self._looked_at = time.monotonic()

    def _assign(self) -> None:
        with broker_answers():
            if self._consumer is None:
                self._consumer = KafkaConsumer(bootstrap_servers=self._cluster.servers, **READER)
            places = [
                TopicPartition(name, n) for name, (topic, _) in self._topics.items() for n in range(topic.partitions)
            ]
            self._consumer.assign(places)
            for place in places:
                topic_id = self._topics[place.topic][0].topic_id
                self._consumer.seek(place, self._exchange.resume_at(f"{topic_id}/{place.partition}"))

    def _next_lines(self) -> list[Line]:
        assert self._consumer is not None
        with broker_answers():
            polled = self._consumer.poll(timeout_ms=POLL_MS, max_records=BATCH)
        return [line_of(message, *self._topics[message.topic]) for part in polled.values() for message in part]
