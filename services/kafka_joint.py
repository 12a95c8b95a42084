"""The services of one house joined by Kafka: each publishes by its relay, and reads the others from their topics."""

from collections.abc import Mapping
from pathlib import Path

from services.exchange import bootstrap as exchange
from services.exchange.kafka_door import KafkaDoor
from services.joint import Join, Joint
from shared.messaging.cluster import Cluster
from shared.messaging.direct import DirectSource
from shared.messaging.envelope import topic_of
from shared.messaging.kafka_source import KafkaLog
from shared.messaging.port import Source
from shared.messaging.relay import FileLease, Relay
from shared.service import Projection, Service


def over_kafka(servers: str, *, agencies: bool = False, prefix: str = "") -> Join:
    """Return what joins a house over a broker; with `agencies`, the exchange takes the agencies' topics too.

    A service's own facts are read from its own log. With a prefix before every topic, houses can share a broker.
    """

    def join(services: Mapping[str, Service], folder: Path) -> Joint:
        cluster = Cluster(servers)
        topics = {name: f"{prefix}{topic_of(name)}" for name in services}
        relays = [
            Relay(service.log, cluster, FileLease(folder / f"{name}.relay.lock"), topic=topics[name])
            for name, service in services.items()
        ]
        others = {
            name: {owner: KafkaLog(cluster, owner, topic=topics[owner]) for owner in services if owner != name}
            for name in services
        }
        sources: dict[str, dict[str, Source]] = {
            name: {**logs, name: DirectSource(services[name].log)} for name, logs in others.items()
        }
        doors = [KafkaDoor(exchange.door(services["exchange"]), cluster, prefix)] if agencies else []

        def close() -> None:
            for door in doors:
                door.close()
            for relay in relays:
                relay.close()
            for log in (log for logs in others.values() for log in logs.values()):
                log.close()
            cluster.close()

        carriers: list[Projection] = [*relays, *doors]
        return Joint(sources, carriers, close)

    return join
