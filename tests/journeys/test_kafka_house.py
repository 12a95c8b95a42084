"""The same house joined over Kafka: the same lines give the same figures, the same cases, the same read models."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kafka import TopicPartition

from services.house import EARLIEST, House, mark_mode, open_house
from services.kafka_joint import over_kafka
from services.reconcile import differences
from services.simulation import play as sandbox
from shared.contracts import OWNERS
from shared.kernel import SandboxClock
from tests.journeys.conftest import City

pytestmark = pytest.mark.usefixtures("topics")


@pytest.fixture
def topics(new_topic: Callable[..., str], cluster: Any) -> None:
    there = {f"{owner}.facts.v1" for owner in OWNERS} & set(cluster.admin().list_topics())
    if there:
        cluster.admin().delete_topics(sorted(there | {f"{name}.dlt" for name in there}))
    while there & set(cluster.admin().list_topics()):
        pass
    for owner in OWNERS:
        new_topic(f"{owner}.facts.v1")


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
    small_city: City, played: tuple[Path, dict[str, Any]], tmp_path: Path, cluster: Any
) -> None:
    record = sandbox.begin(tmp_path, sandbox.sha256_of(small_city.file), year=small_city.year, office=True, seed=1)
    mark_mode(tmp_path, "sandbox")
    clock = SandboxClock(record.receiving_clock, EARLIEST)

    with open_house(tmp_path, clock, over_kafka(cluster.servers)) as house:
        run = sandbox.play(house, clock, small_city.file, record, lambda _done, _day: None)
        report = house.count().annual(small_city.year)
        differing = differences(house, json.loads(small_city.expected.read_text(encoding="utf-8")), report)
        over_kafka_now = (versions(house), statuses(house))
        published = [cluster.end(TopicPartition(f"{name}.facts.v1", 0)) for name in house.services]

    assert differing == []
    assert (run.dead_letters, run.refused) == (0, 0)
    assert all(published)
    with open_house(played[0], SandboxClock(record.receiving_clock, EARLIEST)) as embedded:
        assert over_kafka_now == (versions(embedded), statuses(embedded))
    assert run.facts == played[1]["run"]["facts"]
    assert run.commands == played[1]["run"]["commands"]
