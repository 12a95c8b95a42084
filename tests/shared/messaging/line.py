"""Builders: the post's facts on a real topic, through the relay or put there as a test says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from shared.eventstore import Log
from shared.kernel import Recorded
from shared.messaging.cluster import READER, Cluster
from shared.messaging.envelope import to_message
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.relay import FileLease, Relay
from shared.testing.letters import PUBLIC
from tests.shared.post import Post


class Joined(KafkaSource):
    """A source that has the relay publish first, as a worker's loop would."""

    relay: Relay

    def head(self) -> int:
        while self.relay.pull():
            pass
        return super().head()


class Told(KafkaSource):
    """A source that delivers what a test says."""

    tell: Callable[..., None]

    def deliver(self, *deliveries: Recorded[Any]) -> None:
        self.tell(*map(to_message, deliveries))


@dataclass
class Line:
    """One topic of a test's own, its relays and readers; closed at the end."""

    cluster: Cluster
    folder: Path
    topic: str
    _closing: list[Any] = field(default_factory=list)

    def relay(self, log: Log, lease: str = "post") -> Relay:
        made = Relay(log, self.cluster, FileLease(self.folder / f"{lease}.lock"), topic=self.topic, facts=PUBLIC)
        self._closing.append(made)
        return made

    def source(self, partition: int = 0) -> KafkaSource:
        made = KafkaSource(self.cluster, "post", partition, topic=self.topic, facts=PUBLIC)
        self._closing.append(made)
        return made

    def joined(self, post: Post) -> Joined:
        made = Joined(self.cluster, "post", topic=self.topic, facts=PUBLIC)
        made.relay = self.relay(post.log)
        self._closing.append(made)
        return made

    def deliveries(self, *deliveries: Recorded[Any]) -> Told:
        made = Told(self.cluster, "post", topic=self.topic, facts=PUBLIC)
        made.tell = self.put
        made.deliver(*deliveries)
        self._closing.append(made)
        return made

    def put(self, *messages: tuple[bytes | None, bytes | None, Any], topic: str = "") -> None:
        """Put messages (key, value, headers) on the topic as they are."""
        producer = KafkaProducer(bootstrap_servers=self.cluster.servers, acks="all")
        for key, value, headers in messages:
            producer.send(topic or self.topic, key=key, value=value, headers=headers).get(timeout=10)
        producer.close()
        self.cluster.forget()

    def messages(self, topic: str = "") -> list[Any]:
        """Return everything on a topic, by partition and offset."""
        reader = KafkaConsumer(bootstrap_servers=self.cluster.servers, **READER)
        name = topic or self.topic
        places = [TopicPartition(name, n) for n in range(self.cluster.topic(name).partitions)]
        reader.assign(places)
        ends = reader.end_offsets(places)
        found: list[Any] = []
        while any(reader.position(place) < end for place, end in ends.items()):
            found += [message for part in reader.poll(timeout_ms=200).values() for message in part]
        reader.close()
        return sorted(found, key=lambda message: (message.partition, message.offset))

    def ids(self) -> list[str]:
        """Return the ids of the facts on the topic, in its order."""
        return [str(_json(message)["id"]) for message in self.messages()]

    def recreate(self, partitions: int = 1) -> None:
        """Delete the topic and create it again: same name, another id."""
        admin, before = self.cluster.admin(), self.cluster.topic(self.topic).topic_id
        admin.delete_topics([self.topic])
        while self.topic in admin.list_topics():
            pass
        options = {"num_partitions": partitions, "replication_factor": 1}
        admin.create_topics({self.topic: options}, wait_for_metadata=True)
        while self._id() == before:
            pass

    def close(self) -> None:
        for made in self._closing:
            made.close()

    def _id(self) -> str:
        (told,) = self.cluster.admin().describe_topics([self.topic])
        return str(told["topic_id"])


def _json(message: Any) -> dict[str, Any]:
    import json  # noqa: PLC0415

    return dict(json.loads(message.value))


def per_case(ids: Sequence[str]) -> dict[str, list[int]]:
    """Return the versions of each case in the order of first arrival."""
    found: dict[str, list[int]] = {}
    for fact_id in dict.fromkeys(ids):
        case, _, version = fact_id.rpartition("/")
        found.setdefault(case, []).append(int(version))
    return found
