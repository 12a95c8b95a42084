"""The same house joined over Kafka: the same lines give the same figures, the same cases, the same read models."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition

from services.exchange.files import sha256_of
from services.house import EARLIEST, House, mark_mode, open_house
from services.kafka_joint import over_kafka
from services.reconcile import differences
from services.simulation import play as sandbox
from shared.contracts import OWNERS
from shared.kernel import SandboxClock
from tests.city.generator import generate
from tests.journeys.conftest import City


@pytest.fixture
def prefix(new_topic: Callable[..., str]) -> str:
    """Make the house's topics under names of this test alone."""
    found = f"test-{uuid.uuid4().hex[:8]}-"
    for owner in OWNERS:
        new_topic(f"{found}{owner}.facts.v1")
    return found


def versions(house: House) -> dict[str, dict[str, int]]:
    """Return how many facts every case of every service has."""
    asked = "SELECT originator_id, MAX(originator_version) FROM stored_events GROUP BY 1"
    return {name: {row[0]: row[1] for row in service.log.rows(asked)} for name, service in house.services.items()}


def statuses(house: House) -> dict[str, str]:
    """Return the status of every case that has one."""
    return {
        stream: str(model.summary(service.casework.state(stream)).get("status"))
        for name, service in house.services.items()
        for stream in versions(house)[name]
        if (model := service.casework.models.get(stream.partition(":")[0]))
    }


def test_a_city_played_over_kafka_gives_the_figures_and_the_cases_of_the_embedded_run(
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path, cluster: Any, prefix: str
) -> None:
    record = sandbox.begin(tmp_path, sha256_of(small_city.file), year=small_city.year, office=True, seed=1)
    mark_mode(tmp_path, "sandbox")
    clock = SandboxClock(record.receiving_clock, EARLIEST)

    with open_house(tmp_path, clock, over_kafka(cluster.servers, prefix=prefix)) as house:
        run = sandbox.play(house, clock, small_city.file, record, lambda _done, _day: None)
        report = house.count().annual(small_city.year)
        differing = differences(house, json.loads(small_city.expected.read_text(encoding="utf-8")), report)
        over_kafka_now = (versions(house), statuses(house))
        published = [cluster.end(TopicPartition(f"{prefix}{name}.facts.v1", 0)) for name in house.services]

    assert differing == []
    assert (run.dead_letters, run.refused) == (0, 0)
    assert all(published)
    with open_house(played[0], SandboxClock(record.receiving_clock, EARLIEST)) as embedded:
        assert over_kafka_now == (versions(embedded), statuses(embedded))
    assert run.facts == played[1]["run"]["facts"]
    assert run.commands == played[1]["run"]["commands"]


def test_what_an_agency_publishes_on_its_topic_becomes_a_case(
    tmp_path: Path, cluster: Any, prefix: str, new_topic: Callable[..., str]
) -> None:
    lines = [line for line in generate(5, "330200", 2023, 0.02).lines if b"petition.report_registered.v1" in line]
    topic = new_topic(f"{prefix}agency.petition.330200.v1")
    (mine, *_) = [line for line in lines if b"urn:agency:petition.330200" in line]
    producer = KafkaProducer(bootstrap_servers=cluster.servers, acks="all")
    producer.send(topic, value=mine).get(timeout=10)
    producer.close()
    mark_mode(tmp_path, "sandbox")
    clock = SandboxClock(datetime(2024, 2, 1, tzinfo=UTC), EARLIEST)

    with open_house(tmp_path, clock, over_kafka(cluster.servers, agencies=True, prefix=prefix)) as house:
        deadline = time.monotonic() + 30
        while not house.services["clarification"].log.head() and time.monotonic() < deadline:
            house.step()
        receipts = house.services["exchange"].log.rows("SELECT door, outcome FROM receipt")
        heard = house.services["clarification"].log.head()

    assert [tuple(row) for row in receipts] == [("kafka", "APPLIED")]
    assert heard
