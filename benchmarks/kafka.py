"""The Kafka transport: relay and consumer against kafka-python's own rates, and the two kinds of producer."""

import statistics
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from benchmarks.side import Measurement, rates, seconds
from shared.casework import Casework, Order
from shared.eventstore import Log, open_log
from shared.holidays import published_workdays
from shared.kernel import Actor, Recorded, SystemClock
from shared.messaging.cluster import CLIENT, READER, Cluster
from shared.messaging.consumer import BATCH, Consumer
from shared.messaging.direct import DirectSource
from shared.messaging.envelope import to_message
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.relay import FileLease, Relay
from shared.testing.broker import kafka
from shared.testing.letters import LETTERS, POLICY, PUBLIC, LetterReceived, RecordLetter
from shared.testing.story import plain_seal

GROUP = 500
PRODUCER = {"acks": "all", "linger_ms": 2, "batch_size": 256 * 1024, **CLIENT}
TRANSACTION = 1_000
SINGLES = 30
Message = tuple[bytes, bytes, list[tuple[str, bytes]]]


def measure(folder: Path, facts: int, rounds: int) -> Iterator[Measurement]:
    """Yield facts a second; the alternative sends and reads the same bytes. Raises NoBroker where there is none."""
    with kafka() as broker:
        cluster = Cluster(broker.servers)
        fill(folder, facts)
        post = open_work("post", folder).log
        messages = [to_message(fact) for fact in _all(DirectSource(post, PUBLIC), facts)]
        size = round(statistics.mean(len(value) for _, value, _ in messages))
        yield from _producing(folder, cluster, post, messages, rounds, size)
        yield from _consuming(folder, cluster, messages, rounds, size)
        yield from _waiting(cluster, messages)
        cluster.close()


def _producing(
    folder: Path, cluster: Cluster, post: Log, messages: list[Message], rounds: int, size: int
) -> Iterator[Measurement]:
    ours, raw, transactional = rates(
        rounds,
        len(messages),
        lambda n: relay(folder / f"{n}.lock", cluster, post),
        lambda _n: produce(cluster, messages),
        lambda _n: produce_in_transactions(cluster, messages),
    )
    note = f"{size} B a message; from the log: read, narrowed to the contract, CloudEvent, produced, position committed"
    yield Measurement("relay", "facts/s", ours, raw, "kafka-python send, idempotent, the same bytes", note)
    against = f"kafka-python in transactions of {TRANSACTION:,}"
    yield Measurement("kafka-python, idempotent", "messages/s", raw, transactional, against, "ADR 0010")


def _consuming(
    folder: Path, cluster: Cluster, messages: list[Message], rounds: int, size: int
) -> Iterator[Measurement]:
    topic = new_topic(cluster)
    _send(cluster, topic, messages)
    reading, handling, raw = rates(
        rounds,
        len(messages),
        lambda _n: read(cluster, topic),
        lambda n: handle(folder / f"archive-{n}", cluster, topic),
        lambda _n: consume(cluster, topic, len(messages)),
    )
    against = "kafka-python poll, nothing decoded"
    yield Measurement("source", "facts/s", reading, raw, against, f"{size} B a message; read and decoded")
    note = "each fact becomes a command and a fact of the reader's own log; position with the effects"
    yield Measurement("consumer", "facts/s", handling, raw, against, note)


def _waiting(cluster: Cluster, messages: list[Message]) -> Iterator[Measurement]:
    """Yield the wait for one fact to be on the topic: with an idempotent producer, and in a transaction of its own."""
    plain, topic = KafkaProducer(bootstrap_servers=cluster.servers, **PRODUCER), new_topic(cluster)
    guarded = _transactional(cluster)

    def one(message: Message) -> None:
        _put(plain, topic, message).get(timeout=10)

    def one_in_transaction(message: Message) -> None:
        guarded.begin_transaction()
        _put(guarded, topic, message)
        guarded.commit_transaction()

    def median_ms(send: Callable[[Message], None]) -> float:
        return 1_000 * statistics.median(seconds(lambda m=message: send(m)) for message in messages[:SINGLES])  # type: ignore[misc]

    yield Measurement(
        "one fact on the topic, idempotent", "ms", median_ms(one), median_ms(one_in_transaction), "in a transaction"
    )
    plain.close()
    guarded.close()


def relay(lease: Path, cluster: Cluster, log: Log) -> Callable[[], object]:
    """Return a relay's run over the whole log onto a new topic."""
    made = Relay(log, cluster, FileLease(lease), topic=new_topic(cluster), facts=PUBLIC)
    made._open()

    def run() -> None:
        while made.pull():
            pass
        made.close()

    return run


def produce(cluster: Cluster, messages: list[Message]) -> Callable[[], object]:
    topic = new_topic(cluster)
    return lambda: _send(cluster, topic, messages)


def produce_in_transactions(cluster: Cluster, messages: list[Message]) -> Callable[[], object]:
    topic, producer = new_topic(cluster), _transactional(cluster)

    def run() -> None:
        for start in range(0, len(messages), TRANSACTION):
            producer.begin_transaction()
            for message in messages[start : start + TRANSACTION]:
                _put(producer, topic, message)
            producer.commit_transaction()
        producer.close()

    return run


def read(cluster: Cluster, topic: str) -> Callable[[], object]:
    source = KafkaSource(cluster, "post", topic=topic, facts=PUBLIC)

    def run() -> None:
        position = 0
        while found := source.fetch(position, BATCH):
            position = found[-1].position
        source.close()

    return run


def handle(folder: Path, cluster: Cluster, topic: str) -> Callable[[], object]:
    work = open_work("archive", folder)
    source = KafkaSource(cluster, "post", topic=topic, facts=PUBLIC)
    consumer = Consumer(work, source, {LetterReceived: _keep})

    def run() -> None:
        while consumer.pull():
            pass
        source.close()

    return run


def consume(cluster: Cluster, topic: str, count: int) -> Callable[[], object]:
    def run() -> None:
        reader = KafkaConsumer(bootstrap_servers=cluster.servers, **READER)
        reader.assign([TopicPartition(topic, 0)])
        left = count
        while left > 0:
            left -= sum(map(len, reader.poll(timeout_ms=500, max_records=BATCH).values()))
        reader.close()

    return run


def open_work(name: str, folder: Path) -> Casework:
    return Casework(
        log=open_log(name, folder / f"{name}.db", LETTERS.facts),
        models={LETTERS.kind: LETTERS},
        clock=SystemClock(),
        policy=POLICY,
        workdays=published_workdays(),
        seal=plain_seal,
        public=frozenset(fact.fact_name for fact in PUBLIC),
    )


def fill(folder: Path, facts: int) -> None:
    work, system = open_work("post", folder), Actor.system("post")
    for start in range(0, facts, GROUP):
        work.handle([Order(f"letter:{number}", RecordLetter(), system) for number in range(start, start + GROUP)])


def new_topic(cluster: Cluster) -> str:
    name = f"bench-{uuid.uuid4().hex[:12]}"
    cluster.admin().create_topics({name: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    return name


def _keep(recorded: Recorded[Any], _state_of: Callable[[str], Any]) -> Iterable[Order]:
    yield Order(recorded.stream, RecordLetter(), Actor.system("archive"), causation_id=recorded.fact_id)


def _all(source: DirectSource, limit: int) -> list[Recorded[Any]]:
    return list(source.fetch(0, limit))


def _send(cluster: Cluster, topic: str, messages: list[Message]) -> None:
    producer = KafkaProducer(bootstrap_servers=cluster.servers, enable_idempotence=True, **PRODUCER)
    sent = [_put(producer, topic, message) for message in messages]
    producer.flush(timeout=60)
    assert all(future.succeeded() for future in sent)
    producer.close()


def _put(producer: KafkaProducer, topic: str, message: Message) -> Any:
    key, value, headers = message
    return producer.send(topic, key=key, value=value, headers=headers)


def _transactional(cluster: Cluster) -> KafkaProducer:
    producer = KafkaProducer(bootstrap_servers=cluster.servers, transactional_id=uuid.uuid4().hex, **PRODUCER)
    producer.init_transactions()
    return producer
